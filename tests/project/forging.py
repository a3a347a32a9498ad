"""Cached documents, changed at random, with a checksum that is right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from flake8_celery_get.project.kept import cache

Place: TypeAlias = tuple[str | int, ...]

ANYTHING: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**30, 1.5, "", "x", "CEL101", "\ud800", "a\nb", [], {},
    [1, 2, 3, 4], [[]], {"": []}, {"": ["Name", "x", [1, 0, 1, 1]]}, {"a": [None]},
)  # fmt: skip


def body(path: Path) -> bytes:
    """What a cached file holds below its checksum."""
    return path.read_bytes().partition(b"\n")[2]


def sealed(path: Path, document: Any) -> None:
    """Write a document as the cache would."""
    octets = json.dumps(document).encode()
    path.write_bytes(cache._seal(octets) + b"\n" + octets)


def places(value: Any, here: Place = ()) -> Iterator[Place]:
    """Where each part of a document is."""
    yield here
    if isinstance(value, (dict, list)):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from places(part, (*here, key))


def part_at(document: Any, place: Place) -> Any:
    for key in place:
        document = document[key]
    return document


class Forger:
    """Changes documents, each time in another way; the seed decides."""

    def __init__(self, seed: int, documents: list[bytes]) -> None:
        self._random = Random(seed)
        self._texts = documents
        self._places = [list(places(json.loads(text))) for text in documents]

    def forged(self, number: int) -> Any:
        """One of the documents, with something else in one to three places."""
        document = json.loads(self._texts[number])
        for _ in range(self._random.choice((1, 1, 1, 3))):
            place = self._random.choice(self._places[number])
            try:
                old = part_at(document, place)
                changed = self._random.choice(CHANGES)(self, old)
                if not place:
                    document = changed
                else:
                    part_at(document, place[:-1])[place[-1]] = changed
            except (KeyError, IndexError, TypeError):
                continue  # an earlier change has removed the place
        return document

    def anything(self, _old: Any) -> Any:
        return deepcopy(self._random.choice(ANYTHING))

    def another_part(self, _old: Any) -> Any:
        number = self._random.randrange(len(self._texts))
        place = self._random.choice(self._places[number])
        return part_at(json.loads(self._texts[number]), place)

    def another_type(self, old: Any) -> Any:
        if isinstance(old, str):
            return [old]
        if isinstance(old, list):
            return {str(key): part for key, part in enumerate(old)}
        if isinstance(old, dict):
            return list(old.values())
        return str(old)

    def a_little_more_or_less(self, old: Any) -> Any:
        if isinstance(old, int):
            return old + self._random.choice((-1, 1, 10**9))
        if isinstance(old, list):
            return self._random.choice((old[:-1], old + old[-1:]))
        if isinstance(old, str):
            return self._random.choice((old[:-1], old + old[-1:]))
        return None


CHANGES: tuple[Callable[[Forger, Any], Any], ...] = (
    Forger.anything,
    Forger.another_part,
    Forger.another_type,
    Forger.a_little_more_or_less,
)
