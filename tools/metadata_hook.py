"""The description of the Python distribution: README.md, whose links to other files lead to the project's pages.

An index shows the description alone, where a link such as `docs/reference/guarantees.md` leads nowhere. Pictures are
loaded from the project, too.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"\]\((?!https?:|#)([^)\s]+)\)")
PICTURE = re.compile(r'src="(?!https?:)([^"]+)"')


class Description(MetadataHookInterface):
    def update(self, metadata: dict[str, Any]) -> None:
        root = Path(self.root)
        [version] = re.findall(r"<version>([^<]+)</version>", (root / "pom.xml").read_text())[:1]
        source = metadata["urls"]["Source"]
        text = LINK.sub(rf"]({source}/blob/v{version}/\1)", (root / "README.md").read_text(encoding="utf-8"))
        text = PICTURE.sub(rf'src="{source}/raw/v{version}/\1"', text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
