"""``[tool.celery-guard]`` in the nearest pyproject.toml: the same for both fronts."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from flake8_celery_get.options import BASELINE, OPTION_FIELDS
from flake8_celery_get.source.regular import octets_of

FILE = "pyproject.toml"
TABLE = "celery-guard"
PATHS = frozenset({"roots", "cache_dir", "baseline"})
"""Options whose values start at the folder of the file."""


class ConfigurationError(ValueError):
    """Something in the table that can't be; ``str()`` is one line and names the file."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a project's table says, by the names of the options; ``folder`` is the file's."""

    folder: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    extend_select: tuple[str, ...] | None = None
    exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


NOTHING_SAID = Configuration()
LISTS = ("select", "ignore", "extend_select", "exclude")


def configuration(folder: str) -> Configuration:
    """Read the table for whoever works in ``folder``. Raises ConfigurationError.

    A baseline that lies there or above, up to the file's folder, need not be named.
    """
    path = _nearest(folder, FILE)
    said = NOTHING_SAID if path is None else _said(path)
    if "baseline" in said.options:
        return said
    known = _nearest(folder, BASELINE, os.path.dirname(path or "") or folder)
    return replace(said, options={**said.options, "baseline": known}) if known else said


def _said(path: str) -> Configuration:
    try:
        octets = octets_of(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    # Most files have no table of ours, and need not be parsed to learn that.
    if TABLE.encode() not in octets:
        return NOTHING_SAID
    tool = _parsed(path, octets).get("tool")
    table = tool.get(TABLE) if isinstance(tool, dict) else None
    if table is None:
        return NOTHING_SAID
    return _Reader(path).read(table)


def _nearest(folder: str, name: str, top: str = "") -> str | None:
    """Return the file of this name in the folder or above it, up to ``top``."""
    current, top = os.path.abspath(folder), os.path.abspath(top) if top else ""
    while True:
        path = os.path.join(current, name)
        if os.path.isfile(path):
            return path
        parent = os.path.dirname(current)
        if current in (top, parent):
            return None
        current = parent


def _parsed(path: str, octets: bytes) -> dict[str, Any]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        found: dict[str, Any] = tomllib.loads(octets.decode("utf-8-sig"))
    except ValueError as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from None
    except RecursionError:
        raise ConfigurationError(f"{path}: is nested too deeply") from None
    return found


class _Reader:
    def __init__(self, path: str) -> None:
        self._path = path
        self._folder = os.path.dirname(path)

    def read(self, table: object) -> Configuration:
        if not isinstance(table, dict):
            raise ConfigurationError(f"{self._path}: [tool.{TABLE}] is no table")
        said = {key.replace("-", "_"): value for key, value in table.items()}
        for key in table:
            self._require_known(key)
        lists = {name: self._list(name, said[name]) for name in LISTS if name in said}
        return Configuration(
            self._folder,
            {
                o.name: self._option(o.name, o.type, said)
                for o in OPTION_FIELDS
                if o.name in said
            },
            per_file_ignores=self._per_file(said.get("per_file_ignores", {})),
            **lists,
        )

    def _require_known(self, key: str) -> None:
        known = [*(option.name for option in OPTION_FIELDS), *LISTS, "per_file_ignores"]
        if key.replace("-", "_") in known:
            return
        names = [name.replace("_", "-") for name in known]
        close = get_close_matches(key, names, n=1)
        hint = (
            f"did you mean {close[0]}?"
            if close
            else f"known are {', '.join(sorted(names))}"
        )
        raise self._wrong(key, f"there is no such option; {hint}")

    def _option(self, name: str, kind: object, said: Mapping[str, Any]) -> Any:
        value = said[name]
        if kind == "bool":
            return self._typed(name, value, bool, "true or false")
        if kind == "str":
            text = self._typed(name, value, str, "a string")
            return os.path.join(self._folder, text) if name in PATHS and text else text
        words = self._list(name, value)
        return (
            [os.path.join(self._folder, word) for word in words]
            if name in PATHS
            else list(words)
        )

    def _list(self, name: str, value: object) -> tuple[str, ...]:
        if isinstance(value, str):
            return tuple(value.replace(",", " ").split())
        if isinstance(value, list) and all(isinstance(word, str) for word in value):
            return tuple(value)
        raise self._wrong(name, "must be a list of strings")

    def _per_file(self, table: object) -> dict[str, tuple[str, ...]]:
        if not isinstance(table, dict):
            raise self._wrong("per_file_ignores", "must be a table of patterns and codes")
        return {
            pattern: self._list(f'per-file-ignores."{pattern}"', codes)
            for pattern, codes in table.items()
        }

    def _typed(self, name: str, value: object, kind: type, what: str) -> Any:
        if not isinstance(value, kind):
            raise self._wrong(name, f"must be {what}")
        return value

    def _wrong(self, name: str, reason: str) -> ConfigurationError:
        return ConfigurationError(f"{self._path}: {name.replace('_', '-')}: {reason}")
