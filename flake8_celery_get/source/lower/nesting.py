"""Keeps expressions that no person wrote away from libcst, which is slow on deep ones.

A chain of 500 calls takes it 0.3 s, one of 2,800 takes 17 s.
"""

from __future__ import annotations

import ast
import re

from flake8_celery_get.source.syntax import quiet

DEEPEST = 600
"""Levels of the ast that are still read."""

_OPERATORS = re.compile(r"[-+*/%&|^~.([{]|\b(?:not|and|or|if|elif|lambda|await)\b")


def too_deep(text: str) -> bool:
    """Whether the text of a definition is nested deeper than it is worth reading."""
    if len(text) < DEEPEST or len(_OPERATORS.findall(text)) < DEEPEST // 2:
        return False
    prefix = "if 1:\n" if text[:1] in (" ", "\t") else ""
    try:
        with quiet():
            return _is_deeper(ast.parse(prefix + text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return True


def _is_deeper(tree: ast.AST) -> bool:
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True
