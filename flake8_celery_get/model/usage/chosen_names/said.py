"""Whether some text of a project says that a task is called so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

FURTHEST = 500
"""Characters from the keyword back to its parenthesis."""
_SENDS = re.compile(r"(?:send_task|signature|subtask)\s*$")


def is_said(world: Surroundings, name: str) -> bool:
    """Whether something is given the name as its ``name``, by a text or a constant.

    The keyword of what sends a task, ``send_task(name="…")``, gives nothing a name.
    """
    last = name.rpartition(".")[2]
    word = re.findall(r"\w+", last)[-1:] or [last]
    read = (
        world.project.consult(path).text for path in world.project.mentioning(set(word))
    )
    texts = [text for text in read if f'"{name}"' in text or f"'{name}'" in text]
    quoted = rf"""["']{re.escape(name)}["']"""
    given = re.compile(rf"\bname\s*[=:]\s*\(?\s*{quoted}")
    if any(_gives_name(given, text) for text in texts):
        return True
    bound = re.compile(rf"\b(\w+)\s*(?::[^=\n]+)?=\s*\(?\s*{quoted}")
    constants = {each for text in texts for each in bound.findall(text)} - {"name"}
    return any(_is_named_by(world, constant) for constant in constants)


def _is_named_by(world: Surroundings, constant: str) -> bool:
    given = re.compile(rf"\bname\s*[=:]\s*\(?\s*(?:\w+\.)*{constant}\b")
    return any(
        _gives_name(given, world.project.consult(path).text)
        for path in world.project.mentioning({constant})
    )


def _gives_name(given: re.Pattern[str], text: str) -> bool:
    return any(
        _SENDS.search(_opening(text, found.start())) is None
        for found in given.finditer(text)
    )


def _opening(text: str, place: int) -> str:
    """What stands before the innermost parenthesis that is open at a place; empty for none."""
    depth, first = 0, max(0, place - FURTHEST)
    for here in range(place - 1, first, -1):
        depth += {")": 1, "(": -1}.get(text[here], 0)
        if depth < 0:
            return text[first:here]
    return ""
