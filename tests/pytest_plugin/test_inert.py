from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points
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
    loaded = modules_after("import pytest_celery_guard.plugin") - modules_after("")
    ours = {name for name in loaded if not name.startswith("__")} - {"__future__"}
    assert ours == {"pytest_celery_guard", "pytest_celery_guard.plugin"}


def test_it_registers_no_hook_and_no_fixture(pytestconfig: pytest.Config) -> None:
    manager = pytestconfig.pluginmanager
    plugin = manager.get_plugin("celery_guard")
    assert plugin is not None
    assert not manager.get_hookcallers(plugin)
    # pytest itself adds names that start with an @.
    public = {name for name in vars(plugin) if not name.startswith(("__", "@"))}
    assert public <= {"annotations"}
