"""Lists every place of a corpus where a wait for a Celery result could stand.

The list comes from `ast` and plain text, never from the engine: it is what the verdicts
are read from, so it must not share the engine's blind spots.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

READS = frozenset(
    {"get", "wait", "join", "join_native", "collect", "get_leaf", "iter_native"}
)
PEEKS = frozenset({"ready", "successful", "failed", "state", "status"})
GUARDS = frozenset({"allow_join_result", "disable_sync_subtasks"})

CELERY_WORDS = re.compile(
    r"\.(delay|apply_async|send_task|apply|delay_on_commit)\b|\.(si?|signature|subtask)\("
    r"|\b(AsyncResult|GroupResult|ResultSet|EagerResult|allow_join_result|disable_sync_subtasks)\b"
)


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """One line that has to be read by eye. ``path`` is relative to the corpus."""

    path: str
    line: int
    word: str
    source: str


def candidates(root: Path) -> Iterator[Candidate]:
    """Yield the candidates of all Python files under ``root``, sorted by place."""
    for file in sorted(root.rglob("*.py")):
        text = file.read_text(encoding="utf-8", errors="replace")
        if CELERY_WORDS.search(text):
            yield from _of_file(file.relative_to(root).as_posix(), text)


def _of_file(path: str, text: str) -> Iterator[Candidate]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines()
    found = {(line, word) for node in ast.walk(tree) for line, word in _words(node)}
    for line, word in sorted(found):
        yield Candidate(path, line, word, lines[line - 1].strip())


def _words(node: ast.AST) -> Iterator[tuple[int, str]]:
    if isinstance(node, ast.Call):
        yield from _called(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
        yield node.lineno, "~"
    elif isinstance(node, ast.While | ast.For | ast.AsyncFor):
        yield from _polled(node)


def _called(call: ast.Call) -> Iterator[tuple[int, str]]:
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr in READS and _could_wait(call):
        yield func.end_lineno or func.lineno, func.attr
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if name in GUARDS:
        yield call.lineno, name
    if any(keyword.arg in GUARDS for keyword in call.keywords):
        yield call.lineno, "disable_sync_subtasks"


def _could_wait(call: ast.Call) -> bool:
    """Tell whether the arguments fit a read of a result.

    A text in first place is a key or a list to join: no timeout is one.
    """
    func = call.func
    if isinstance(func, ast.Attribute) and isinstance(
        func.value, ast.Constant | ast.JoinedStr
    ):
        return False
    first = call.args[0] if call.args else None
    is_text = isinstance(first, ast.JoinedStr) or (
        isinstance(first, ast.Constant) and isinstance(first.value, str)
    )
    return not is_text and len(call.args) < 3


def _polled(loop: ast.While | ast.For | ast.AsyncFor) -> Iterator[tuple[int, str]]:
    for node in ast.walk(loop):
        if isinstance(node, ast.Attribute) and node.attr in PEEKS:
            yield loop.lineno, "poll"
            return


if __name__ == "__main__":
    for found in candidates(Path(sys.argv[1])):
        print(f"{found.path}:{found.line}\t{found.word}\t{found.source}")
