"""check.py <folder of the site>: every link within the site leads to a page and to a place on it, and no page loads
anything from elsewhere. The Javadoc is the work of javadoc, which checks its own links."""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {"script": "src", "img": "src", "link": "href", "source": "srcset", "iframe": "src"}
# Elements of `link` that name a page, and load nothing.
NAMED = {"canonical", "prev", "next", "edit"}


class Page(HTMLParser):
    """The places of a page, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.places |= {values[name] for name in ("id", "name") if name in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif values.get(LOADED.get(tag, "")) and values.get("rel") not in NAMED:
            self.loaded.append(values[LOADED[tag]])


def wrong_links(site: Path) -> list[str]:
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    wrong = []
    for path, page in pages.items():
        if "javadoc" in path.relative_to(site).parts or path.name == "404.html":
            continue
        name = path.relative_to(site)
        wrong += [f"{name} loads {link}" for link in page.loaded if urlsplit(link).scheme not in ("", "data")]
        for link in page.links + page.loaded:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file():
                wrong.append(f"{name} links to {link}, which is not there")
            elif parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places:
                wrong.append(f"{name} links to {link}, and the page has no such place")
    return wrong


def main(site: str) -> None:
    wrong = wrong_links(Path(site).resolve())
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main(*sys.argv[1:])
