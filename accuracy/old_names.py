"""``python -m accuracy --old-names [CORPUS …]``: a search by text for what CEL8 has to find.

The search knows nothing of apps, handles and namespaces: what it finds and CEL8 does not
report has to be reviewed. ``old_names.tsv`` has the reason for each such line. Exit 1 when
there is a line without one, or a reason for a line that is reported meanwhile.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from celery.app.defaults import _TO_NEW_KEY

from accuracy.candidates import python_files
from accuracy.check import findings
from accuracy.kinds.names import called, last
from accuracy.kinds.results import is_result, names_of_results
from accuracy.verdicts import HERE, rows_of
from bench.corpora import CorpusError, all_corpora, fetch

REVIEWED = HERE / "old_names.tsv"
FAMILY = "CEL8"
LIBRARIES = frozenset({"celery", "django"})
"""Celery itself has each of the names, and Django has none."""

ROW = "{:<50} {:>8} {:>9} {:>9} {:>8}"

TEST_CODE = re.compile(
    r"(?:^|/)(?:tests?|testing)/|(?:^|/)(?:test_[^/]*|[^/]*_tests?|tests|conftest)\.py$"
)
_OLD = sorted((old for old in _TO_NEW_KEY if old.isupper()), key=len, reverse=True)
SETTING = re.compile(
    rf"""(?:^\s*(?:[\w.]+\.)?|["'\s(,\[])({"|".join(_OLD)})"""
    r"""(?:["']\s*:|["']\s*\]\s*=|\s*(?::\s*\w+\s*)?=)(?!=)"""
)
IN_A_NAMESPACE = {old for old, new in _TO_NEW_KEY.items() if old == f"CELERY_{new}".upper()}
"""Old names that are right in the namespace that nearly all projects use."""

WORTH_READING = re.compile(
    r"(?i:celery)|\b(?:BROKER|CASSANDRA|CONTROL|DATABASE|ENABLE_UTC)|apply_async|\.delay\b"
)
"""What a file must speak of to be searched."""

OPTIONS = frozenset(
    {"queue", "exchange", "exchange_type", "routing_key", "delivery_mode", "priority"}
)
ATTRIBUTES = frozenset({"wait", "status", "task_id"})
IMPORTS = re.compile(
    r"(?:from|import)\s+celery\.(?:decorators|execute|log|messaging|registry|task)\b"
    r"|^\s*from\s+celery\b.*\bimport\b.*\b(?:subtask|maybe_subtask|TaskSet|task|App|BaseTask"
    r"|task_sent|RetryTaskError|SystemTerminate)\b"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line that has an old name, relative to its corpus."""

    path: str
    line: int
    name: str


def places(root: Path) -> Iterator[Place]:
    """Yield the lines of production code under ``root`` that have an old name."""
    files = [
        (file.relative_to(root).as_posix(), _text(file)) for file in python_files(root)
    ]
    has_namespace = any("namespace" in text and "celery" in text for _, text in files)
    for path, text in files:
        if TEST_CODE.search(path) is None:
            for line, name in sorted(set(_in_file(text, has_namespace))):
                yield Place(path, line, name)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def _in_file(text: str, has_namespace: bool) -> Iterator[tuple[int, str]]:
    if WORTH_READING.search(text) is None:
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#"):
            yield from ((number, name) for name in _of_line(line, has_namespace))
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    results = frozenset(names_of_results(tree))
    for node in ast.walk(tree):
        yield from _of_node(node, results)


def _of_line(line: str, has_namespace: bool) -> Iterator[str]:
    for found in SETTING.finditer(line):
        if not (has_namespace and found[1] in IN_A_NAMESPACE):
            yield found[1]
    if IMPORTS.search(line):
        yield "import"


def _of_node(node: ast.AST, results: frozenset[str]) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        for decorator in node.decorator_list:
            if isinstance(decorator, ast.Call) and "task" in called(decorator).lower():
                yield from _options(decorator)
    elif isinstance(node, ast.ClassDef):
        if any(last(base).endswith("Task") for base in node.bases):
            yield from _class_attributes(node)
    elif isinstance(node, ast.Attribute):
        of_result = node.attr in ATTRIBUTES and is_result(node.value, results)
        if of_result or node.attr in ("subtask", "TaskSet"):
            yield node.lineno, node.attr


def _options(decorator: ast.Call) -> Iterator[tuple[int, str]]:
    for keyword in decorator.keywords:
        if keyword.arg in OPTIONS:
            yield keyword.lineno, keyword.arg


def _class_attributes(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    for statement in node.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                if last(target) in OPTIONS:
                    yield statement.lineno, last(target)


def _reviewed(corpus: str) -> set[Place]:
    rows = (row for row in rows_of(REVIEWED) if row["corpus"] == corpus)
    return {Place(row["path"], int(row["line"]), row["name"]) for row in rows}


def _compare(corpus: str, root: Path) -> tuple[int, int, int, list[str]]:
    """How many places the search found, how many are reported or reviewed, and the others."""
    found = set(places(root))
    sites = findings(root, (FAMILY,)) if found else set()
    reported = {(site.path, site.line) for site in sites if site.code.startswith(FAMILY)}
    silent = {place for place in found if (place.path, place.line) not in reported}
    reviewed = _reviewed(corpus)
    surprises = [f"never read: {_line(place)}" for place in sorted(silent - reviewed)]
    surprises += [
        f"no longer silent: {_line(place)}" for place in sorted(reviewed - silent)
    ]
    return len(found), len(found - silent), len(silent & reviewed), surprises


def _line(place: Place) -> str:
    return f"{place.path}:{place.line} {place.name}"


def main(wanted: list[str]) -> int:
    """Search the wanted corpora, or all that can be had."""
    names = wanted or [c.name for c in all_corpora() if c.name not in LIBRARIES]
    print(ROW.format("corpus", "by text", "reported", "reviewed", "unread"))
    is_known = True
    for name in names:
        try:
            counts = _compare(name, fetch(name))
        except CorpusError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        if counts[0] or counts[3]:
            print(ROW.format(name, *counts[:3], len(counts[3])), flush=True)
        for surprise in counts[3]:
            print(f"    {surprise}", flush=True)
        is_known = is_known and not counts[3]
    return 0 if is_known else 1
