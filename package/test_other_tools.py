"""What docs/why-not-just.md shows of other tools, in the versions that it names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from package.environment import Environment, run

PAGE = (Path(__file__).parent.parent / "docs/why-not-just.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"```console\n\$ (.+)\n((?:.*\n)*?)```", PAGE)
FILES = re.findall(r"^`([^`\n]+)`:\n\n```python\n(.*?)^```$", PAGE, re.M | re.S)
OTHERS = {"flake8", "ruff", "mypy", "pylint"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment.empty(tmp_path_factory.mktemp("others") / "environment")
    versions = re.findall(r"[\w-]+==[\d.]+", PAGE)
    made.install("celery==5.7.*", "django", *versions)
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    (folder / "shop").mkdir()
    (folder / "shop/__init__.py").touch()
    for name, text in FILES:
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("command", "shown"), [each for each in COMMANDS if each[0].split()[0] in OTHERS]
)
def test_prints_what_the_page_shows(
    command: str, shown: str, environment: Environment, shop: Path
) -> None:
    done = run("sh", "-c", command, folder=shop, fails=True, paths=(environment.tools,))
    assert done.stdout == shown


def test_all_of_them_are_asked() -> None:
    assert {command.split()[0] for command, _ in COMMANDS} >= OTHERS
