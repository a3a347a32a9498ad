"""What the plugin costs where there is nothing to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cli.project import FINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

COSTLY = ("libcst", "flake8_celery_get.engine", "flake8_celery_get.rules")
RARE = (
    "_hashlib",
    "difflib",
    "flake8_celery_get.choices.baseline",
    "flake8_celery_get.finding",
)


def test_loading_the_plugin_imports_nothing_costly(project: Project) -> None:
    assert _imported(project, "import flake8_celery_get.plugin") == []


def test_a_file_without_celery_does_not_import_libcst(project: Project) -> None:
    project.write("fine.py", FINE)
    lint = "from flake8.main.cli import main; main(['fine.py'])"
    assert "libcst" not in _imported(project, lint)


def test_a_file_without_celery_imports_only_what_its_check_needs(project: Project) -> None:
    project.write("fine.py", FINE)
    lint = "from flake8.main.cli import main; main(['fine.py'])"
    assert _imported(project, lint, RARE) == []


def test_the_probe_would_see_libcst(project: Project) -> None:
    project.write("tasks.py", WAITS)
    lint = "from flake8.main.cli import main; main(['-j1', '-qq', 'tasks.py'])"
    assert _imported(project, lint) == list(COSTLY)


def _imported(project: Project, code: str, watched: tuple[str, ...] = COSTLY) -> list[str]:
    """Return the watched modules that were imported after the code has run."""
    ask = f"print(*[name for name in {watched!r} if name in sys.modules])"
    run = project.python("-c", f"import sys; {code}; {ask}")
    return run.out.splitlines()[-1].split()
