"""Tells when a module is imported: a test may import its web application late."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from pytest_celery_guard.basics.undo import Undo


class Listener(MetaPathFinder):
    """Finds nothing itself: calls ``tell`` with the name of each module that it waits for."""

    def __init__(self, names: Iterable[str], tell: Callable[[str], object]) -> None:
        self._names = set(names)
        self._tell: Callable[[str], object] | None = tell

    def find_spec(
        self, name: str, path: Any = None, target: Any = None
    ) -> ModuleSpec | None:
        """Let the other finders find the module, and tell when it has run."""
        if name not in self._names:
            return None
        self._names.discard(name)  # its own import comes by here again
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None and spec.loader is not None:
                self._tell_when_run(spec.loader, name)
                return spec
        return None

    def close(self) -> None:
        """Tell nothing any more, also of an import that is under way."""
        self._tell = None

    def _tell_when_run(self, loader: Any, name: str) -> None:
        run = loader.exec_module

        def run_and_tell(module: ModuleType) -> None:
            del loader.exec_module
            run(module)
            if self._tell is not None:
                self._tell(name)

        loader.exec_module = run_and_tell


def tell_imports(undo: Undo, names: Iterable[str], tell: Callable[[str], object]) -> None:
    """Call ``tell`` with the name of each of these modules once it is imported."""
    listener = Listener(names, tell)
    sys.meta_path.insert(0, listener)
    undo.callback(sys.meta_path.remove, listener)
    undo.callback(listener.close)
