"""What a line is like with a ``# noqa`` for further codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.noqa import codes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flake8_celery_get.noqa import Stretch

_BETWEEN = ", "


def obstacle(stretch: Stretch, wanted: Iterable[str]) -> str:
    """Return why no comment can silence these codes here; nothing where one can."""
    if not _missing(stretch, wanted):
        return ""
    found = stretch.noqa()
    if found is None:
        return "the line ends inside an f-string" if stretch.in_f_string else ""
    if 0 <= stretch.comment <= found.start():
        return ""
    return "a string in the line holds `# noqa`, and the first one counts"


def commented(stretch: Stretch, wanted: Iterable[str]) -> str:
    """Return the stretch's last line with a comment that silences these codes too.

    It is for places without an `obstacle`.
    """
    before, line = _last_line(stretch.text)
    missing = _missing(stretch, wanted)
    if not missing:
        return line
    found = stretch.noqa()
    if found is None:
        return f"{line.rstrip()}  # noqa: {_BETWEEN.join(missing)}"
    named, between = _named(found)
    place = found.start("codes") + len(named) - before
    return line[:place] + between + between.join(missing) + line[place:]


def _missing(stretch: Stretch, wanted: Iterable[str]) -> list[str]:
    return [code for code in sorted(set(wanted)) if not stretch.silences(code)]


def _last_line(text: str) -> tuple[int, str]:
    """Return how many characters stand before the last line, and the line."""
    line = text.removesuffix("\n").rpartition("\n")[2]
    return len(text.removesuffix("\n")) - len(line), line


def _named(noqa: re.Match[str]) -> tuple[str, str]:
    """Return the codes as they are written, and what separates them."""
    last = codes(noqa)[-1]
    named = noqa["codes"][: noqa["codes"].rindex(last) + len(last)]
    separators = re.findall(r"[,\s]+", named)
    return named, separators[-1] if separators else _BETWEEN
