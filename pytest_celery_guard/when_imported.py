"""Does something when a module has been imported, without importing it: conftest.py comes first.

It may have to change what imports see: gevent's patches, variables of the environment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


@contextmanager
def when_imported(name: str, call: Callable[[], object]) -> Iterator[None]:
    """Call a function once, when this module has been imported: now, meanwhile, or never."""
    if name in sys.modules:
        call()
        yield
        return
    finder = Finder(name, call)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        finder.stop()


class Finder(MetaPathFinder):
    """Finds the one module as the others would."""

    def __init__(self, name: str, call: Callable[[], object]) -> None:
        self._name = name
        self._call = call

    def stop(self) -> None:
        """Look for nothing any more."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Source: importlib.abc.MetaPathFinder."""
        if fullname != self._name:
            return None
        self.stop()
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = Calling(spec.loader, self._call)
        return spec


class Calling(Loader):
    """Loads as another loader does, and calls a function then."""

    def __init__(self, loader: Loader, call: Callable[[], object]) -> None:
        self._loader = loader
        self._call = call

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Source: importlib.abc.Loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Source: importlib.abc.Loader."""
        self._loader.exec_module(module)
        self._call()
