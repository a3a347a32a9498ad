"""Whether some code of the project reads an option that Celery does not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.world import World


def is_read(world: World, name: str) -> bool:
    """Whether a file asks something for ``.name`` or ``"name"``, test code left out."""
    asked = re.compile(rf"""\.{re.escape(name)}\b|["']{re.escape(name)}["']""")
    project = world.project
    return any(
        not world.is_test(path) and project.source(path).holds(asked)
        for path in project.mentioning({name})
    )


def is_read_of_a_send(world: World, name: str) -> bool:
    """Whether a line asks what was sent for an option: a receiver of a signal, a sender."""
    carrier = rf"\b(?:{'|'.join(_CARRIERS)})(?:\.\w+)*"
    word = re.escape(name)
    asked = re.compile(
        rf"""{carrier}(?:\.{word}\b|(?:\[|\.(?:get|pop)\()["']{word}["']|,\s*["']{word}["'])"""
    )
    project = world.project
    return any(
        not world.is_test(path) and asked.search(project.source(path).text)
        for path in project.mentioning({name})
    )


_CARRIERS = ("request", "properties", "options", "headers", "kwargs", "message", "opts")
"""What an option of a send is found in, wherever someone looks for it."""
