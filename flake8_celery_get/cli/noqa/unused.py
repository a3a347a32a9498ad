"""``--report-unused-noqa``: our codes in ``# noqa`` comments that silence nothing."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from flake8_celery_get import catalog
from flake8_celery_get.cli.terminal.paths import relative_path
from flake8_celery_get.finding import Finding
from flake8_celery_get.noqa import codes, silences_file, stretches
from flake8_celery_get.pages.sides import OF_PLUGIN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flake8_celery_get.choices.selection import Selection
    from flake8_celery_get.noqa import Stretch

UNUSED = "CEL001"
_OURS = "CEL"


def unused(
    path: str, text: str, found: Sequence[Finding], selection: Selection
) -> Iterator[Finding]:
    """Yield each code that could go; ``found`` are all findings, the silenced ones too.

    Blanket comments and other tools' codes are left alone, and so are codes of rules
    that are not looked for.
    """
    if "noqa" not in text.lower() or _OURS not in text or silences_file(text):
        return
    for stretch in stretches(text):
        here = [f.code for f in found if stretch.first <= f.line <= stretch.last]
        for code, place in _ours(stretch):
            if any(each.startswith(code) for each in here):
                continue
            rules = [known for known in catalog.codes() if known.startswith(code)]
            if all(selection.has(known, path) for known in rules):
                yield _finding(
                    path, stretch, code, place, is_known=bool(rules) or code in OF_PLUGIN
                )


def _ours(stretch: Stretch) -> Iterator[tuple[str, int]]:
    """Yield our codes in the comment that counts, with their places in the text."""
    noqa = stretch.noqa()
    if noqa is None or not 0 <= stretch.comment <= noqa.start():
        return
    for code in dict.fromkeys(codes(noqa)):
        if code.startswith(_OURS):
            pattern = rf"\b{re.escape(code)}\b"
            (place, *_) = re.finditer(pattern, noqa["codes"])
            yield code, noqa.start("codes") + place.start()


def _finding(
    path: str, stretch: Stretch, code: str, place: int, *, is_known: bool
) -> Finding:
    column = place - (stretch.text.rfind("\n", 0, place) + 1)
    problem = f"{code} suppresses nothing here" if is_known else f"no rule is called {code}"
    mark = f"{relative_path(path)}\0{stretch.last}\0{code}".encode("utf-8", "surrogatepass")
    return Finding(
        path, stretch.last, column, stretch.last, column + len(code), UNUSED, "unused-noqa",
        f"{problem}; remove it from `# noqa`",
        fingerprint=hashlib.blake2b(mark, digest_size=8).hexdigest(),
    )  # fmt: skip
