"""Whether Python itself could read a file, asked as cheaply as it can be."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from flake8_celery_get.source.text import SourceError, read


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
        return described(error)
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or "too deeply nested"
    return ""


def described(error: SyntaxError) -> str:
    """A syntax error on one line."""
    return f"line {error.lineno or 1}: {error.msg}"


@contextmanager
def quiet() -> Iterator[None]:
    """Leave it to others to warn about the code: of escapes that mean nothing, say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
