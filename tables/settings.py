"""The settings that one release of Celery reads: its defaults, and what it reads beyond them."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

_DEFAULTS = """\
import json
from celery.app.defaults import DEFAULTS, _TO_OLD_KEY
print(json.dumps([sorted(DEFAULTS), _TO_OLD_KEY]))
"""

_READERS = frozenset({"_get", "either", "first", "g", "get", "pop", "value_set_for"})
"""Functions that are given the name of a setting."""

_NO_SETTINGS = frozenset({"task_args", "task_id", "task_kwargs", "task_name"})
"""What is read in the same way, and is something else."""


def settings_in(source: Path) -> dict[str, str]:
    """Each setting with its old name, empty for none, of a wheel or an installed Celery."""
    names, old = _defaults(source)
    found = {name: old.get(name, "") for name in names}
    prefixes = {name.partition("_")[0] + "_" for name in names if "_" in name}
    # "dynamodb" has no defaults at all
    prefixes |= {"dynamodb_"}
    for text in _modules(source):
        for name in _read(ast.parse(text)):
            if name.startswith(tuple(prefixes)) and name not in _NO_SETTINGS:
                found.setdefault(name, "")
    return found


def _defaults(source: Path) -> tuple[list[str], dict[str, str]]:
    """What ``celery.app.defaults`` says."""
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _DEFAULTS],
        env={**os.environ, "PYTHONPATH": str(source)},
        stdout=subprocess.PIPE,
        check=True,
    )
    names, old = json.loads(answer.stdout)
    return names, old


def _modules(source: Path) -> Iterator[str]:
    """The text of all modules that read settings."""
    if source.is_dir():
        for path in sorted((source / "celery").rglob("*.py")):
            yield path.read_text(encoding="utf-8")
        return
    with ZipFile(source) as wheel:
        for name in wheel.namelist():
            if name.startswith("celery/") and name.endswith(".py"):
                yield wheel.read(name).decode()


def _read(tree: ast.AST) -> Iterator[str]:
    """Names that may be settings: ``conf.name``, ``conf["name"]``, ``get("name")``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _last_name(node.value) == "conf":
            yield node.attr
        elif isinstance(node, ast.Subscript) and _last_name(node.value) == "conf":
            yield from _text(node.slice)
        elif isinstance(node, ast.Call) and _last_name(node.func) in _READERS:
            for argument in node.args:
                yield from _text(argument)


def _last_name(node: ast.expr) -> str:
    return getattr(node, "attr", getattr(node, "id", ""))


def _text(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
