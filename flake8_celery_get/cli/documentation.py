"""``celery-guard rules`` and ``celery-guard explain``: the rules' documentation."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING

from flake8_celery_get.cli.outcome import CLEAN, Outcome, UsageError
from flake8_celery_get.pages.page import all_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flake8_celery_get.pages.page import Page


def rules(output_format: str) -> Outcome:
    """List every rule."""
    return Outcome(CLEAN, _LISTS[output_format](all_pages()))


def explain(words: Sequence[str]) -> Outcome:
    """Print the pages of the rules with these codes or names; raises `UsageError`."""
    found = dict.fromkeys(map(_find, words))
    return Outcome(CLEAN, "\n\n".join(page.markdown for page in found))


def _as_text(pages: Sequence[Page]) -> str:
    width = max(len(page.name) for page in pages)
    return "".join(f"{page.code}  {page.name:{width}}  {page.purpose}\n" for page in pages)


def _as_json(pages: Sequence[Page]) -> str:
    listed = [
        {
            "code": page.code,
            "name": page.name,
            "summary": page.summary,
            "enabled": not page.is_off,
            "fixes": list(page.fixes),
            "reported_by": list(page.sides),
            "url": page.url,
        }
        for page in pages
    ]
    return json.dumps(listed, indent=2) + "\n"


def _as_markdown(pages: Sequence[Page]) -> str:
    rows = (
        f"| [{page.code}]({page.url}) | {page.name} | {page.purpose} "
        f"| {', '.join(page.fixes)} | {', '.join(page.sides)} |\n"
        for page in pages
    )
    head = (
        "| code | name | what it reports | fixes | reported by |\n|---|---|---|---|---|\n"
    )
    return head + "".join(rows)


_LISTS: dict[str, Callable[[Sequence[Page]], str]] = {
    "text": _as_text,
    "json": _as_json,
    "markdown": _as_markdown,
}


def _find(wanted: str) -> Page:
    by_word = {
        word: page for page in all_pages() for word in (page.code.lower(), page.name)
    }
    word = wanted.lower()
    if word in by_word:
        return by_word[word]
    starting = [known for known in by_word if word and known.startswith(word)]
    near = starting or get_close_matches(word, by_word, n=1)
    raise UsageError(f"explain: no rule is called {wanted!r}; {_hint(near, by_word)}")


def _hint(near: list[str], by_word: dict[str, Page]) -> str:
    if not near:
        return "`celery-guard rules` lists them"
    page = by_word[near[0]]
    return f"did you mean {page.code} ({page.name})?"
