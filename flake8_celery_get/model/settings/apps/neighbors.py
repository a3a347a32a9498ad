"""Which files of a repository belong to another program than an app.

A repository may hold several programs side by side, with nothing that marks their folders. What
the settings of one say counts for the other only where imports or names of modules lead across.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from flake8_celery_get.project.files import is_in

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings

MOST_FILES = 2000
"""In a larger project, any file may belong to any app."""

FEWEST_OF_COLLECTION = 3
"""With so many unconnected programs that have apps, a repository is a collection of them."""

_IMPORTS = re.compile(
    r"(?m)^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\(?[^\n#]*)|import[ \t]+([\w., \t]+))"
)
_NAMES = re.compile(r"[\"']([A-Za-z_]\w*(?:\.\w+)+)[\"':]")
_DEPLOYED = re.compile(
    r"(?i)(?:^|/)(?:ansible|chef|conf|configs?|deploy\w*|docker\w*|env\w*|etc|helm|infra\w*|k8s"
    r"|kubernetes|ops|provision\w*|puppet|salt|settings|templates?)/"
)
"""Folders of files that may be copied beside any program."""


class Neighbors:
    """The programs of a repository, as far as their folders and imports tell them apart."""

    def __init__(self, world: Surroundings, apps: Iterable[str] = ()) -> None:
        self._project = world.project
        self._apps = frozenset(apps)

    def may_belong(self, path: str, app: str) -> bool:
        """Whether a file may say something of the app that is made in ``app``."""
        one, other = self._program(path), self._program(app)
        if is_in(one, other) or is_in(other, one):
            return True
        if self._may_be_deployed(path, app):
            return True
        if len(self._project.records) > MOST_FILES:
            return True
        return self._linked.get(one, one) == self._linked.get(other, other)

    def _may_be_deployed(self, path: str, app: str) -> bool:
        """Whether a file is in a folder of settings that the app's program may have, too."""
        relative = self._project.relative(path)
        found = _DEPLOYED.search(relative)
        if found is None:
            return False
        beside = os.path.join(self._project.root, relative[: found.start()])
        return is_in(app, beside.rstrip(os.sep))

    def may_serve(self, path: str, app: str) -> bool:
        """Whether a file beside the code may say something of an app, as a ``.env`` does.

        One in a folder of another program serves that program. In a collection of programs, a
        folder without code is one more of them, unless it is there to deploy the others.
        """
        folder = os.path.join(os.path.dirname(path), "")
        if any(each.startswith(folder) for each in self._project.records):
            return self.may_belong(path, app)
        return not self._is_collection or self._leads_out(path)

    def _leads_out(self, path: str) -> bool:
        """Whether a file is there for programs in other folders, or names one of them."""
        if _DEPLOYED.search(self._project.relative(path)):
            return True
        text = self._project.beside.text(path)
        programs = map(os.path.basename, map(self._program, self._apps))
        return ".." in text or any(name in text for name in programs)

    @cached_property
    def _is_collection(self) -> bool:
        """Whether the repository holds many programs with apps that have nothing in common."""
        programs = {self._program(app) for app in self._apps}
        heads = {self._linked.get(program, program) for program in programs}
        return self._project.root not in programs and len(heads) >= FEWEST_OF_COLLECTION

    def _program(self, path: str) -> str:
        """The folder of a file's outermost package, or of the file."""
        folder = os.path.dirname(path)
        top = self._project.modules.package_top(folder)
        if top == folder:
            return folder
        first = os.path.relpath(folder, top).split(os.sep)[0]
        return os.path.join(top, first)

    @cached_property
    def _linked(self) -> dict[str, str]:
        """For each folder of a program the one that stands for all that it is linked with."""
        linked: dict[str, str] = {}

        def head(folder: str) -> str:
            while linked.get(folder, folder) != folder:
                folder = linked[folder]
            return folder

        for path in self._project.records:
            program = self._program(path)
            for other in {self._program(found) for found in self._named_in(path)}:
                linked[head(program)] = head(other)
        return {folder: head(folder) for folder in linked}

    def _named_in(self, path: str) -> Iterator[str]:
        """The files of the modules that a file imports, or names in a text."""
        modules = self._project.modules
        for name, level in set(_modules_in(self._project.consult(path).text)):
            found = (
                modules.relative(name, level, path) if level else modules.find(name, path)
            )
            if found is not None and (level or modules.is_only_choice(found, name, path)):
                yield found


def _modules_in(text: str) -> Iterator[tuple[str, int]]:
    for dots, module, names, plain in _IMPORTS.findall(text):
        if dots or module:
            yield module, len(dots)
            for name in re.findall(r"\w+", names):
                yield f"{module}.{name}".lstrip("."), len(dots)
        for name in re.findall(r"[\w.]+", plain):
            yield name, 0
    for name in _NAMES.findall(text):
        yield name, 0
        yield name.rpartition(".")[0], 0
