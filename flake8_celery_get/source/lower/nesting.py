"""Keeps expressions that no person wrote away from libcst, which is slow on deep ones.

A chain of 500 calls takes it 0.3 s, one of 2,800 takes 17 s.
"""

from __future__ import annotations

import ast
import re

from flake8_celery_get.source.quiet import quiet

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
    except SyntaxError:  # perhaps newer than this Python
        return _told_depth(text) > DEEPEST
    except (ValueError, RecursionError, MemoryError):
        return True


_STRINGS = re.compile(
    r"#[^\n]*|(\"{3}|'{3})(?:\\[\s\S]|[^\\])*?\1|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
)
_SIGNS = re.compile(r"[-+*/%&|^~.([{)\]},\n]|\b(?:not|and|or|if|elif|lambda|await)\b")


def _told_depth(text: str) -> int:
    """How deep the text of newer syntax is nested, told from its brackets and operators.

    Operators count until a comma, a closing bracket or, outside of brackets, a line's end.
    """
    counts, elifs, depth, deepest = [0], 0, 0, 0
    for sign in _SIGNS.findall(_STRINGS.sub("", text)):
        if sign in "([{":
            counts.append(0)
        elif sign in ")]}" and len(counts) > 1:
            depth -= counts.pop()
        elif sign == "," or (sign == "\n" and len(counts) == 1):
            depth -= counts[-1]
            counts[-1] = 0
            continue
        elif sign == "elif":
            elifs += 1
            continue
        elif sign in ")]}\n":
            continue
        counts[-1] += 1
        depth += 1
        deepest = max(deepest, depth)
    return deepest + elifs


def _is_deeper(tree: ast.AST) -> bool:
    level = [tree]
    for _ in range(DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return False
    return True
