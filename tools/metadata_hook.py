"""The description of the Python distribution: README.md, whose links to other files lead to the project's pages.

An index shows the description alone, where a link such as `docs/reference/guarantees.md` leads nowhere.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"\]\((?!https?:|#)([^)\s]+)\)")


class Description(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        [version] = re.findall(r"<version>([^<]+)</version>", (root / "pom.xml").read_text())[:1]
        pages = f"{metadata['urls']['Source']}/blob/v{version}/"
        text = LINK.sub(rf"]({pages}\1)", (root / "README.md").read_text(encoding="utf-8"))
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
