"""Names that are set, and that no code of the project reads."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.project.project import Project


def is_unread(project: Project, name: str) -> bool:
    """Whether a name only ever stands where something is set, or is said in a comment."""
    for path in project.mentioning({name}):
        for line in project.consult(path).text.split("\n"):
            if name in line and _reads(line, name):
                return False
    return True


_COMMENT = re.compile(r"""("[^"]*"|'[^']*')|#.*""")


def _reads(line: str, name: str) -> bool:
    """Whether a line does anything but set the name; what its value is called, is no read."""
    code = _COMMENT.sub(lambda found: found[1] or "", line)
    word = rf"\b{re.escape(name)}\b"
    found = re.search(_setting(word), code)
    if found is None:
        return re.search(word, code) is not None
    rest = code[: found.start()] + code[found.end() :]
    return re.search(rf"""(?<!["']){word}""", rest) is not None


def is_set_in(project: Project, path: str, names: Iterable[str]) -> bool:
    """Whether a file gives a value to one of the names, in a statement, a call or a dict."""
    words = rf"\b(?:{'|'.join(map(re.escape, sorted(names)))})\b"
    return re.search(_setting(words), project.consult(path).text) is not None


def _setting(word: str) -> str:
    return rf"""(?:{word}\s*(?::[^=\n]*)?=(?!=)|["']{word}["']\s*(?::|\]\s*=(?!=)))"""
