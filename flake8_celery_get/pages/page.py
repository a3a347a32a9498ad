"""The page of a rule, whichever part of celery-guard reports it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from flake8_celery_get.catalog import all_rules
from flake8_celery_get.pages.sides import sides_of
from flake8_celery_get.printing.addresses import page_of

if TYPE_CHECKING:
    from flake8_celery_get.rule import Rule

OFF = "Disabled by default."
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's documentation: ``text`` is Markdown without a heading.

    ``fixes`` are the kinds of fixes that some findings have, ``notes`` sentences on when and
    by whom it is reported. ``sides`` are the parts of celery-guard that report it.
    """

    code: str
    name: str
    text: str
    sides: tuple[str, ...]
    fixes: tuple[str, ...] = ()
    is_off: bool = False
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """What it reports, in one sentence."""
        return self.text.partition("\n")[0]

    @property
    def purpose(self) -> str:
        """The summary, and whether the rule is disabled by default."""
        return f"{self.summary} {OFF}" if self.is_off else self.summary

    @property
    def url(self) -> str:
        """Where the page is on the web."""
        return page_of(self.code)

    @property
    def markdown(self) -> str:
        """The whole page."""
        parts = (f"# {self.code} {self.name}", *self.notes, self.text)
        return "\n\n".join(parts) + "\n"


@cache
def all_pages() -> tuple[Page, ...]:
    """Every page, by code. What the linter has a rule for is documented by the rule."""
    found = {page.code: page for page in map(_of_file, _FOLDER.glob("*.md"))}
    found |= {rule.code: _of_rule(rule) for rule in all_rules()}
    return tuple(found[code] for code in sorted(found))


def _of_rule(rule: type[Rule]) -> Page:
    sides = sides_of(rule.code, has_rule=True)
    is_off = rule.is_opinion()
    notes = (
        f"{OFF} `--extend-select {rule.code}` enables it." if is_off else "",
        _reported_by(sides),
        rule.fixed_by(),
    )
    text = inspect.cleandoc(rule.__doc__ or "")
    told = tuple(filter(None, notes))
    return Page(rule.code, rule.name, text, sides, rule.fixes, is_off, told)


def _of_file(file: Path) -> Page:
    code, _, name = file.stem.partition("_")
    sides = sides_of(code.upper(), has_rule=False)
    text = file.read_text(encoding="utf-8").strip()
    notes = (_reported_by(sides),)
    return Page(code.upper(), name.replace("_", "-"), text, sides, notes=notes)


def _reported_by(sides: tuple[str, ...]) -> str:
    named = (f"`{side}`" if side.startswith("celery-guard") else side for side in sides)
    return f"Reported by {' and '.join(named)}."
