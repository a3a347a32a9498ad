"""Which parsers read the code: what one Python or libcst accepts, another may refuse."""

from __future__ import annotations

import os
import sys
import zlib
from functools import cache
from importlib.util import find_spec

from flake8_celery_get.source.regular import octets_of


@cache
def parsers() -> tuple[str, ...]:
    """Python's implementation, version and build, and libcst's version.

    Columns and error messages change even between patch releases of Python.
    """
    digits = getattr(sys, "get_int_max_str_digits", int)()  # a longer number is refused
    python = f"{sys.implementation.name} {sys.version} {digits}"
    return python, _libcst()


def _libcst() -> str:
    """What tells one libcst from another, without importing it: that takes too long."""
    spec = find_spec("libcst")
    if spec is None or spec.origin is None:
        return ""
    # Before libcst 1.9 the variable chose between two parsers with different grammars.
    chosen = os.environ.get("LIBCST_PARSER_TYPE", "")
    try:
        version = octets_of(os.path.join(os.path.dirname(spec.origin), "_version.py"))
    except OSError:
        return f"{spec.origin} {chosen}"
    return f"{zlib.crc32(version):08x} {chosen}"
