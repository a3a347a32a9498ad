"""``--diff``: what the fixes would change, as ``patch`` and ``git apply`` read it."""

from __future__ import annotations

import os
from difflib import unified_diff
from typing import TYPE_CHECKING

from flake8_celery_get.cli.terminal.paths import short_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flake8_celery_get.cli.fixes.applied import Fixed
    from flake8_celery_get.cli.terminal.paint import Paint
    from flake8_celery_get.source.original import Original

NO_NEWLINE = "\\ No newline at end of file"


def diff(done: Fixed, paint: Paint) -> str:
    """Return the changes of all files."""
    return "".join(
        f"{line}\n"
        for path in sorted(done.after)
        for line in _of_file(path, done.before[path], done.after[path], paint)
    )


def _of_file(path: str, before: Original, after: Original, paint: Paint) -> Iterator[str]:
    # A link is not changed, but what it leads to.
    name = _quoted(short_path(os.path.realpath(path) if os.path.islink(path) else path))
    for line in unified_diff(_rows(before), _rows(after), name, name, lineterm=""):
        text, end, _ = line.partition("\n")
        yield _painted(text, paint)
        if end:
            yield NO_NEWLINE


def _quoted(name: str) -> str:
    """The name as git writes it, and as ``patch`` and ``git apply`` read it."""
    if name.isprintable() and not {'"', "\\"}.intersection(name):
        return f"{name}\t" if " " in name else name  # the tab tells where it ends
    return f'"{"".join(map(_octal, os.fsencode(name)))}"'


def _octal(octet: int) -> str:
    is_plain = 0x20 <= octet < 0x7F and chr(octet) not in '"\\'
    return chr(octet) if is_plain else f"\\{octet:03o}"


def _rows(text: Original) -> list[str]:
    """The lines with what is special about their ends."""
    rows = zip(text.lines, text.ends, strict=True)
    return [line + {"": "\n", "\n": ""}.get(end, "\r") for line, end in rows]


def _painted(line: str, paint: Paint) -> str:
    if line.startswith(("---", "+++")):
        return paint.path(line)
    painted = {"@": paint.gutter, "-": paint.removed, "+": paint.added}
    return painted[line[0]](line) if line[:1] in painted else line
