"""What shares nothing but a name with what waits is not read."""

from __future__ import annotations

from pathlib import Path

from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.reach.explore import Exploration
from flake8_celery_get.options import Options
from flake8_celery_get.project.project import Project

WAITS = """\
from celery import shared_task

@shared_task
def add(x):
    return x

class Manager:
    def join(self):
        return add.delay(1).get()

def save(x):
    return add.delay(x).get()
"""


def read(root: Path, files: dict[str, str]) -> set[str]:
    """Explore a project: the lines at which the definitions stand that libcst has read."""
    for name, text in {"pyproject.toml": "", "p/__init__.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    project = Project(str(root), Options(cache=False))
    project.open()
    world = World(project)
    Exploration(world).run()
    found = {
        Path(scope.path).relative_to(root).as_posix(): scope for scope in world.scopes()
    }
    return {
        f"{name}:{definition.line}"
        for name, scope in found.items()
        for definition in [each.definition for each in scope.functions.values()]
        + [m.definition for c in scope.classes.values() for m in c.methods.values()]
        if world.relevance.wants(scope, definition)
    }


def test_a_class_of_the_same_name(tmp_path: Path) -> None:
    shop = "class Shop(Manager):\n    def go(self):\n        self.join()\n"
    other = f"class Manager:\n    pass\n\n{shop}"
    own = f"from p.waits import Manager\n\n{shop}"
    files = {"p/waits.py": WAITS, "p/other.py": other, "p/own.py": own}
    assert read(tmp_path, files) == {"p/waits.py:8", "p/waits.py:11", "p/own.py:4"}


def test_a_function_of_the_same_name(tmp_path: Path) -> None:
    other = "def call(x):\n    x.save()\n"
    files = {
        "p/waits.py": WAITS,
        "p/other.py": other,
        "p/own.py": "from p.waits import save\n\ndef call(x):\n    save(x)\n",
        "p/by_module.py": "from p import waits\n\ndef call(x):\n    waits.save(x)\n",
        "p/inside.py": "def call(x):\n    from p.waits import save\n    save(x)\n",
    }
    assert read(tmp_path, files) == {
        "p/waits.py:8",
        "p/waits.py:11",
        "p/own.py:3",
        "p/by_module.py:3",
        "p/inside.py:1",
    }


def test_tests_that_hold_no_entry(tmp_path: Path) -> None:
    calls = "from p.waits import save\n\ndef test_it():\n    assert save(1) is None\n"
    waits = "from p.waits import save\n\nasync def test_it():\n    assert save(1) is None\n"
    files = {"p/waits.py": WAITS, "tests/test_a.py": calls, "tests/test_b.py": waits}
    assert read(tmp_path, files) == {"p/waits.py:8", "p/waits.py:11", "tests/test_b.py:3"}


def test_a_test_beside_a_coroutine(tmp_path: Path) -> None:
    tests = """\
from p.waits import save

def test_it():
    assert save(1) is None

async def test_later():
    assert save(1) is None

def test_task():
    async def inner():
        save(1)
"""
    files = {"p/waits.py": WAITS, "tests/test_a.py": tests}
    assert read(tmp_path, files) == {
        "p/waits.py:8",
        "p/waits.py:11",
        "tests/test_a.py:6",
        "tests/test_a.py:9",
    }


def test_what_runs_on_the_spot_with_the_check_switched_off(tmp_path: Path) -> None:
    dispatch = """\
from p.waits import add

def dispatch():
    return add.apply((1,)).get(disable_sync_subtasks=False)

def refused():
    return add.apply((1,)).get()
"""
    harmless = "from p.dispatch import dispatch\n\ndef call():\n    dispatch()\n"
    raises = "from p.dispatch import refused\n\ndef call():\n    refused()\n"
    files = {
        "p/waits.py": WAITS,
        "p/dispatch.py": dispatch,
        "p/harmless.py": harmless,
        "p/raises.py": raises,
    }
    assert read(tmp_path, files) == {
        "p/waits.py:8",
        "p/waits.py:11",
        "p/dispatch.py:3",
        "p/dispatch.py:6",
        "p/raises.py:3",
    }
