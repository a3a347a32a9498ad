"""The architecture as a test: imports run downwards, and a new rule is one new file."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from flake8_celery_get import catalog, rules
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options

ROOT = Path(__file__).resolve().parents[1]
NEW_RULE = '''
from __future__ import annotations

from collections.abc import Iterator

from flake8_celery_get.finding import Finding
from flake8_celery_get.model.ask.module import Module
from flake8_celery_get.rule import Rule


class TaskSeen(Rule):
    """Reports every module that has a task."""

    code = "CEL999"
    name = "task-seen"

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield one finding for a module with tasks."""
        for task in module.tasks:
            yield Finding(module.path, 1, 0, 1, 1, self.code, self.name, f"{task.name}; none")
'''
TASK = (
    "from celery import shared_task\n\n\n"
    "@shared_task\ndef add(x):\n    return add.delay(x).state\n"
)


def test_imports_run_downwards_only() -> None:
    pytest.importorskip("importlinter")
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


LARGEST_ROOM = 12
PACKAGES = ["flake8_celery_get", "pytest_celery_guard"]


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_holds_more_than_a_dozen_modules(package: str) -> None:
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    crowds = {
        str(folder.relative_to(ROOT)): modules
        for folder in folders
        if (modules := sum(path.name != "__init__.py" for path in folder.glob("*.py")))
        > LARGEST_ROOM
    }
    assert crowds == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_says_what_lives_there(package: str) -> None:
    rooms = (ROOT / package).rglob("__init__.py")
    silent = [
        str(path) for path in rooms if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


@pytest.fixture
def new_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A rule that lies in a folder of rules and is named nowhere else."""
    family = tmp_path / "rules" / "sightings"
    family.mkdir(parents=True)
    (family / "cel999_task_seen.py").write_text(NEW_RULE, encoding="utf-8")
    monkeypatch.setattr(rules, "__path__", [*rules.__path__, str(tmp_path / "rules")])
    catalog.all_rules.cache_clear()
    yield
    catalog.all_rules.cache_clear()
    sys.modules.pop(f"{rules.__name__}.sightings.cel999_task_seen", None)
    sys.modules.pop(f"{rules.__name__}.sightings", None)
    vars(rules).pop("sightings", None)


@pytest.mark.usefixtures("new_rule")
def test_a_new_rule_needs_no_registration(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert catalog.all_rules()[-1].code == "CEL999" == catalog.codes()[-1]
    assert catalog.find("CEL999").name == "task-seen"
    path = tmp_path_factory.mktemp("project") / "jobs.py"
    path.write_text(TASK, encoding="utf-8")
    findings = Engine(Options(cache=False, opinions=("CEL999",))).check(str(path))
    assert [(found.code, found.message) for found in findings] == [("CEL999", "add; none")]


def test_rules_are_sorted_and_their_files_are_named_after_them() -> None:
    codes = [rule.code for rule in catalog.all_rules()]
    assert codes == sorted(set(codes))
    for rule in catalog.all_rules():
        file_name = f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
        assert rule.__module__.rpartition(".")[2] == file_name


def test_an_unknown_code_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        catalog.find("CEL000")
