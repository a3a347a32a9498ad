"""Wrong values and markers are errors: one for the run, or one for the test."""

from __future__ import annotations

import pytest

from tests.guard.test_fixtures import NAMED


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("limit", "many", "option limit is 'many', but it must be of type int."),
        ("limit", "-1", "option limit is -1, but it must be greater than 0."),
        ("timeout", "0", "option timeout is 0.0, but it must be greater than 0."),
        ("mode", "eagr", "option mode is 'eagr'. Did you mean 'eager'?"),
        ("scope", "clas", "option scope is 'clas'. Did you mean 'class'?"),
        (
            "contract",
            "loose",
            "option contract is 'loose'. It must be one of error, strict, warn, off.",
        ),
        ("seed", "often", "option seed is 'often', but it must be a number or random."),
        ("allow", "CEL602 CEL60", "there is no code 'CEL60'. Did you mean *"),
        (
            "broker",
            "sqs://x",
            "option broker is 'sqs://x', but it must be a redis:// or amqp:// URL.*",
        ),
        (
            "broker",
            "amqp://localhost",
            "option backend is '', but it must be a redis:// URL. *",
        ),
    ],
)
@pytest.mark.parametrize("where", ["ini file", "command line"])
def test_a_wrong_value_is_one_error_for_the_run(
    suite: pytest.Pytester, where: str, option: str, value: str, said: str
) -> None:
    suite.makepyfile("def test_one(celery_guard): ...\ndef test_two(celery_guard): ...")
    if where == "ini file":
        suite.makeini(f"{NAMED}celery_guard_{option} = {value}\n")
        result = suite.runpytest()
    else:
        result = suite.runpytest(f"--celery-guard-{option}={value}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *celery_guard*{said}"])
    result.stdout.no_fnmatch_line("*test_one*")


def test_a_flag_that_is_none_is_one_error_for_the_run(suite: pytest.Pytester) -> None:
    suite.makeini(f"{NAMED}celery_guard_commit = maybe\n")
    suite.makepyfile("def test_one(celery_guard): ...")
    result = suite.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: celery_guard_commit: *'maybe'*"])


IN_VAIN = "@pytest.mark.celery_guard has no effect, because the test doesn't use the *"


def test_a_marker_without_the_fixture_is_an_error(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        test_function="""
        import pytest
        from proj import add

        @pytest.mark.celery_guard(allow_leftover=True)
        def test_it():
            add.delay(1)
        """,
        test_class="""
        import pytest

        @pytest.mark.celery_guard(allow_leftover=True)
        class TestNobody:
            def test_it(self): ...

        @pytest.mark.celery_guard(allow_leftover=True)
        class TestSome:
            def test_it(self): ...
            def test_guarded(self, celery_guard): ...
        """,
        test_module="""
        import pytest

        pytestmark = pytest.mark.celery_guard(allow_leftover=True)

        def test_it(): ...
        """,
    )
    result = suite.runpytest()
    result.assert_outcomes(passed=2, errors=3)
    assert str(result.stdout).count(IN_VAIN[:-1]) == 3
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize("only", ["test_it.py::test_it", "test_it.py"])
def test_where_single_tests_are_chosen_a_module_s_marker_may_be_for_others(
    suite: pytest.Pytester, only: str
) -> None:
    suite.makepyfile(
        test_it="""
        import pytest

        pytestmark = pytest.mark.celery_guard(allow_leftover=True)

        def test_it(): ...
        def test_guarded(celery_guard): ...
        """
    )
    result = suite.runpytest(only, "-k", "test_it and not guarded")
    assert result.parseoutcomes()["passed"] == 1


def test_a_marker_has_its_effect_where_the_guard_is_on_anyway(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add

        @pytest.mark.celery_guard(allow_leftover=True)
        def test_it():
            add.delay(1)

        @pytest.mark.xfail(strict=True)
        def test_other():
            add.delay(1)
        """
    )
    result = suite.runpytest("--celery-guard-scope=session")
    result.assert_outcomes(passed=1, xfailed=1)


@pytest.mark.parametrize("returned", ["None", "'proj:app'"])
def test_a_fixture_that_returns_no_app_is_one_clear_line(
    suite: pytest.Pytester, returned: str
) -> None:
    suite.makepyfile(
        f"""
        import pytest

        @pytest.fixture
        def celery_guard_app():
            return {returned}

        def test_it(celery_guard): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        [f"The fixture celery_guard_app returns {returned}, which is not a Celery app."]
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("states(5)", "GuardError: 5 is not a result; pass what delay() or *"),
        ("history(add)", "GuardError: add is not a result; pass what delay() or *"),
        ("revoke(None)", "GuardError: None is not a result; pass what delay() or *"),
        (
            "drain(limit='x')",
            "WrongOptionError: drain's argument limit is 'x', but it must *",
        ),
        ("drain(limit=True)", "WrongOptionError: drain's argument limit is True, but it *"),
    ],
)
def test_what_is_no_result_and_no_number_is_one_line(
    suite: pytest.Pytester, call: str, said: str
) -> None:
    suite.makepyfile(
        f"""
        from proj import add

        def test_it(celery_guard):
            celery_guard.{call}
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"E *{said}"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("celery_guard_ap", "which is not an option. Did you mean celery_guard_app?"),
        ("celeryguard_app", "Did you mean celery_guard_app?"),
        ("celery-guard-limit", "Did you mean celery_guard_limit?"),
        ("celery_guard_allow_leftovers", "Did you mean celery_guard_allow_leftover?"),
        ("celery_guard_conf", "It is one of the marker only."),
        ("celery_guard_of_the_whole_house", "It can have celery_guard_*"),
    ],
)  # fmt: skip
def test_an_unknown_name_in_the_ini_file_is_one_error(
    suite: pytest.Pytester, name: str, said: str
) -> None:
    suite.makeini(f"{NAMED}{name} = x\n")
    suite.makepyfile("def test_one(celery_guard): ...")
    result = suite.runpytest()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: The ini file has {name}*{said}"])


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("eager=True", "no option 'eager'. Use the fixture celery_eager, or mode='eager'."),
        ("scope='class'", "scope is not an option of a test. Write celery_guard_scope in *"),
        ("min_coverage=5", "min_coverage is not *, or --celery-guard-min-coverage on the *"),
    ],
)  # fmt: skip
def test_an_option_at_a_wrong_place_says_where_it_belongs(
    suite: pytest.Pytester, option: str, said: str
) -> None:
    suite.makepyfile(
        f"""
        import pytest

        @pytest.mark.celery_guard({option})
        def test_it(celery_guard): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}"])
    result.stdout.no_fnmatch_line("*Traceback*")


@pytest.mark.parametrize(
    ("given", "shown"),
    [("'proj:app'", "'proj:app'"), ("None", "None"), ("add", "<@task: *"), ("proj", "<mod*")],
)  # fmt: skip
def test_a_guard_of_what_is_no_app(suite: pytest.Pytester, given: str, shown: str) -> None:
    suite.makepyfile(
        f"""
        import proj
        from proj import add
        from pytest_celery_guard import CeleryGuard

        def test_it():
            with CeleryGuard({given}): ...
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [f"E *NoAppError: CeleryGuard({shown}): it requires a Celery app, such as *"]
    )


def test_a_guard_before_its_block_says_so(suite: pytest.Pytester) -> None:
    suite.makepyfile(
        """
        import pytest
        from proj import add, app
        from pytest_celery_guard import CeleryGuard
        from pytest_celery_guard.errors import GuardError

        @pytest.mark.parametrize("ask", [
            lambda guard: guard.drain(), lambda guard: guard.sent, lambda guard: guard.account(),
            lambda guard: guard.step(), lambda guard: guard.advance(hours=1),
            lambda guard: guard.run(add.s(1)), lambda guard: guard.now,
        ])
        def test_it(ask):
            guard = CeleryGuard(app)
            with pytest.raises(GuardError, match="This CeleryGuard is not enabled"):
                ask(guard)
        """
    )
    suite.runpytest().assert_outcomes(passed=7)


def test_a_fixture_that_returns_what_has_an_app_says_where_it_is(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        import pytest
        import proj

        class Flask:
            extensions = {"celery": proj.app}

        @pytest.fixture
        def celery_guard_app():
            return Flask()

        def test_it(celery_guard): ...
        """
    )
    result = suite.runpytest()
    result.stdout.fnmatch_lines(
        ['*which is not a Celery app. Return its extensions[[]"celery"].']
    )
