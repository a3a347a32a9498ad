"""The fixtures, the marker and the options, as a test suite uses them."""

from __future__ import annotations

import sys
from dataclasses import fields
from importlib.metadata import version

import pytest

from pytest_celery_guard.options.settings import Settings

APP = """
from celery import Celery

app = Celery("proj", broker="redis://nowhere.invalid/0", backend="redis://nowhere.invalid/1")


@app.task(name="add")
def add(x, y=0):
    return x + y


@app.task(name="boom")
def boom():
    raise ValueError("no stock")
"""


INI = """\
[pytest]
pythonpath = .
addopts = -p no:django -p no:hypothesispytest -p no:randomly -p no:xdist -p no:cacheprovider
"""
NAMED = f"{INI}celery_guard_app = proj:app\n"


def test_the_step_fixture(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from proj import add

        def test_add(celery_guard):
            result = add.delay(1, 2)
            assert celery_guard.states(result) == ["PENDING"]
            celery_guard.drain()
            assert celery_guard.states(result) == ["PENDING", "SUCCESS"]
        """
    )
    suite.runpytest("--strict-markers").assert_outcomes(passed=1)


def test_the_eager_fixture_is_the_same_object(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from proj import add

        def test_add(celery_eager, celery_guard):
            assert celery_eager is celery_guard
            assert add.delay(1, 2).state == "SUCCESS"
        """
    )
    suite.runpytest().assert_outcomes(passed=1)


def test_each_test_starts_with_nothing(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, app

        @pytest.mark.parametrize("_", range(3))
        def test_add(celery_guard, _):
            assert celery_guard.sent == []
            assert app.AsyncResult("one").state == "PENDING"
            add.apply_async((1,), task_id="one")
            celery_guard.drain()
            celery_guard.advance(days=3)
        """
    )
    suite.runpytest().assert_outcomes(passed=3)


def test_a_test_that_leaves_something_behind_fails(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from proj import add, boom

        def test_leftover(celery_guard):
            add.delay(1)

        def test_failure(celery_guard):
            boom.delay()
            celery_guard.drain()

        def test_failure_in_eager_mode(celery_eager):
            boom.delay()
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        ["add was sent but never run:", "  add(1) queue='celery'"], consecutive=True
    )
    result.stdout.no_fnmatch_line("*During handling of the above exception*")
    result.stdout.no_fnmatch_line("*pytest_celery_guard?guard.py*")


def test_what_the_test_itself_found_comes_first(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from proj import add

        def test_leftover(celery_guard):
            add.delay(1)
            assert celery_guard.sent == [add.s(2)]
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       AssertionError: assert add was sent, but not as expected",
            "E         send 0 is add(1) queue='celery'",
            "E           expected  add(2)",
            "E           x: 1 instead of 2",
        ]
    )
    result.stdout.no_fnmatch_line("*never run*")


def test_a_failing_test_shows_what_its_tasks_did(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from proj import boom

        def test_boom(celery_guard):
            result = boom.delay()
            celery_guard.drain()
            assert result.successful()
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E       assert False",
            "*Captured Celery call*",
            "+0:00:0?  sent      boom()",
            "+0:00:0?  FAILURE   boom()",
            "                    ValueError('no stock')",
            '                    File "proj.py", line 13, in boom',
        ]
    )


FAILS = """
import pytest
from proj import add

@pytest.fixture
def order(celery_guard):
    assert add.delay(1).get() == 2

def test_setup(order):
    pass

def test_fail(celery_guard):
    add.delay(1)
    pytest.fail("on purpose")

def test_leftover(celery_guard):
    add.delay(1)

def test_skipped(celery_guard):
    add.delay(3)
    pytest.skip("on purpose")

def test_nothing_sent(celery_guard):
    raise ValueError
"""


def test_however_it_fails(suite: pytest.Pytester) -> None:
    suite.makepyfile(FAILS)
    result = suite.runpytest("-rs")
    result.assert_outcomes(errors=1, failed=3, skipped=1)
    result.stdout.fnmatch_lines_random(["*Captured Celery setup*"])
    assert str(result.stdout).count("Captured Celery call") == 2
    result.stdout.no_fnmatch_line("*add(3)*")


def test_the_section_can_be_hidden(suite: pytest.Pytester) -> None:
    suite.makepyfile(FAILS)
    suite.runpytest("--show-capture=no").stdout.no_fnmatch_line("*Captured Celery*")


LEAVES_ALL = """
from proj import add, boom

{mark}
def test_leaves(celery_guard):
    boom.delay()
    celery_guard.drain()
    add.delay(1)
"""


def test_the_marker_allows_it(suite: pytest.Pytester) -> None:
    mark = "@pytest.mark.celery_guard(allow_failures=True, allow_leftover=True)"
    suite.makepyfile("import pytest\n" + LEAVES_ALL.format(mark=mark))
    suite.runpytest("--strict-markers").assert_outcomes(passed=1)


def test_the_closest_marker_wins(suite: pytest.Pytester) -> None:
    module = (
        "pytestmark = pytest.mark.celery_guard(allow_failures=True, allow_leftover=True)"
    )
    mark = "@pytest.mark.celery_guard(allow_leftover=False)"
    suite.makepyfile(f"import pytest\n{module}\n" + LEAVES_ALL.format(mark=mark))
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*failed with*")


def test_the_ini_file_allows_it(suite: pytest.Pytester) -> None:
    suite.makeini(
        NAMED + "celery_guard_allow_failures = true\ncelery_guard_allow_leftover = true\n"
    )
    suite.makepyfile(LEAVES_ALL.format(mark=""))
    suite.runpytest().assert_outcomes(passed=1)


def test_the_command_line_allows_it(suite: pytest.Pytester) -> None:
    suite.makepyfile(LEAVES_ALL.format(mark=""))
    flags = ["--celery-guard-allow-failures", "--celery-guard-allow-leftover"]
    suite.runpytest(*flags).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        (
            "alow_failures=True",
            "has no option 'alow_failures'. Did you mean 'allow_failures'?",
        ),
        ("zzz=1", "has no option 'zzz'. It has allow, allow_broker, allow_failures,*"),
        ("limit='many'", "option limit is 'many', but it must be of type int."),
        ("hostname=3", "option hostname is 3, but it must be of type str."),
        ("conf={1: 2}", "option conf has the key 1, but its keys must be strings."),
        (
            "conf={'task_trak_started': True}",
            "has no setting 'task_trak_started'. Did you mean 'task_track_started'?",
        ),
        (
            "app='nowhere:app'",
            "celery_guard_app is 'nowhere:app', but that can't be imported:*",
        ),
        (
            "app='proj:APP'",
            "celery_guard_app is 'proj:APP', and proj has no 'APP'. Did you mean proj:app?",
        ),
        (
            "app='proj:add'",
            "celery_guard_app is 'proj:add', but that is *, not a Celery app.",
        ),
        ("limit=-1", "option limit is -1, but it must be greater than 0."),
        ("limit=0", "option limit is 0, but it must be greater than 0."),
        ("limit=True", "option limit is True, but it must be of type int."),
        ("allow_broker=1", "option allow_broker is 1, but it must be of type bool."),
        ("timeout=-0.5", "option timeout is -0.5, but it must be greater than 0."),
        ("contract='strikt'", "option contract is 'strikt'. Did you mean 'strict'?"),
        ("mode='eagr'", "option mode is 'eagr'. Did you mean 'eager'?"),
        ("mode='real'", "option mode is 'real'. It must be one of step, eager, worker."),
        ("seed='often'", "option seed is 'often', but it must be a number or random."),
        ("allow=['CEL60']", "there is no code 'CEL60'. Did you mean CEL60?*"),
        (
            "True",
            "options must be named. Did you mean *celery_guard(allow_failures=True)?",
        ),
        ("5", "options must be named. Did you mean @pytest.mark.celery_guard(limit=5)?"),
        ("'proj:app'", "Did you mean @pytest.mark.celery_guard(app='proj:app')?"),
        (
            "'allow_leftovers'",
            "Did you mean @pytest.mark.celery_guard(allow_leftover=True)?",
        ),
        ("'CEL602'", "Did you mean @pytest.mark.celery_guard(allow=?'CEL602'?)?"),
        ("['CEL602']", "Did you mean @pytest.mark.celery_guard(allow=?'CEL602'?)?"),
        ("'eager', 3", "Did you mean @pytest.mark.celery_guard(mode='eager', limit=3)?"),
        (
            "{'timezone': 'UTC'}",
            "Did you mean @pytest.mark.celery_guard(conf={'timezone':*",
        ),
    ],
)
def test_a_wrong_option_is_one_clear_line(
    suite: pytest.Pytester, mark: str, said: str
) -> None:
    suite.makepyfile(
        f"""
        import pytest

        @pytest.mark.celery_guard({mark})
        def test_marked(celery_guard): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*plugin.py*")


@pytest.mark.parametrize("own_assertion", ["True", "False"])
def test_a_problem_is_told_once(suite: pytest.Pytester, own_assertion: str) -> None:
    suite.makepyfile(
        f"""
        from proj import app

        def test_it(celery_guard):
            app.send_task("add", (1, 2, 3), ignore_result=True)
            celery_guard.drain()
            celery_guard.failures
            assert {own_assertion}
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    lines = [line.strip() for line in result.outlines]
    assert sum(line.startswith("CEL601 ") for line in lines) == 1
    told = {"True": ["CEL601 *"], "False": ["Problems:", "  CEL601 *"]}
    result.stdout.fnmatch_lines(told[own_assertion])


def test_a_wrong_setting_is_shown_at_the_line_of_the_test(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        "def test_it(celery_guard):\n    celery_guard.conf(task_trak_started=1)"
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Did you mean 'task_track_started'?", "*.py:2: *"])
    result.stdout.no_fnmatch_line("*settings.py*")


def test_the_limit_can_be_set(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        def test_it(celery_guard):
            for _ in range(3):
                add.delay(1)
            with pytest.raises(AssertionError, match="2 tasks ran and more are waiting"):
                celery_guard.drain()
            celery_guard.drain()
        """
    )
    suite.runpytest("--celery-guard-limit=2").assert_outcomes(passed=1)


def test_settings_of_one_test(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, app

        @pytest.mark.celery_guard(conf={"task_track_started": True})
        def test_tracked(celery_guard):
            result = add.delay(1)
            celery_guard.drain()
            assert celery_guard.states(result) == ["PENDING", "STARTED", "SUCCESS"]

        def test_not_tracked(celery_guard):
            assert app.conf.task_track_started is False
            result = add.delay(1)
            celery_guard.drain()
            assert celery_guard.states(result) == ["PENDING", "SUCCESS"]
        """
    )
    suite.runpytest().assert_outcomes(passed=2)


def test_a_unittest_finds_the_guard_on_itself(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import unittest
        import pytest
        from proj import add

        @pytest.mark.usefixtures("celery_guard")
        class AddTest(unittest.TestCase):
            def test_add(self):
                add.delay(1, 2)
                self.assertEqual(self.celery_guard.sent, [add.s(1, 2)])
                self.celery_guard.drain()

            def test_leftover(self):
                add.delay(1, 2)
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["add was sent but never run:"])


def test_a_unittest_without_pytest_uses_the_context_manager(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_plain="""
        import unittest
        from proj import add, app
        from pytest_celery_guard import CeleryGuard

        class AddTest(unittest.TestCase):
            def setUp(self):
                self.guard = CeleryGuard(app)
                self.guard.__enter__()
                self.addCleanup(self.guard.__exit__, None, None, None)

            def test_add(self):
                self.assertEqual(add.delay(1, 2).get(), 3)

            def test_leftover(self):
                add.delay(1, 2)
        """
    )
    result = suite.run(sys.executable, "-m", "unittest", "test_plain")
    result.stderr.fnmatch_lines(
        ["*GuardError: add was sent but never run:", "FAILED (failures=1)"]
    )
    result.stderr.no_fnmatch_line("*test_add (*")


def test_the_app_fixture_can_be_overridden(suite: pytest.Pytester) -> None:
    suite.makeini(INI)
    suite.makepyfile(
        """
        import pytest
        import proj

        @pytest.fixture
        def celery_guard_app():
            return proj.app

        def test_add(celery_guard):
            assert celery_guard.app is proj.app
        """
    )
    suite.runpytest().assert_outcomes(passed=1)


def test_a_marker_can_name_another_app(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        other=APP.replace('"proj"', '"other"').replace('name="', 'name="other.')
    )
    suite.makepyfile(
        """
        import pytest

        @pytest.mark.celery_guard(app="other:app")
        def test_other(celery_guard):
            assert celery_guard.app.main == "other"

        def test_own(celery_guard):
            assert celery_guard.app.main == "proj"
        """
    )
    suite.runpytest().assert_outcomes(passed=2)


def test_the_plugin_lives_beside_celerys_own(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        pytest_plugins = ["celery.contrib.pytest"]

        def test_both(celery_app, celery_guard):
            assert celery_app is not celery_guard.app
        """
    )
    suite.runpytest_subprocess().assert_outcomes(passed=1)


def test_help_names_every_option(suite: pytest.Pytester) -> None:
    result = suite.runpytest("--help")
    result.stdout.fnmatch_lines(
        ["celery-guard:", "  --celery-guard-app=*", "  --celery-guard-allow-failures*"]
    )


def test_markers_and_fixtures_say_what_to_write(suite: pytest.Pytester) -> None:
    lines = suite.runpytest("--markers").outlines
    start = lines.index(
        "@pytest.mark.celery_guard(**options): options for celery_guard and celery_eager in a"
        " test, a class or a module, such as @pytest.mark.celery_guard(allow_leftover=True):"
    )
    told = [line.split(":")[0].strip() for line in lines[start + 1 :]]
    names = {field.name for field in fields(Settings)} | {"app"}
    assert names <= set(told[: told.index("")])
    shown = suite.runpytest("--fixtures").stdout.str()
    assert "celery_guard.drain() runs what was sent" in shown
    assert "celery_guard_app = proj.celery:app" in shown
    assert "Like celery_eager, but for all tests of a class" in shown


@pytest.mark.parametrize(
    ("flags", "end"),
    [
        (("-c", "bare.ini"), ", app detected by each test, mode step"),
        ((), ", app proj:app, mode step"),
        (("--celery-guard-mode=eager",), ", app proj:app, mode eager"),
    ],
)
def test_a_run_begins_with_what_it_works_with(
    suite: pytest.Pytester, flags: tuple[str, ...], end: str
) -> None:
    suite.makefile(".ini", bare=INI)
    begin = f"celery-guard {version('celery-guard')}: Celery {version('celery')}"
    assert f"{begin}{end}" in suite.runpytest(*flags, "--collect-only").outlines
    assert begin not in suite.runpytest("-q", *flags, "--collect-only").stdout.str()


def test_a_test_that_asks_for_the_guard_while_it_runs(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        from proj import add, boom

        def test_seen(request):
            guard = request.getfixturevalue("celery_guard")
            assert guard.run(add.s(1, 2)) == 3

        def test_unseen(request):
            request.getfixturevalue("celery_eager")
            boom.delay()

        def test_left(request):
            request.getfixturevalue("celery_guard")
            add.delay(1)

        def test_the_next_one(celery_guard):
            assert celery_guard.sent == []
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines(
        [
            "boom failed with ValueError, and the test did not check it:",
            "add was sent but never run:",
        ]
    )
