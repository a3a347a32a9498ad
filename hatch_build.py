"""Completes the links of README.md for PyPI, where relative links lead nowhere."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

_PAGE = re.compile(r"\]\(docs/([\w-]+)\.md(#[\w-]+)?\)")
_FILE = re.compile(r"\]\((?!https?:|#)([^)\s]+)\)")


class Readme(MetadataHookInterface):
    """Links to ``docs/`` lead to the site's pages, and others to files of the repository."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the text as the description of the package."""
        root = Path(self.root)
        addresses = runpy.run_path(str(root / "flake8_celery_get/printing/addresses.py"))
        text = (root / "README.md").read_text(encoding="utf-8")
        text = _PAGE.sub(rf"]({addresses['DOCUMENTATION']}\1/\2)", text)
        text = _FILE.sub(rf"]({addresses['REPOSITORY']}/blob/main/\1)", text)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}
