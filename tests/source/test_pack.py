"""What the cache stores is what was read."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.lower.definition import lower
from flake8_celery_get.source.outline import outline, parse
from flake8_celery_get.source.pack import pack, unpack
from tests.source.corpus import sample, text_of


def through_json(value: Any) -> Any:
    return unpack(json.loads(json.dumps(value, default=pack)))


def plain(value: Any) -> Any:
    """Any tree as tuples, kinds and types included, as nodes compare by identity."""
    if is_dataclass(value):
        parts = [plain(getattr(value, part.name)) for part in fields(value)]
        return (type(value).__name__, *parts)
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *map(plain, value))
    return (type(value).__name__, value)


@pytest.mark.parametrize("path", sample(), ids=lambda path: path.name)
def test_code_and_outline_survive_json(path: Path) -> None:
    text = text_of(path)
    lowered = lower(text, 1)
    assert plain(through_json(lowered)) == plain(lowered)
    outlined = outline(parse(text), Lines(text))
    assert plain(through_json(outlined)) == plain(outlined)


NOT_PACKED: dict[str, Any] = {
    "an unknown kind": {"": ["Nothing", 1]},
    "too few parts": {"": ["Call"]},
    "too many parts": {"": ["Name", "a", "b", "c"]},
    "no kind": {"": []},
    "a number for a node": {"": 1},
    "a node for a kind": {"": [{"": ["Name", "a"]}]},
    "another dict": {"kind": "Name"},
}


@pytest.mark.parametrize("value", NOT_PACKED.values(), ids=NOT_PACKED)
def test_what_was_never_packed_is_refused(value: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        unpack(value)
