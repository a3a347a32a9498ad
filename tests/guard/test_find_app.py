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
    return pytester.runpytest_subprocess("-p", "no:randomly", *arguments)


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
            "celery_guard found no Celery app, because none has been imported yet. Name"
            " it in the ini file,"
            ' celery_guard_app = "proj.celery:app", or in a marker,'
            ' @pytest.mark.celery_guard(app="proj.celery:app"), or let a fixture celery_guard_app'
            " return it. If a fixture creates the app, list celery_guard after it; if setUp or the"
            " test creates it, use with CeleryGuard(app)."
        ]
    )


def test_several(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="two"))
    pytester.makepyfile("import one, two\n" + TEST)
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [
            "celery_guard found 2 Celery apps: 'one' (one:app), 'two' (two:app). Name it in the"
            ' ini file, celery_guard_app = "one:app", or in a marker,*'
        ]
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere:app", "but that can't be imported: ModuleNotFoundError(*"),
        ("one:ap", "and one has no 'ap'. Did you mean one:app?"),
        ("one:Celery", "but that is <class *>, not a Celery app."),
        (
            "one:create_app",
            "but that is *, not a Celery app. If it creates the app, let a fixture"
            " celery_guard_app return create_app().",
        ),
    ],
)
def test_a_wrong_name_is_one_error_for_the_run(
    pytester: pytest.Pytester, name: str, said: str
) -> None:
    factory = "\ndef create_app(): ...\n"
    pytester.makepyfile(one=APP.format(name="one") + factory)
    pytester.makepyfile(test_it=TEST, test_more=TEST)
    result = in_a_process_of_its_own(pytester, f"--celery-guard-app={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    told = [line for line in result.outlines if "celery_guard_app is" in line]
    assert len(told) == 1
    result.stdout.fnmatch_lines([f"*celery_guard_app is '{name}', {said}*"])


def test_with_xdist_each_test_tells_a_wrong_name(pytester: pytest.Pytester) -> None:
    pytest.importorskip("xdist")
    pytester.makepyfile(TEST)
    result = in_a_process_of_its_own(pytester, "--celery-guard-app=nowhere:app", "-n1")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*celery_guard_app is 'nowhere:app', but that can't be *"])


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("5", "celery_guard_app is 5, which is not a Celery app."),
        (
            "one.app.tasks['celery.chord']",
            "celery_guard_app is <*>, which is not a Celery app. Return its .app.",
        ),
    ],
)
def test_a_marker_may_hold_nothing_else(
    pytester: pytest.Pytester, value: str, said: str
) -> None:
    pytester.makepyfile(one=APP.format(name="one"))
    pytester.makepyfile(
        f"""
        import pytest
        import one

        @pytest.mark.celery_guard(app={value})
        def test_it(celery_guard): ...
        """
    )
    result = in_a_process_of_its_own(pytester)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])


def test_a_marker_may_hold_the_app_itself(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(one=APP.format(name="one"), two=APP.format(name="proj"))
    pytester.makepyfile(
        f"""
        import pytest
        import one, two

        pytestmark = pytest.mark.celery_guard(app=two.app)
        {TEST.replace(chr(10), chr(10) + " " * 8)}
        """
    )
    in_a_process_of_its_own(pytester).assert_outcomes(passed=1)
