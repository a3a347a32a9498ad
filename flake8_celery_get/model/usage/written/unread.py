"""Names that are set, and that no code of the project reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.project.project import Project
    from flake8_celery_get.source.code import Span


def unread_of(project: Project, names: set[str]) -> set[str]:
    """The names that are only ever set, also those that only others of them are made of."""
    found: set[str] = set()
    while fresh := {name for name in names - found if _is_unread(project, name, found)}:
        found |= fresh
    return found


def _is_unread(project: Project, name: str, others: set[str]) -> bool:
    """Whether a name stands only where it or one of the ``others`` is set, or in a comment."""
    return not any(readers(project, name, others))


def readers(project: Project, name: str, others: Iterable[str] = ()) -> Iterator[str]:
    """The files that do anything but set a name, or one of the ``others`` to it; each once."""
    words = "|".join(map(re.escape, sorted(others)))
    sets_other = re.compile(rf"\s*(?:{words})\s*(?::[^=]*)?=(?!=)" if words else r"(?!)")
    for path in project.mentioning({name}):
        lines = project.consult(path).text.split("\n")
        if any(
            name in line and _reads(line, name) and sets_other.match(line) is None
            for line in lines
        ):
            yield path


def is_read_as_key(project: Project, name: str) -> bool:
    """Whether something is asked for by the name: ``["NAME"]``, ``.get("NAME")``, ``conf.NAME``."""
    word = re.escape(name)
    asks = re.compile(
        rf"""["']{word}["']\s*\](?!\s*=[^=])|\bget(?:attr)?\([^()]*["']{word}["']"""
        rf"""|\bconf(?:ig)?\.{word}\b(?!\s*=[^=])"""
    )
    return any(project.matching({name}, asks))


def bare_uses(lines: Sequence[str], name: str) -> tuple[Span, ...] | None:
    """Where a file uses one of its own variables; None where it is used in other ways, too."""
    found: list[Span] = []
    word = re.compile(rf"\b{re.escape(name)}\b")
    for row, line in enumerate(lines, 1):
        code = _COMMENT.sub(lambda match: match[1] or "", line) if name in line else ""
        for match in word.finditer(code):
            start, end = match.span()
            before, after = line[:start], line[end:]
            is_text = bool(re.search(r"""["']$""", before) and re.match(r"""["']""", after))
            if is_text or re.match(r"\s*(?::[^=]*)?=(?!=)", after):
                continue
            if before.endswith(".") or _in_text(before):
                return None
            found.append((row, start, row, end))
    return tuple(found)


def _in_text(before: str) -> bool:
    return before.count('"') % 2 == 1 or before.count("'") % 2 == 1


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
