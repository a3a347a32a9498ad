"""Whether some code of the project reads an option that Celery does not know."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings


def is_read(world: Surroundings, name: str, *, is_key: bool = False) -> bool:
    """Whether a file asks something for ``.name`` or ``"name"``, test code left out.

    Where the name itself ``is_key`` of a dict, other keys don't count.
    """
    end = r"(?!\s*:)" if is_key else ""
    asked = re.compile(rf"""\.{re.escape(name)}\b|["']{re.escape(name)}["']{end}""")
    project = world.project
    return any(
        not world.is_test(path) and project.source(path).holds(asked)
        for path in project.mentioning({name})
    )


def is_read_of_a_send(world: Surroundings, name: str) -> bool:
    """Whether a line asks what was sent for an option: a receiver of a signal, a sender."""
    anywhere = _CARRIERS if name in OF_REQUESTS else (*_CARRIERS, "request")
    asked = {
        False: _asks_for(name, anywhere),
        True: _asks_for(name, (*anywhere, "kwargs")),
    }
    project = world.project
    return any(
        asked[project.records[path].celery].search(project.source(path).text)
        for path in project.mentioning({name})
        if not world.is_test(path)
    )


def _asks_for(name: str, carriers: tuple[str, ...]) -> re.Pattern[str]:
    carrier = rf"\b(?:{'|'.join(carriers)})(?:\.\w+)*"
    word = re.escape(name)
    return re.compile(
        rf"""{carrier}(?:\.{word}\b|(?:\[|\.(?:get|pop)\()["']{word}["']|,\s*["']{word}["'])"""
    )


_CARRIERS = ("properties", "options", "headers", "message", "opts")
"""What an option of a send is found in; also in ``kwargs``, where a file speaks of Celery."""

OF_REQUESTS = frozenset(
    {
        "called_directly", "group", "hostname", "id", "is_eager", "logfile", "loglevel",
        "stamps", "taskset", "timelimit", "utc",
    }
)  # fmt: skip
"""What each request has: who reads it asks for no option. Source: celery.app.task.Context."""
