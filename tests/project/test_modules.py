"""Which file an import means, by findings that only the right answer gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.project.modules import Modules

FILES = (
    "proj/__init__.py",
    "proj/api/__init__.py",
    "proj/api/views.py",
    "proj/tasks.py",
    "proj/celery.py",
    "src/lib/__init__.py",
    "src/lib/core.py",
    "spaces/deep/mod.py",
    "scripts/run.py",
    "scripts/tool.py",
    "services/a/app/__init__.py",
    "services/a/app/views.py",
    "services/a/app/tasks.py",
    "services/b/app/__init__.py",
    "services/b/app/views.py",
    "services/b/app/tasks.py",
    "extra/path/addon.py",
    "celery.py",
    "both.py",
    "both/__init__.py",
)


@pytest.fixture
def modules(tmp_path: Path) -> Modules:
    """A project with every layout at once; ``extra/path`` is a root by option."""
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    paths = sorted(str(tmp_path / name) for name in FILES)
    return Modules(str(tmp_path), ["extra/path"], paths)


ABSOLUTE = {
    "a module": ("proj.tasks", "proj/api/views.py", "proj/tasks.py"),
    "a package": ("proj.api", "proj/tasks.py", "proj/api/__init__.py"),
    "in src": ("lib.core", "proj/tasks.py", "src/lib/core.py"),
    "in a namespace package": ("spaces.deep.mod", "proj/tasks.py", "spaces/deep/mod.py"),
    "in a root of the options": ("addon", "proj/tasks.py", "extra/path/addon.py"),
    "a script beside the script": ("tool", "scripts/run.py", "scripts/tool.py"),
    "nothing beside a module of a package": ("views", "proj/tasks.py", None),
    "the nearest of two": (
        "app.tasks",
        "services/b/app/views.py",
        "services/b/app/tasks.py",
    ),
    "the other of two": ("app.tasks", "services/a/app/views.py", "services/a/app/tasks.py"),
    "never Celery itself": ("celery", "proj/tasks.py", None),
    "never a part of Celery": ("celery.result", "proj/tasks.py", None),
    "a module named celery": ("proj.celery", "proj/tasks.py", "proj/celery.py"),
    "a package before a module": ("both", "proj/tasks.py", "both/__init__.py"),
    "nothing unknown": ("requests", "proj/tasks.py", None),
    "nothing deeper": ("proj.tasks.add", "proj/tasks.py", None),
}


@pytest.mark.parametrize(("module", "importer", "meant"), ABSOLUTE.values(), ids=ABSOLUTE)
def test_an_absolute_import_means(
    modules: Modules, tmp_path: Path, module: str, importer: str, meant: str | None
) -> None:
    expected = str(tmp_path / meant) if meant else None
    assert modules.find(module, str(tmp_path / importer)) == expected


RELATIVE = {
    "a sibling": ("tasks", 1, "proj/__init__.py", "proj/tasks.py"),
    "a module above": ("tasks", 2, "proj/api/views.py", "proj/tasks.py"),
    "the package itself": ("", 1, "proj/api/views.py", "proj/api/__init__.py"),
    "the package above": ("", 2, "proj/api/views.py", "proj/__init__.py"),
    "a package below": ("api.views", 1, "proj/tasks.py", "proj/api/views.py"),
    "celery beside it": ("celery", 1, "proj/__init__.py", "proj/celery.py"),
    "a package before a module": ("both", 1, "celery.py", "both/__init__.py"),
    "nothing there": ("gone", 1, "proj/tasks.py", None),
    "nothing above the disk": ("x", 99, "proj/tasks.py", None),
}


@pytest.mark.parametrize(
    ("module", "level", "importer", "meant"), RELATIVE.values(), ids=RELATIVE
)
def test_a_relative_import_means(
    modules: Modules,
    tmp_path: Path,
    module: str,
    level: int,
    importer: str,
    meant: str | None,
) -> None:
    expected = str(tmp_path / meant) if meant else None
    assert modules.relative(module, level, str(tmp_path / importer)) == expected


def test_the_answer_does_not_depend_on_the_order_of_files(tmp_path: Path) -> None:
    paths = [str(tmp_path / name) for name in FILES]
    one = Modules(str(tmp_path), [], paths)
    other = Modules(str(tmp_path), [], reversed(paths))
    for module, importer, _ in ABSOLUTE.values():
        path = str(tmp_path / importer)
        assert one.find(module, path) == other.find(module, path)


def test_a_package_that_only_an_editor_holds_counts(tmp_path: Path) -> None:
    paths = [str(tmp_path / "apps" / name) for name in ("__init__.py", "jobs.py")]
    modules = Modules(str(tmp_path), (), paths)
    assert modules.package_top(str(tmp_path / "apps")) == str(tmp_path)
    assert modules.name_of(paths[1]) == "apps.jobs"
