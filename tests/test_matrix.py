"""The environments that ``make matrix`` runs cover all pairs of versions."""

from __future__ import annotations

import re
from configparser import ConfigParser
from itertools import product
from pathlib import Path

import pytest

HERE = Path(__file__).parents[1]
TOX = ConfigParser(interpolation=None, comment_prefixes="#")
TOX.read(HERE / "tox.ini", encoding="utf-8")
CHOSEN = TOX["tox"]["env_list"].split()
VERSION = re.compile(r"(py|celery|pytest|django|flake8_|libcst)(\d+\.\d+t?)")


def every(label: str) -> list[str]:
    """All combinations that a label stands for."""
    texts = re.search(rf"^{label} = ((?:\\\n|.)*)", TOX["tox"]["labels"], re.MULTILINE)
    assert texts
    patterns = re.findall(r"py[^\s\\]+?(?=,?\s*(?:\\|$))", texts[1])
    return [name for pattern in patterns for name in expanded(pattern)]


def expanded(pattern: str) -> list[str]:
    """``a{b,c}`` as ``ab`` and ``ac``."""
    parts = [part.split(",") for part in re.split(r"[{}]", pattern)]
    return ["".join(combination) for combination in product(*parts)]


def pairs(names: list[str], one: str, other: str) -> set[tuple[str, str]]:
    """Each version of one thing together with each of another."""
    versions = [dict(VERSION.findall(name)) for name in names]
    return {(v[one], v[other]) for v in versions if one in v and other in v}


@pytest.mark.parametrize(
    ("label", "one", "other"),
    [
        ("guard", "py", "celery"),
        ("guard", "py", "pytest"),
        ("guard", "py", "django"),
        ("guard", "celery", "pytest"),
        ("linter", "py", "flake8_"),
        ("linter", "py", "libcst"),
    ],
)
def test_each_pair_is_run(label: str, one: str, other: str) -> None:
    wanted = pairs(every(label), one, other)
    assert wanted
    assert pairs(CHOSEN, one, other) == wanted


def test_reports_are_tested_with_each_pytest() -> None:
    """The other versions of Celery leave those tests out."""
    newest = [name for name in CHOSEN if "celery5.7" in name]
    assert pairs(newest, "celery", "pytest") == {
        pair for pair in pairs(every("guard"), "celery", "pytest") if pair[0] == "5.7"
    }


@pytest.mark.parametrize("label", ["guard", "linter"])
def test_only_what_can_be_installed_is_chosen(label: str) -> None:
    assert {name for name in CHOSEN if label in name} <= set(every(label))


def test_the_versions_are_those_that_the_package_allows() -> None:
    """A new version of Celery, or a new Python, is added here, too."""
    text = (HERE / "pyproject.toml").read_text(encoding="utf-8")
    below = re.search(r'"celery>=5\.3,<5\.(\d+)"', text)
    assert below
    celeries = {f"5.{minor}" for minor in range(3, int(below[1]))}
    assert {pair[1] for pair in pairs(CHOSEN, "py", "celery")} == celeries
