"""Applications whose package is named like a folder of tests: ``shop/test/models.py``."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from flake8_celery_get.options import TEST_FILES
from flake8_celery_get.project.files import is_in

if TYPE_CHECKING:
    from flake8_celery_get.project.project import Project

_NAMES = frozenset({"test", "tests", "testing"})
_PARTS = frozenset({"admin.py", "apps.py", "models.py", "urls.py", "views.py"})
"""Files that an application of Django, and many another, is made of."""

_OF_TESTS = re.compile(r"(?:test_.*|.*_tests?|tests|conftest)\.py")
_USES_TESTS = rb"\bTestCase\b|\b(?:from|import) (?:pytest|unittest)\b"
_SPEAKS_OF_TESTS = re.compile(_USES_TESTS)
_DEFINES_TESTS = re.compile(
    rb"(?m)^\s*(?:async\s+)?def test_\w*\((?!request\b|sender\b)|" + _USES_TESTS
)
"""A view or a receiver of signals is no test, whatever its name begins with."""


class NamedTest:
    """Tells such packages from folders of tests, each once."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._known: dict[str, bool] = {}

    def holds(self, path: str) -> bool:
        """Whether a file is part of an application, in spite of its folders' names."""
        if self._project.options.test_files != TEST_FILES:
            return False  # the user knows better
        folders = self._folders(path)
        return bool(folders) and all(map(self._is_application, folders))

    def _folders(self, path: str) -> list[str]:
        """The folders around a file that are named like folders of tests."""
        parts = self._project.relative(path).split("/")[:-1]
        return [
            os.path.join(self._project.root, *parts[: count + 1])
            for count, part in enumerate(parts)
            if part in _NAMES
        ]

    def _is_application(self, folder: str) -> bool:
        known = self._known.get(folder)
        if known is None:
            known = self._known[folder] = self._looks_like_one(folder)
        return known

    def _looks_like_one(self, folder: str) -> bool:
        paths = [path for path in self._project.records if is_in(path, folder)]
        names = {os.path.basename(path) for path in paths}
        return (
            len(names & _PARTS) > 1
            and os.path.join(folder, "__init__.py") in self._project.records
            and not any(map(_OF_TESTS.fullmatch, names))
            and not any(map(self._holds_tests, paths))
            and self._is_imported(folder)
        )

    def _holds_tests(self, path: str) -> bool:
        """Whether a file defines tests; a model or a view may have a ``test_name``."""
        is_part = os.path.basename(path) in _PARTS
        pattern = _SPEAKS_OF_TESTS if is_part else _DEFINES_TESTS
        return self._project.holds_bytes(path, pattern)

    def _is_imported(self, folder: str) -> bool:
        """Whether code outside names the package behind the one around it: ``shop.test``."""
        around = os.path.basename(os.path.dirname(folder))
        name = os.path.basename(folder)
        imports = re.compile(
            rb"\b%b\.%b\b" % (re.escape(around).encode(), re.escape(name).encode())
        )
        return any(
            self._project.holds_bytes(path, imports)
            for path in self._project.records
            if not is_in(path, folder)
        )
