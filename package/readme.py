"""What the README tells people to type and to write down."""

from __future__ import annotations

import re
from pathlib import Path

_README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """The text below a heading, to the next one."""
    return _README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def hook_configuration(repository: Path, revision: str) -> str:
    """The file for pre-commit, with what a reader puts in the place of the brackets."""
    (text,) = re.findall(
        r"^`\.pre-commit-config\.yaml`:\n\n```yaml\n(.*?)^```$", _README, re.M | re.S
    )
    filled = str(text).replace("<this repository>", str(repository))
    return filled.replace("<a tag or commit>", revision)


def commands(heading: str) -> list[tuple[str, str]]:
    """Each command of the first console block below a heading, and what it prints."""
    block = section(heading).partition("```console\n")[2].partition("```")[0]
    parts = [part.partition("\n") for part in block.split("$ ")[1:]]
    return [(command, output) for command, _, output in parts]
