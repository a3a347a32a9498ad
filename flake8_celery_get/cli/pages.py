"""``celery-guard rules`` and ``celery-guard explain``: the rules' documentation."""

from __future__ import annotations

import inspect
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flake8_celery_get import catalog
from flake8_celery_get.cli.outcome import CLEAN, Outcome, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_celery_get.rule import Rule

OFF = "Off by default."


def rules(output_format: str) -> Outcome:
    """List code, name and purpose of every rule."""
    known = catalog.all_rules()
    width = max((len(rule.name) for rule in known), default=0)
    lines = [f"{r.code}  {r.name:{width}}  {_purpose(r)}" for r in known]
    return Outcome(CLEAN, "".join(f"{line.rstrip()}\n" for line in lines))


def explain(rules: Sequence[str]) -> Outcome:
    """Print the pages of the rules with these codes or names; raises `UsageError`."""
    found = dict.fromkeys(map(_find, rules))
    return Outcome(CLEAN, "\n\n".join(map(_printed, found)))


def _printed(found: type[Rule]) -> str:
    note = f"{OFF} `--extend-select {found.code}` switches it on.\n\n"
    head = f"# {found.code} {found.name}\n\n{note if found.is_opinion() else ''}"
    head += f"{found.fixed_by()}\n\n" if found.fixes else ""
    return f"{head}{_page(found)}\n"


def _purpose(rule: type[Rule]) -> str:
    first = _page(rule).partition("\n")[0]
    return f"{first} {OFF}" if rule.is_opinion() else first


def _find(wanted: str) -> type[Rule]:
    rules = catalog.all_rules()
    by_word = {word: rule for rule in rules for word in (rule.code.lower(), rule.name)}
    word = wanted.lower()
    if word in by_word:
        return by_word[word]
    starting = [known for known in by_word if word and known.startswith(word)]
    near = starting or get_close_matches(word, by_word, n=1)
    raise UsageError(f"explain: no rule is called {wanted!r}; {_hint(near, by_word)}")


def _hint(near: list[str], by_word: dict[str, type[Rule]]) -> str:
    if not near:
        return "`celery-guard rules` lists them"
    rule = by_word[near[0]]
    return f"did you mean {rule.code} ({rule.name})?"


def _page(rule: type[Rule]) -> str:
    return inspect.cleandoc(rule.__doc__ or "")
