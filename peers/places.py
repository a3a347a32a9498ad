"""Where findings are compared: in a statement, a file or a project as a whole.

Tools point at different lines of one statement: at a decorator, a ``def``, an argument.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from accuracy.verdicts import Site
from peers.meanings import BY_FILE, BY_PROJECT


def place_of(site: Site, root: Path, by: str) -> tuple[str, int]:
    """Return the place that ``site`` stands for."""
    if by == BY_PROJECT:
        return "", 0
    if by == BY_FILE:
        return site.path, 0
    return site.path, _statements(root / site.path).get(site.line, site.line)


@cache
def _statements(file: Path) -> dict[int, int]:
    """Map each line to the first line of the innermost statement around it."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return {}
    # Statements come before those inside them.
    return {
        line: node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt)
        for line in _lines(node)
    }


def _lines(node: ast.stmt) -> Iterator[int]:
    """Yield the lines of a simple statement, or of the head of a block."""
    decorators = getattr(node, "decorator_list", ())
    first = min([node.lineno, *(decorator.lineno for decorator in decorators)])
    body = getattr(node, "body", ())
    last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno
    yield from range(first, (last or first) + 1)
