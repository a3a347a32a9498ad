"""Values of keys that name a secret are in no message and no report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from celery import Celery

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.basics.secrets import masked, masked_text
from pytest_celery_guard.errors import GuardError, WrongOptionError
from pytest_celery_guard.explain.comparisons import states_differ

SECRET = "hunter2-and-more"


@pytest.fixture
def login(app: Any) -> Any:
    @app.task(name="login")
    def login(user: str, password: str = "", **more: object) -> Any:
        if user == "eve":
            raise PermissionError(f"{user} can't log in with {password}")
        return {"user": user, "session": {"accessToken": SECRET, "age": 5}}

    return login


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password='hunter2'", "password='***'"),
        ('{"api_key": "a\\"b", "n": 1}', '{"api_key": \'***\', "n": 1}'),
        ("{'token': 'abc', 'user': 'ann'}", "{'token': '***', 'user': 'ann'}"),
        ("redis://:hunter2@cache:6379/0", "redis://:***@cache:6379/0"),
        ("amqp://ann:hunter2@mq//", "amqp://ann:***@mq//"),
        ("GET /x?api_key=abc&page=2", "GET /x?api_key=***&page=2"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: ***"),
        ("sent Bearer abcdefgh", "sent Bearer ***"),
        ("X-Api-Key: abc, Host: x", "X-Api-Key: ***, Host: x"),
        ("dbPassword=abc clientSecret=def", "dbPassword=*** clientSecret=***"),
        ("credentials={'user': 'a', 'pin': [1, 2]} next", "credentials='***' next"),
        ("password='hunter", "password='***'"),
        ("password=None, token=True", "password=None, token=True"),
        ("tokenizer='bpe' author='ann' secretary='bob'",) * 2,
        ("passwords=['a', 'b']", "passwords='***'"),
        ("https://example.com/a:b token == x",) * 2,
        ("token: '***'",) * 2,
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert masked_text(text) in {shown, shown.replace("'***'", "***")}
    assert masked_text(masked_text(text)) == masked_text(text)


def test_values() -> None:
    value = {"a": [{"refresh_token": 5, "url": "https://u:p@h"}], "password": None}
    assert masked(value) == {
        "a": [{"refresh_token": "***", "url": "https://u:***@h"}],
        "password": None,
    }


CALLS = [
    lambda login: login.delay("ann", SECRET),
    lambda login: login.delay("ann", password=SECRET),
    lambda login: login.delay("ann", headers={"Authorization": SECRET}),
    lambda login: login.delay("ann", url=f"https://ann:{SECRET}@example.com"),
    lambda login: login.apply_async(["ann", SECRET]),
    lambda login: login.delay("ann", **{"x-api-key": SECRET}, long=["x" * 2000]),
    lambda login: login.apply_async(("ann",), {"a": {"b": {"c": {"secret": SECRET}}}}),
]


@pytest.mark.parametrize("call", CALLS)
def test_arguments_in_account_and_messages(app: Any, login: Any, call: Any) -> None:
    with CeleryGuard(app, allow_leftover=False) as guard:
        call(login)
        assert SECRET not in guard.account() + repr(guard.sent)
        assert "***" in repr(guard.sent)
        assert "'ann'" in guard.account()
        with pytest.raises(GuardError, match="never run") as verdict:
            guard.verify()
        app.control.purge()
    assert SECRET not in str(verdict.value)


def test_results_and_what_a_task_raises(app: Any, login: Any) -> None:
    def test() -> None:
        with CeleryGuard(app) as guard:
            login.delay("ann", SECRET)
            login.delay("eve", SECRET)
            guard.drain()
            account = guard.account()
            assert SECRET not in account
            assert 'PermissionError("eve can\'t log in with ***")' in account
            assert "'age': 5" in account

    with pytest.raises(GuardError, match="can't log in with") as verdict:
        test()
    assert SECRET not in str(verdict.value)


def test_what_is_scheduled(guard: CeleryGuard, login: Any) -> None:
    login.apply_async(("ann", SECRET), countdown=60)
    assert "login('ann', '***')" in repr(guard.scheduled)


def test_the_sends_themselves_keep_their_values(guard: CeleryGuard, login: Any) -> None:
    login.delay("ann", SECRET)
    assert guard.sent == [login.s("ann", SECRET)]
    assert guard.sent[0].args == ("ann", SECRET)
    assert guard.sent != [login.s("ann", "other")]


@pytest.mark.parametrize("names", [["ssn"], ["ssn", "-token"]])
def test_further_names(app: Any, login: Any, names: list[str]) -> None:
    with CeleryGuard(app, secrets=names, allow_leftover=True) as guard:
        login.delay("ann", ssn="123-45", token=SECRET)
        assert "123-45" not in guard.account()
        assert (SECRET in guard.account()) == ("-token" in names)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("-tokn", "has '-tokn', but 'tokn' is not in its list. Did you mean '-token'"),
        ("-ssn", "has '-ssn', but 'ssn' is not in its list"),
    ],
)
def test_a_name_to_leave_out_that_nobody_has_put_in(app: Any, name: str, said: str) -> None:
    with pytest.raises(WrongOptionError, match=said), CeleryGuard(app, secrets=[name]):
        pass


def test_what_the_guard_tells_of_a_failure_by_itself(app: Any, login: Any) -> None:
    with CeleryGuard(app, allow_failures=True) as guard:
        result = login.delay("eve", SECRET)
        guard.drain()
        states = "\n".join(states_differ(guard.states(result), ["PENDING"]))
        for told in (states, repr(guard.failures), repr(guard.history(result))):
            assert "log in with ***" in told
            assert SECRET not in told
        assert SECRET in guard.failures[0].exception
        assert SECRET in str(guard.history(result)[-1].traceback)


def test_nothing_is_masked_where_that_is_chosen(app: Any, login: Any) -> None:
    with CeleryGuard(app, secrets=["off"], allow_leftover=True) as guard:
        login.delay("ann", password=SECRET)
        assert SECRET in guard.account()


SUITE = f"""
from celery import Celery

app = Celery("shop", broker="redis://nowhere.invalid", backend="redis://nowhere.invalid")

@app.task
def login(user, password, code=""):
    raise ValueError(f"no {{password}}, no {{code}}")

def test_one(celery_guard):
    login.delay("ann", "{SECRET}", code="s3same")
    assert celery_guard.sent == [login.s("ann", "other", code="s3same")]

def test_two(celery_guard):
    login.delay("ann", "{SECRET}")
    celery_guard.drain()
"""


@pytest.mark.parametrize(
    ("ini", "code"), [("", True), ("celery_guard_secrets = code", False)]
)
def test_a_run_and_its_reports(pytester: pytest.Pytester, ini: str, code: bool) -> None:
    pytester.makepyfile(test_shop=SUITE)
    pytester.makeini(f"[pytest]\n{ini}\n")
    reports = [f"--celery-guard-report={each}" for each in ("r.json", "r.html")]
    result = pytester.runpytest_subprocess(
        "-p", "no:cacheprovider", "-p", "no:logging", "--tb=line", *reports
    )
    result.assert_outcomes(failed=2)
    written = [Path(each).read_text() for each in ("r.json", "r.html")]
    json.loads(written[0])
    assert SECRET not in result.stdout.str()
    for text in written:
        assert SECRET not in text
        assert ("s3same" in text) == code
        assert "***" in text


def test_what_is_wrong_with_an_argument(app: Any, login: Any) -> None:
    def test() -> None:
        with CeleryGuard(app, contract="strict", allow_leftover=True):
            login.delay("ann", token=(SECRET, 1), codes={1: "a"})

    with pytest.raises(GuardError, match=r"`token` was '\*\*\*' and arrives") as told:
        test()
    assert SECRET not in str(told.value)
    assert "{1: 'a'}" in str(told.value)


def test_no_guard_is_needed_to_mask() -> None:
    app = Celery("none", set_as_current=False)
    assert masked({"password": app})["password"] == "***"
