from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest


def modules_after(code: str) -> set[str]:
    """The modules of a fresh interpreter that ran ``code``."""
    script = f"{code}\nimport sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_pytest_finds_the_plugin() -> None:
    (entry,) = entry_points(group="pytest11", name="celery_guard")
    assert entry.value == "pytest_celery_guard.plugin"


def test_loading_it_imports_nothing_but_itself() -> None:
    loaded = modules_after("import pytest, pytest_celery_guard.plugin")
    ours = loaded - modules_after("import pytest")
    package = "pytest_celery_guard"
    assert ours == {package, f"{package}.plugin"}


def test_a_verbose_run_without_the_guard_loads_next_to_nothing(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(): pass\n", encoding="utf-8")
    plugins = "'-p', 'no:cacheprovider', '-p', 'no:django', '-p', 'no:randomly'"
    loaded = modules_after(f"import pytest; pytest.main(['-v', '{tmp_path}', {plugins}])")
    ours = {name for name in loaded if name.startswith("pytest_celery_guard")}
    package = "pytest_celery_guard"
    assert ours == {
        package,
        f"{package}.active",
        f"{package}.option_table",
        f"{package}.options",
        f"{package}.options.header",
        f"{package}.plugin",
        f"{package}.report",
        f"{package}.report.session",
    }


def test_it_registers_these_hooks(pytestconfig: pytest.Config) -> None:
    manager = pytestconfig.pluginmanager
    callers = manager.get_hookcallers(manager.get_plugin("celery_guard"))
    assert callers is not None
    assert {caller.name for caller in callers} == {
        "pytest_addoption",
        "pytest_assertrepr_compare",
        "pytest_collection",
        "pytest_collection_modifyitems",
        "pytest_configure",
        "pytest_load_initial_conftests",
        "pytest_report_header",
        "pytest_testnodedown",
    }


def test_no_fixture_has_a_name_that_another_plugin_owns(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--fixtures", "-q", str(tmp_path)]
    listed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    ours = [
        line
        for line in listed.stdout.splitlines()
        if "pytest_celery_guard/plugin.py:" in line
    ]
    names = {line.split()[0] for line in ours}
    assert names == {
        "celery_guard",
        "celery_guard_app",
        "celery_guard_class",
        "celery_guard_module",
        "celery_guard_session",
        "celery_eager",
        "celery_eager_class",
        "celery_eager_module",
        "celery_eager_session",
    }
    owned = re.compile(
        r"celery_(app|worker|config|parameters|includes|class_tasks|session_\w+|broker\w*"
        r"|backend\w*|setup\w*)|default_\w+|use_celery_app_trap|depends_on_current_app"
    )
    assert not any(owned.fullmatch(name) for name in names)
