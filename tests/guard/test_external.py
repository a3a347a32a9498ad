"""Tasks of other services: their messages stay where they are, and nobody minds."""

from __future__ import annotations

from typing import Any

import pytest
from celery import chain, chord

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, WouldBlockForeverError, WrongOptionError
from tests.guard.test_fixtures import APP, NAMED

EXTERNAL = ("billing.*", "mail.send")


def test_their_messages_are_no_leftover(app: Any, add: Any) -> None:
    with CeleryGuard(app, external=EXTERNAL) as guard:
        app.send_task("billing.invoice", (1,), queue="billing")
        app.send_task("mail.send", ("ann@example.com",))
        add.delay(1)
        assert guard.drain() == 1
        assert guard.sent == ["billing.invoice", "mail.send", add.s(1)]
        assert guard.drain() == 0
        assert guard.failures == []


@pytest.mark.parametrize("seed", [1, 2])
def test_they_stay_in_any_order(app: Any, add: Any, seed: int) -> None:
    with CeleryGuard(app, external=EXTERNAL, seed=seed) as guard:
        for n in range(5):
            app.send_task("billing.invoice", (n,))
            add.delay(n)
        assert guard.drain() == 5
        assert guard.drain(queue="celery") == guard.drain(only="billing.invoice") == 0
        assert guard.advance(days=1) == 0
        assert not guard.step()


@pytest.mark.parametrize("kind", ["chain", "chord"])
def test_a_read_of_what_follows_one_says_so(app: Any, add: Any, kind: str) -> None:
    foreign = app.signature("billing.invoice", (1,))
    with CeleryGuard(app, external=EXTERNAL) as guard:
        if kind == "chain":
            result = chain(add.s(1), foreign, add.si(2)).delay()
        else:
            result = chord([add.s(1), foreign], add.si(2)).delay()
        guard.drain()
        with pytest.raises(WouldBlockForeverError) as refused:
            result.get()
    assert str(refused.value) == (
        f"The result of task {result.id} will never be available: it follows billing.invoice.\n"
        "billing.invoice is a task of another service (option external), which does not run here."
        " To have a result, write celery_guard.stub('billing.invoice', returns=...)."
    )


def test_others_are_leftover_still(app: Any) -> None:
    with pytest.raises(GuardError) as refused:
        with CeleryGuard(app, external=EXTERNAL):
            app.send_task("billing.invoice")
            app.send_task("mail.sent", queue="mail")
            app.send_task("payroll.run")
    assert str(refused.value) == (
        "sent and run were sent, but the app does not have them:\n"
        "  mail.sent() queue='mail'\n"
        "  payroll.run() queue='celery'\n"
        "If another service runs them, mark the test with"
        ' @pytest.mark.celery_guard(external=["mail.*", "payroll.*"]).'
    )


def test_the_advice_for_one_names_no_drain(app: Any, add: Any) -> None:
    with pytest.raises(GuardError) as refused:
        with CeleryGuard(app):
            app.send_task("other.tasks.render", queue="render")
            add.delay(1)
    first, second = str(refused.value).split("\n\n")
    assert first.startswith("add was sent but never run:\n  add(1)")
    assert "Run what is due with celery_guard.drain()." in first
    assert second.startswith(
        "render was sent, but the app does not have it:\n  other.tasks.render()"
    )
    assert second.endswith('external=["other.tasks.*"]).')
    assert "drain" not in second


def test_one_that_was_run_in_vain_gets_the_same_advice(app: Any) -> None:
    with pytest.raises(GuardError) as refused:
        with CeleryGuard(app) as guard:
            app.send_task("other.tasks.render")
            guard.drain()
    assert str(refused.value).startswith(
        "render could not run, because the app does not have it:\n  other.tasks.render ("
    )
    assert str(refused.value).endswith('external=["other.tasks.*"]).')


def test_the_advice_never_takes_in_an_own_task(app: Any) -> None:
    @app.task(name="shop.tasks.pay")
    def pay() -> None: ...

    with pytest.raises(GuardError, match=r'external=\["shop\.tasks\.render"\]\)\.$'):
        with CeleryGuard(app, contract="off"):
            app.send_task("shop.tasks.render")


def test_their_names_are_known(app: Any) -> None:
    @app.task(name="shop.tasks.pay")
    def pay() -> None: ...

    with CeleryGuard(app, external=["shop.tasks.bill"], contract="strict") as guard:
        app.send_task("shop.tasks.bill")
        chain(pay.si(), app.signature("shop.tasks.bill", immutable=True)).delay()
        assert guard.drain() == 1


def test_an_unknown_name_is_told_how_to_be_known(app: Any) -> None:
    told = r"CEL608 .* discards the message\. If another service .* external=\['x\.y'\]\."
    with pytest.raises(GuardError, match=told):
        with CeleryGuard(app, contract="strict", allow_leftover=True):
            app.send_task("x.y")


def test_their_results_never_come(app: Any) -> None:
    with CeleryGuard(app, external=EXTERNAL):
        result = app.send_task("billing.invoice")
        assert result.state == "PENDING"
        with pytest.raises(WouldBlockForeverError) as refused:
            result.get()
    assert str(refused.value) == (
        "billing.invoice is a task of another service (option external), which does not run here."
        " To have a result, write celery_guard.stub('billing.invoice', returns=...)."
    )


def test_a_pattern_that_fits_an_own_task_is_an_error(app: Any, add: Any) -> None:
    with pytest.raises(WrongOptionError) as refused:
        with CeleryGuard(app, external=["billing.*", "a*"]):
            pass
    assert str(refused.value) == (
        "celery_guard's option external is 'a*', and the app has the task add itself, which would"
        " never run. Name other tasks, or write celery_guard.stub('add') for it."
    )
    with CeleryGuard(app):  # and it is off
        pass


def test_a_wrong_kind_of_value_is_an_error(app: Any) -> None:
    with pytest.raises(
        WrongOptionError, match="option external is 7, but it must be of type Sequence"
    ):
        CeleryGuard(app, external=7)
    with pytest.raises(WrongOptionError, match="Did you mean 'external'"):
        CeleryGuard(app, externals=["billing.*"])


@pytest.mark.parametrize("value", ["[add]", "add", "5", "[5]", "None"])
def test_something_else_than_a_name_is_an_error(
    pytester: pytest.Pytester, value: str
) -> None:
    pytester.makepyfile(proj=APP)
    pytester.makeini(NAMED)
    pytester.makepyfile(
        f"""
        import pytest
        from proj import add

        @pytest.mark.celery_guard(external={value})
        def test_it(celery_guard): ...
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    hint = " Did you mean 'add'?" if "add" in value else ""
    result.stdout.fnmatch_lines(
        [f"celery_guard's option external has *, but it takes strings.{hint}"]
    )


def test_ini_file_and_marker_add_up(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(proj=APP)
    pytester.makeini(f"{NAMED}celery_guard_external = billing.*, payroll.*\n")
    pytester.makepyfile(
        """
        import pytest
        from proj import app

        def test_ini(celery_guard):
            app.send_task("billing.invoice")
            app.send_task("payroll.run")
            celery_guard.drain()

        @pytest.mark.celery_guard(external=["mail.*"])
        def test_both(celery_guard):
            app.send_task("billing.invoice")
            app.send_task("mail.send")
            celery_guard.drain()

        def test_not_marked(celery_guard):
            app.send_task("mail.send")
        """
    )
    result = pytester.runpytest()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*was sent, but the app does not have it*"])


@pytest.mark.parametrize(
    "option", ["celery_guard_external = add", "celery_guard_store = app"]
)
def test_what_the_app_can_not_have_is_one_error_for_the_run(
    pytester: pytest.Pytester, option: str
) -> None:
    pytester.makepyfile(proj=APP)
    pytester.makeini(f"{NAMED}{option}\n")
    pytester.makepyfile("def test_one(celery_guard): ...\ndef test_two(celery_guard): ...")
    result = pytester.runpytest_subprocess("-p", "no:django")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert str(result.stdout).count("celery_guard's option") == 1


def test_what_a_marker_has_wrong_is_an_error_of_its_test(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(proj=APP)
    pytester.makeini(f"{NAMED}celery_guard_external = billing.*\n")
    pytester.makepyfile(
        """
        import pytest

        @pytest.mark.celery_guard(external=["add"])
        def test_one(celery_guard): ...

        def test_two(celery_guard): ...
        """
    )
    pytester.runpytest("-p", "no:django").assert_outcomes(passed=1, errors=1)


def test_a_test_of_a_class_has_its_own(app: Any) -> None:
    with CeleryGuard(app, external=["billing.*"]) as guard:
        guard.begin_part(external=["mail.*"])
        app.send_task("mail.send")
        guard.verify()
        guard.end_part()
        app.send_task("billing.invoice")


@pytest.mark.parametrize(
    "read",
    [
        'app.send_task("other.x").get()',
        'app.signature("other.x").delay().get()',
        '(add.s(1) | app.signature("other.x")).delay().get()',
        'result = app.send_task("other.x"); celery_guard.drain(); assert result.successful()',
    ],
)
def test_the_hint_stands_beside_the_failure_of_a_test_that_has_looked(
    suite: pytest.Pytester, read: str
) -> None:
    suite.makepyfile(
        f"""
        from proj import add, app

        def test_it(celery_guard):
            {read}
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=1)
    hint = 'If another service runs it, mark the test with *(external=[[]"other.[*]"[]]).'
    assert len([each for each in result.outlines if "(external=[" in each]) == 1
    result.stdout.fnmatch_lines([hint])


def test_the_hint_is_for_no_task_that_the_app_has_or_was_meant(
    suite: pytest.Pytester,
) -> None:
    suite.makepyfile(
        """
        from proj import app, boom

        def test_boom(celery_guard):
            boom.delay().get()

        def test_typo(celery_guard):
            app.send_task("ad").get()
        """
    )
    result = suite.runpytest()
    result.assert_outcomes(failed=2)
    result.stdout.no_fnmatch_line("*external=*")
