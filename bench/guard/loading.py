"""Runs pytest with a clock around what it does for an installed plugin.

Run inside an environment with pytest; the arguments are pytest's. Prints as JSON the CPU
seconds of importing and registering the guard's plugin, which includes its options, and of
listing the files of all plugins, whose assertions pytest rewrites.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import pytest

NAME = "celery_guard"

spent = {"loading": 0.0, "listing": 0.0}


def timed(owner: type, method: str, what: str, is_ours: Callable[..., bool]) -> None:
    """Add the time of a method's calls that are ours to ``spent``."""
    real = getattr(owner, method)

    def call(*args: Any, **kwargs: Any) -> Any:
        if not is_ours(*args, **kwargs):
            return real(*args, **kwargs)
        start = time.process_time()
        try:
            return real(*args, **kwargs)
        finally:
            spent[what] += time.process_time() - start

    setattr(owner, method, call)


def main(arguments: list[str]) -> int:
    """Run pytest and print what was spent."""
    timed(EntryPoint, "load", "loading", lambda entry: entry.name == NAME)
    manager = pytest.PytestPluginManager
    timed(manager, "register", "loading", lambda *_, name=None: name == NAME)
    timed(pytest.Config, "_mark_plugins_for_rewrite", "listing", lambda *_, **__: True)
    code = pytest.main(["-q", "-q", "--no-header", "-p", "no:cacheprovider", *arguments])
    print(f"\n{json.dumps(spent)}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
