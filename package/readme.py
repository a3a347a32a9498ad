"""What the documentation tells people to type and to write down."""

from __future__ import annotations

import re
from pathlib import Path

from flake8_celery_get import __version__
from flake8_celery_get.printing.addresses import REPOSITORY

_ROOT = Path(__file__).parent.parent
_README = (_ROOT / "README.md").read_text(encoding="utf-8")
_ADOPTING = (_ROOT / "docs/adopting.md").read_text(encoding="utf-8")


def hook_configuration(repository: Path, revision: str) -> str:
    """The README's file for pre-commit, for another place and revision of the repository."""
    (text,) = re.findall(
        r"^`\.pre-commit-config\.yaml`:\n\n```yaml\n(.*?)^```$", _README, re.M | re.S
    )
    moved = str(text).replace(REPOSITORY, str(repository))
    return moved.replace(f"v{__version__}", revision)


def commands() -> list[tuple[str, str]]:
    """Each command that takes an existing project in, and what it prints."""
    block = _ADOPTING.partition("```console\n")[2].partition("```")[0]
    parts = [part.partition("\n") for part in block.split("$ ")[1:]]
    return [(command, output) for command, _, output in parts]
