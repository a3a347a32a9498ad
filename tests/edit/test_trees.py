"""What fixes cost: a definition is parsed once, and only where somebody sees the fixes."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get import analysis
from flake8_celery_get.cli.main import main
from flake8_celery_get.edit import trees
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from flake8_celery_get.plugin import Plugin, _engine
from tests.project.sample import noted

READS = 30
HEAD = "from celery.result import AsyncResult\n\n\n"
FUNCTION = "def {name}(i):\n    r = AsyncResult(i)\n" + "".join(
    f"    print(AsyncResult({number}).get())\n    print(r.state == 'success')\n"
    for number in range(READS)
)
TWO = HEAD + FUNCTION.format(name="one") + "\n\n" + FUNCTION.format(name="two")


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose path says nothing of tests."""
    made = tmp_path_factory.mktemp("project").resolve()
    (made / "pyproject.toml").touch()
    (made / "orders.py").write_text(TWO, encoding="utf-8")
    return made


def test_a_definition_is_parsed_once_for_all_its_findings(folder: Path) -> None:
    with noted(trees, "parsed") as texts:
        found = Engine(Options(cache=False)).check(str(folder / "orders.py"))
    assert [each.fix is not None for each in found] == [True] * 4 * READS
    assert [text.partition("(")[0] for text in texts] == ["def one", "def two"]


def test_each_file_has_its_own(folder: Path) -> None:
    (folder / "other.py").write_text(TWO.replace("success", "SUCCES"), encoding="utf-8")
    engine = Engine(Options(cache=False))
    for path in ("orders.py", "other.py"):
        for found in engine.check(str(folder / path)):
            assert found.fix
            rows = (folder / path).read_text(encoding="utf-8").split("\n")
            for edit in found.fix.edits:
                old = rows[edit.line - 1][edit.column : edit.end_column]
                assert old in ("", "success", "SUCCES")


@pytest.mark.parametrize(
    ("arguments", "is_parsed"),
    [
        (("--output-format=text",), True),
        (("--output-format=concise",), True),
        (("--output-format=json",), True),
        (("--output-format=sarif",), True),
        (("--output-format=github",), False),
        (("--output-format=gitlab",), False),
        (("--output-format=junit",), False),
        (("--output-format=github", "--diff"), True),
        (("--write-baseline",), False),
        (("--add-noqa",), False),
        (("--output-format=junit", "--fix"), True),
    ],
)
def test_only_who_sees_fixes_pays_for_them(
    folder: Path,
    arguments: tuple[str, ...],
    is_parsed: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    with noted(trees, "parsed") as texts:
        assert main(["check", "--no-cache", *arguments]) < 2
    assert bool(texts) is is_parsed


def test_flake8_shows_none(folder: Path) -> None:
    engine = _engine(Options(cache=False), -1)
    with noted(trees, "parsed") as texts:
        found = engine.check(str(folder / "orders.py"))
    _engine.cache_clear()
    assert len(found) == 4 * READS
    assert (texts, Plugin.options.fixes) == ([], True)


def test_findings_with_fixes_are_good_for_those_who_show_none(folder: Path) -> None:
    with_fixes, without = (
        Options(cache_dir=str(folder / "kept"), fixes=fixes) for fixes in (True, False)
    )
    runs = (without, without, with_fixes, with_fixes, without, with_fixes)
    with noted(analysis, "analysed") as analyses:
        for options in runs:
            engine = Engine(options)
            found = engine.check(str(folder / "orders.py"))
            engine.save()
            assert options is without or all(each.fix for each in found)
    assert len(analyses) == 2
