"""Does something when a module has been imported, without importing it: conftest.py comes first.

It may have to change what imports see: gevent's patches, variables of the environment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


@contextmanager
def when_imported(name: str, call: Callable[[], object]) -> Iterator[None]:
    """Call a function once, when this module has been imported: now, meanwhile, or never.

    Not before the modules of its package that import it are complete, too: it is free to import any
    of them.
    """
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
    """Finds the modules of the package as the others would, and hears when they are complete."""

    def __init__(self, name: str, call: Callable[[], object]) -> None:
        self._name = name
        self._package = name.partition(".")[0]
        self._call = call
        self._loading = 0
        self._is_asking = False

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
        if self._is_asking or fullname.partition(".")[0] != self._package:
            return None
        self._is_asking = True
        try:
            spec = find_spec(fullname)
        finally:
            self._is_asking = False
        if spec is not None and spec.loader is not None:
            spec.loader = Telling(spec.loader, self.loading)
        return spec

    @contextmanager
    def loading(self) -> Iterator[None]:
        """Around each module of the package: the outermost one is complete last."""
        self._loading += 1
        try:
            yield
        finally:
            self._loading -= 1
        if not self._loading and self._name in sys.modules and self in sys.meta_path:
            self.stop()
            self._call()


class Telling(Loader):
    """Loads as another loader does, and leaves the module to that one."""

    def __init__(
        self, loader: Loader, loading: Callable[[], AbstractContextManager[None]]
    ) -> None:
        self._loader = loader
        self._loading = loading

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Source: importlib.abc.Loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Source: importlib.abc.Loader."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with self._loading():
            self._loader.exec_module(module)
