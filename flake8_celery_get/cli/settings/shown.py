"""``--show-settings``: the settings as a table of pyproject.toml that says the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from flake8_celery_get.catalog import PREFIX
from flake8_celery_get.choices.configuration import TABLE
from flake8_celery_get.cli.settings import chosen
from flake8_celery_get.cli.settings.project import project_options
from flake8_celery_get.cli.settings.settled import DEFAULTS
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.options import OPTION_FIELDS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from flake8_celery_get.choices.configuration import Configuration

COMMAND_LINE = "command line"


def table(values: argparse.Namespace, typed: frozenset[str], said: Configuration) -> str:
    """Return the settings as the table that would say the same, and where each is from."""
    lines = (
        f"{name.replace('_', '-')} = {_toml(value)}  # {_origin(name, typed, said)}"
        for name, value in _all(values, said)
    )
    return "\n".join([f"[tool.{TABLE}]", *lines, *_per_file(values, said), ""])


_EXTENDED_BY = {"select": ("extend_select",), "exclude": ("extend_exclude",)}


def _all(values: argparse.Namespace, said: Configuration) -> Iterator[tuple[str, Any]]:
    selection = chosen.selection(values, said)
    yield "select", tuple(prefix or PREFIX for prefix in selection.select)
    yield "ignore", selection.ignore
    yield "exclude", tuple(filter(None, map(str.strip, chosen.excluded(values, said))))
    for name in DEFAULTS:
        value = getattr(values, name)
        yield name, (value or "auto") if name == "jobs" else value
    options = project_options(values, said)
    for option in OPTION_FIELDS:
        yield option.name, getattr(options, option.name)


def _origin(name: str, typed: frozenset[str], said: Configuration) -> str:
    names = {name, *_EXTENDED_BY.get(name, ())}
    if names & typed:
        return COMMAND_LINE
    if names & said.keys:
        return shown_path(said.path)
    return "found" if name == "baseline" and said.options.get(name) else "default"


def _per_file(values: argparse.Namespace, said: Configuration) -> Iterator[str]:
    per_file = chosen.per_file(values, said)
    if per_file is None:
        return
    is_typed = values.per_file_ignores is not None
    origin = COMMAND_LINE if is_typed else shown_path(said.path)
    yield f"\n[tool.{TABLE}.per-file-ignores]  # {origin}"
    for pattern, codes in per_file.ignored:
        yield f"{_toml(pattern)} = {_toml(codes)}"


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, int):
        return str(value)
    return json.dumps(str(value), ensure_ascii=False)
