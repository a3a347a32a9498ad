"""Whether some Python could read a file, asked as cheaply as it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.source.quiet import quiet
from flake8_celery_get.source.text import SourceError, read

if TYPE_CHECKING:
    import ast


def fault(path: str) -> str:
    """What is wrong with a file, on one line; empty for nothing.

    A symbol table costs three quarters of what ``ast.parse`` costs: no tree is made.
    """
    try:
        text = read(path)
    except SourceError as error:
        return str(error)
    import symtable  # rarely needed: a file that has not changed is not asked again

    try:
        with quiet():
            symtable.symtable(text, "<source>", "exec")
    except SyntaxError as error:
        return "" if _is_newer(text) else described(error)
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or "too deeply nested"
    return ""


def newer(text: str) -> ast.Module | None:
    """The tree of a text in syntax that this Python does not have yet; None for a fault."""
    from flake8_celery_get.source.lower.newer import tree_of

    with quiet():
        return tree_of(text)


def _is_newer(text: str) -> bool:
    """Whether the grammar has it from another version of Python.

    What this Python's grammar has, and its symbol table refuses, is wrong in each version.
    """
    import ast

    try:
        with quiet():
            ast.parse(text)
    except SyntaxError:
        return newer(text) is not None
    return False


def described(error: SyntaxError) -> str:
    """A syntax error on one line."""
    return f"line {error.lineno or 1}: {error.msg}"
