"""Hooks of MkDocs (mkdocs.yml): what the site has beside the pages in docs.

README.md is the first page, and the Javadoc in target/javadoc a part of the site. Links that lead out of docs lead to
the Javadoc, if they name the source of a public class, otherwise to the project's pages.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[2]
MADE = ROOT / "target" / "javadoc"
SOURCES = "src/main/java/org/bufferbridge/"
JAVADOC = "javadoc/org.bufferbridge/org/bufferbridge/"
LINK = re.compile(r'(\]\(|src=")(?!https?:|#|mailto:)([^)#\s"]+)')


def on_files(files: Files, config: Any) -> Files:
    files.append(File.generated(config, "index.md", content=(ROOT / "README.md").read_text(encoding="utf-8")))
    for path in sorted(MADE.rglob("*")):
        if path.is_file() and path.name != "key" and path.suffix != ".md":
            name = f"javadoc/{path.relative_to(MADE).as_posix()}"
            files.append(File.generated(config, name, abs_src_path=str(path)))
    return files


def on_post_build(config: Any) -> None:
    """The licences of what the Javadoc brings are texts, and no pages."""
    for path in MADE.rglob("*.md"):
        target = Path(config.site_dir) / "javadoc" / path.relative_to(MADE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    # Where the text of the page lies in the project, and where the page lies in the site.
    source = f"docs/{page.file.src_uri}"
    if page.file.src_uri == "index.md":
        source = "README.md"
        page.meta["hide"] = ["navigation"]
    here = posixpath.dirname(page.file.src_uri)

    def led(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(source), link[2]))
        if not (ROOT / path).exists():
            raise PluginError(f"{source} links to {link[2]}, which is not there")
        if path == "README.md":
            return link[1] + posixpath.relpath("index.md", here or ".")
        if path.startswith("docs/"):
            return link[1] + posixpath.relpath(path.removeprefix("docs/"), here or ".")
        if path.startswith(SOURCES):
            page_of_class = JAVADOC + path.removeprefix(SOURCES).replace(".java", ".html")
            if files.get_file_from_path(page_of_class):
                return link[1] + posixpath.relpath(page_of_class, here or ".")
        return f"{link[1]}{config.repo_url}/blob/main/{path}"

    blocks = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(text if text.startswith("```") else LINK.sub(led, text) for text in blocks)
