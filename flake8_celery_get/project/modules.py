"""Which file an import means."""

from __future__ import annotations

import os
from collections.abc import Iterable


class Modules:
    """The modules of a project by their dotted names.

    A file has several: from each root, from the top of its package, and, as the
    folders that a program starts in are not written down, any longer ending.
    """

    def __init__(self, root: str, roots: Iterable[str], paths: Iterable[str]) -> None:
        self._root = root
        self._paths = frozenset(paths)
        self._tops: dict[str, str] = {}
        bases = [os.path.join(root, base) for base in roots]
        self._bases = [*bases, root, os.path.join(root, "src")]
        self._exact: dict[str, list[str]] = {}
        self._endings: dict[str, list[tuple[str, str]]] = {}
        for path in sorted(self._paths):
            self._add(path)

    def _add(self, path: str) -> None:
        stem = path[: -len(".py")]
        if stem.endswith(os.sep + "__init__"):
            stem = os.path.dirname(stem)
        bases = {*self._bases, self.package_top(os.path.dirname(path))}
        names = {
            stem[len(base) + 1 :].replace(os.sep, ".")
            for base in bases
            if stem.startswith(base + os.sep)
        }
        for name in names:
            self._exact.setdefault(name, []).append(path)
        longest = max(names, key=len, default="")
        last = longest.rpartition(".")[2]
        self._endings.setdefault(last, []).append((longest, path))

    def package_top(self, folder: str) -> str:
        """The first folder, from this one upwards, that is no package of the project.

        An editor may hold an ``__init__.py`` that is not on the disk yet.
        """
        top = self._tops.get(folder)
        if top is None:
            is_package = os.path.join(folder, "__init__.py") in self._paths
            top = self.package_top(os.path.dirname(folder)) if is_package else folder
            self._tops[folder] = top
        return top

    def find(self, module: str, importer: str) -> str | None:
        """The file of an absolute import; the one nearest to the importer wins."""
        if module.partition(".")[0] == "celery":
            return None
        if module.rpartition(".")[2] not in self._endings:
            return None  # most imports: what no file of the project is called
        paths = self._exact.get(module) or self._beside(module, importer)
        if paths and not any(_is_below(importer, path, module) for path in paths):
            beside = self.around(module, importer)  # nearer than another program's
            paths = [beside] if beside is not None else paths
        if not paths and "." in module:
            paths = self._by_ending(module)
        return max(paths, key=lambda path: (_shared(path, importer), path), default=None)

    def is_only_choice(self, path: str, module: str, importer: str) -> bool:
        """Whether an import that was found to mean a file can hardly mean another one.

        Programs beside each other often have modules of the same name.
        """
        is_one_of_many = len(self._exact.get(module, ())) > 1
        return not is_one_of_many or _is_below(importer, path, module)

    def name_of(self, path: str) -> str:
        """The dotted name by which the project itself imports a file."""
        folder, stem = os.path.dirname(path), path[: -len(".py")]
        base = self.package_top(folder)
        if base == folder:
            inside = (base for base in self._bases if stem.startswith(base + os.sep))
            base = max(inside, key=len, default=folder)
        name = stem[len(base) + 1 :].replace(os.sep, ".")
        return name.removesuffix(".__init__")

    def holds(self, module: str) -> bool:
        """Whether some file has just this dotted name, of one part or more."""
        return module in self._exact

    def exactly(self, module: str) -> str | None:
        """The file whose dotted name, from a root, is just this."""
        paths = self._exact.get(module)
        return paths[0] if paths and "." in module else None

    def relative(self, module: str, level: int, importer: str) -> str | None:
        """The file of ``from ..module import``; ``level`` counts the dots."""
        folder = importer
        for _ in range(level):
            below, folder = folder, os.path.dirname(folder)
            if folder == below:
                return None
        stem = os.path.join(folder, *module.split(".")) if module else folder
        return self._file(stem)

    def sibling(self, module: str, importer: str) -> str | None:
        """The file of an absolute import where a program starts in a package's own folder."""
        path = self._file(os.path.join(os.path.dirname(importer), *module.split(".")))
        return path if path != importer else None

    def around(self, module: str, importer: str) -> str | None:
        """The file of a module in the nearest folder around the importer, packages or not."""
        folder = importer
        while folder not in (self._root, os.path.dirname(folder)):
            folder = os.path.dirname(folder)
            path = self._file(os.path.join(folder, *module.split(".")))
            if path is not None and path != importer:
                return path
        return None

    def _beside(self, module: str, importer: str) -> list[str]:
        folder = os.path.dirname(importer)
        if self.package_top(folder) != folder:
            return []
        path = self._file(os.path.join(folder, *module.split(".")))
        return [path] if path and path != importer else []

    def _by_ending(self, module: str) -> list[str]:
        candidates = self._endings.get(module.rpartition(".")[2], [])
        return [path for name, path in candidates if name.endswith("." + module)]

    def _file(self, stem: str) -> str | None:
        for path in (os.path.join(stem, "__init__.py"), f"{stem}.py"):
            if path in self._paths:
                return path
        return None


def _is_below(importer: str, path: str, module: str) -> bool:
    """Whether a file is somewhere in the folder that a module is imported from."""
    base = path.removesuffix(".py").removesuffix(os.sep + "__init__")
    for _ in module.split("."):
        base = os.path.dirname(base)
    return importer.startswith(base + os.sep)


def _shared(path: str, other: str) -> int:
    return len(os.path.commonpath([path, other]))
