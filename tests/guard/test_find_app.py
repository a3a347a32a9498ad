"""Which app is under test: named, Django's, the only one, or an error that names them all."""

from __future__ import annotations

import pytest

APP = """
from celery import Celery
app = Celery("{name}", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")
"""

TEST = """
def test_app(celery_guard):
    assert celery_guard.app.main == "proj"
"""


def in_a_process_of_its_own(
    pytester: pytest.Pytester, *arguments: str, ini: str = ""
) -> pytest.RunResult:
    pytester.makeini(f"[pytest]\npythonpath = .\n{ini}")
    return pytester.runpytest_subprocess(*arguments)


@pytest.mark.parametrize("name", ["proj.celery:app", "proj.celery", "proj"])
def test_by_name(pytester: pytest.Pytester, name: str) -> None:
    package = pytester.mkpydir("proj")
    (package / "celery.py").write_text(APP.format(name="proj"))
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester, ini=f"celery_guard_app = {name}\n")
    result.assert_outcomes(passed=1)


def test_the_command_line_wins(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="proj"))
    pytester.makepyfile(TEST)
    ini = "celery_guard_app = one:app\n"
    result = in_a_process_of_its_own(pytester, "--celery-guard-app=two:app", ini=ini)
    result.assert_outcomes(passed=1)


def test_of_djangos_settings_package(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = pytester.mkpydir("proj")
    (package / "celery.py").write_text(APP.format(name="proj"))
    (package / "settings.py").write_text("SECRET_KEY = 'x'")
    pytester.makepyfile(other=APP.format(name="other"))
    pytester.makepyfile("import other\n" + TEST)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "proj.settings")
    in_a_process_of_its_own(pytester, "-p", "no:django").assert_outcomes(passed=1)


def test_the_only_one_alive(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(mine=APP.format(name="proj"))
    pytester.makepyfile("import mine\n" + TEST)
    in_a_process_of_its_own(pytester).assert_outcomes(passed=1)


def test_none(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "celery_guard finds no Celery app: none was imported yet. Name it in the ini file*"
        ]
    )


def test_several(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="two"))
    pytester.makepyfile("import one, two\n" + TEST)
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["celery_guard finds 2 Celery apps: 'one', 'two'. Name it *"]
    )


def test_a_name_that_can_not_be_imported(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester, "--celery-guard-app=nowhere:app")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "celery_guard_app is 'nowhere:app', which can't be imported: ModuleNotFoundError(*"
        ]
    )
