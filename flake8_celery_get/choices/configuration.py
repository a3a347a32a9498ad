"""``[tool.celery-guard]`` in the nearest pyproject.toml, for flake8 and the command alike."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flake8_celery_get.options import BASELINE, OPTION_FIELDS
from flake8_celery_get.source.regular import octets_of

FILE = "pyproject.toml"
TABLE = "celery-guard"
PATHS = frozenset({"roots", "cache_dir", "baseline"})
"""Options whose values start at the folder of the file."""

_OURS = re.compile(rb"celery.?guard", re.IGNORECASE)
"""What the table is called, and what it is called by mistake."""


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
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    per_file_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    command: Mapping[str, Any] = field(default_factory=dict)
    path: str = ""
    """The file that has the table; empty where there is none."""

    keys: frozenset[str] = frozenset()
    """What the table says, by the names of the options."""


NOTHING_SAID = Configuration()
CODES = ("select", "ignore", "extend_select")
LISTS = (*CODES, "exclude", "extend_exclude")
COMMAND = {"output_format": "str", "fix": "bool", "unsafe_fixes": "bool", "jobs": "int"}
"""The keys, with their types, that only the command reads."""


def configuration(folder: str, file: str = "") -> Configuration:
    """Read the table for whoever works in ``folder``, by default from the nearest file.

    A baseline that lies there or above, up to the file's folder, need not be named. Raises
    ConfigurationError.
    """
    path = _nearest(folder, FILE)
    said = _demanded(file) if file else NOTHING_SAID if path is None else _said(path)
    if "baseline" in said.options:
        return said
    known = _nearest(folder, BASELINE, os.path.dirname(path or "") or folder)
    return replace(said, options={**said.options, "baseline": known}) if known else said


def _demanded(path: str) -> Configuration:
    """Read a file that was named, so that it must have a table."""
    said = _said(path)
    if not said.path:
        raise ConfigurationError(f"{path}: there is not a table [tool.{TABLE}]")
    return said


def _said(path: str) -> Configuration:
    try:
        octets = octets_of(path)
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    # Most files have no table of ours, and need not be parsed to learn that.
    if not _OURS.search(octets):
        return NOTHING_SAID
    tool = _parsed(path, octets).get("tool")
    if not isinstance(tool, dict):
        return NOTHING_SAID
    for name in tool:
        if name != TABLE and _OURS.fullmatch(name.encode()):
            reason = f"[tool.{name}] is not read; write [tool.{TABLE}]"
            raise ConfigurationError(f"{path}: {reason}")
    return _Reader(path).read(tool[TABLE]) if TABLE in tool else NOTHING_SAID


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
            raise ConfigurationError(f"{self._path}: [tool.{TABLE}] is not a table")
        said = {key.replace("-", "_"): value for key, value in table.items()}
        for key in table:
            self._require_known(key)
        lists = {name: self._list(name, said[name]) for name in LISTS if name in said}
        lists |= {name: _as_codes(lists[name], name) for name in CODES if name in lists}
        return Configuration(
            self._folder,
            {
                o.name: self._option(o.name, o.type, said)
                for o in OPTION_FIELDS
                if o.name in said
            },
            per_file_ignores=self._per_file(said.get("per_file_ignores", {})),
            command={
                name: self._of_command(name, kind, said[name])
                for name, kind in COMMAND.items()
                if name in said
            },
            path=self._path,
            keys=frozenset(said),
            **lists,
        )

    def _of_command(self, name: str, kind: str, value: object) -> Any:
        if kind == "bool":
            return self._typed(name, value, bool, "true or false")
        if kind == "str":
            return self._typed(name, value, str, "a string")
        if value == "auto":
            return 0
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self._wrong(name, 'must be a number above 0, or "auto"')
        return value

    def _require_known(self, key: str) -> None:
        options = (option.name for option in OPTION_FIELDS)
        known = [*options, *LISTS, *COMMAND, "per_file_ignores"]
        if key.replace("-", "_") in known:
            return
        names = [name.replace("_", "-") for name in known]
        from difflib import get_close_matches  # a wrong key is rare

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
            pattern: _as_codes(self._list(f'per-file-ignores."{pattern}"', codes))
            for pattern, codes in table.items()
        }

    def _typed(self, name: str, value: object, kind: type, what: str) -> Any:
        if not isinstance(value, kind):
            raise self._wrong(name, f"must be {what}")
        return value

    def _wrong(self, name: str, reason: str) -> ConfigurationError:
        return ConfigurationError(f"{self._path}: {name.replace('_', '-')}: {reason}")


def _as_codes(words: Sequence[str], name: str = "") -> tuple[str, ...]:
    # Imported here: flake8 reads this file in every run, mostly without a table of ours.
    from flake8_celery_get.catalog import as_codes

    return as_codes(words, with_opinions=name in {"select", "extend_select"})
