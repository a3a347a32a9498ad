"""Which syntax the installed libcst reads in the place of an older Python."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

IS_OLD = tuple(map(int, version("libcst").split(".")[:2])) < (1, 8)

needs_libcst_1_8 = pytest.mark.skipif(
    IS_OLD and sys.version_info < (3, 14), reason="libcst reads 3.14 since 1.8"
)
