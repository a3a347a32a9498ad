"""Python's warnings about code that somebody else is responsible for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Leave it to others to warn about the code: of escapes that mean nothing, say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
