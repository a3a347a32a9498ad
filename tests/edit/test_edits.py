"""What each edit writes, in the shapes that code has; the rest of the file is as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.cli.fixes import fixing
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from tests.fixes import fixes, texts

HEAD = """\
import asyncio
import time

from celery import Celery, group, shared_task
from celery.result import AsyncResult, GroupResult


@shared_task
def add(x):
    return x


"""


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose name says nothing of tests, which are no production code."""
    folder = tmp_path_factory.mktemp("project").resolve()
    (folder / "pyproject.toml").touch()
    return folder


def fixed(root: Path, code: str, *, unsafe: bool = True) -> str:
    """The code with all fixes; what is put above it stays."""
    path = root / "jobs.py"
    path.write_text(HEAD + code, encoding="utf-8")
    done = fixes(Options(cache=False), [path], unsafe=unsafe)
    assert done.refused == {}
    text = texts(done).get(path, HEAD + code)
    assert text.startswith(HEAD)
    return text.removeprefix(HEAD)


FUNCTION = "def f(i, j=0):\n    {}\n"
COROUTINE = "async def f(i):\n    {}\n"
TASK = "@shared_task\ndef f(i):\n    r = AsyncResult(i)\n    {}\n"
HANDLER = """\
@shared_task(bind=True)
def f(self):
    try:
        return 1
    except OSError as error:
        {}
        raise
"""


@pytest.mark.parametrize(
    ("around", "before", "after"),
    [
        # a limit of time
        (FUNCTION, "AsyncResult(i).get()", "AsyncResult(i).get(timeout=60)"),
        (FUNCTION, "AsyncResult(i).get( )", "AsyncResult(i).get( timeout=60)"),
        (FUNCTION, "AsyncResult(i).get(None, False)", "AsyncResult(i).get(60, False)"),
        (FUNCTION, "AsyncResult(i).get(timeout=None)", "AsyncResult(i).get(timeout=60)"),
        (
            FUNCTION,
            "AsyncResult(i).get(\n        propagate=False,  # never mind\n    )",
            "AsyncResult(i).get(\n        timeout=60,\n"
            "        propagate=False,  # never mind\n    )",
        ),
        (
            FUNCTION,
            "AsyncResult(i).get(  # a comment\n    )",
            "AsyncResult(i).get(  # a comment\n    timeout=60)",
        ),
        (FUNCTION, "GroupResult.restore(i).join()", "GroupResult.restore(i).join(timeout=60)"),
        # a thread that waits
        (COROUTINE, "AsyncResult(i).get()", "await asyncio.to_thread(AsyncResult(i).get)"),
        (
            COROUTINE,
            "return AsyncResult(i).get(timeout=3)['size'] + 1",
            "return (await asyncio.to_thread(AsyncResult(i).get, timeout=3))['size'] + 1",
        ),
        (
            COROUTINE,
            "return [AsyncResult(j).get() for j in i]",
            "return [await asyncio.to_thread(AsyncResult(j).get) for j in i]",
        ),
        # the event loop sleeps
        (
            COROUTINE,
            "while not AsyncResult(i).ready():\n        time.sleep(1)  # a second",
            "while not AsyncResult(i).ready():\n"
            "        await asyncio.sleep(1)  # a second",
        ),
        # any end of the task
        (
            FUNCTION,
            "while AsyncResult(i).state != 'SUCCESS':  # wait\n        time.sleep(1)",
            "while not AsyncResult(i).ready():  # wait\n        time.sleep(1)",
        ),
        # what is finished
        (
            TASK,
            "return r.get(timeout=9) if r.state == 'SUCCESS' else 0",
            "return r.result if r.state == 'SUCCESS' else 0",
        ),
        (
            TASK,
            "return r.ready() and r.get(propagate=True)",
            "return r.ready() and r.get(propagate=True, disable_sync_subtasks=False)",
        ),
        # what is asked of a handle
        (TASK, "if r.failed: return", "if r.failed(): return"),
        (TASK, "return (r . state ( ))", "return (r . state)"),
        (TASK, "return r == 'FAILURE'", "return r.state == 'FAILURE'"),
        (TASK, "return r", "return r.id"),
        # names of states
        (
            TASK,
            "return r.state in ('Success', u'failure')",
            "return r.state in ('SUCCESS', u'FAILURE')",
        ),
        (TASK, 'return r.state == """success"""', 'return r.state == """SUCCESS"""'),
        (TASK, "return 'DONE' == r.state", "return 'SUCCESS' == r.state"),
        # failures
        (
            HANDLER,
            "self.update_state(state='FAILURE', meta={'why': str(error)})",
            "self.update_state(state='FAILURE', meta={'exc_type': type(error).__name__, "
            "'exc_message': str(error), 'why': str(error)})",
        ),
        (
            HANDLER,
            'self.update_state(\n            state="FAILURE",\n            meta={\n'
            '                "exc_message": "no",  # or so\n            },\n        )',
            'self.update_state(\n            state="FAILURE",\n            meta={\n'
            '                "exc_type": type(error).__name__,\n'
            '                "exc_message": "no",  # or so\n            },\n        )',
        ),
        # settings
        # a group, and a check that is none in a view
        (
            FUNCTION,
            "if GroupResult.restore(i): return\n"
            "    sent = group([add.s(1)]).delay()  # all of it\n    return sent.id",
            "if GroupResult.restore(i): return\n"
            "    sent = group([add.s(1)]).delay()  # all of it\n    sent.save()\n"
            "    return sent.id",
        ),
        (
            "def view(request):\n    return {}\n",
            "AsyncResult(request.GET).get(disable_sync_subtasks=False,)",
            "AsyncResult(request.GET).get()",
        ),
        (
            "def view(request):\n    return {}\n",
            "AsyncResult(request.GET).get(disable_sync_subtasks=False, timeout=1)",
            "AsyncResult(request.GET).get(timeout=1)",
        ),
        (
            "def view(request):\n    return {}\n",
            "AsyncResult(request.GET).get(timeout=1, disable_sync_subtasks=False)",
            "AsyncResult(request.GET).get(timeout=1)",
        ),
        ("{}\n", "app = Celery('shop', broker='redis://')",
         "app = Celery('shop', broker='redis://', task_ignore_result=True)"),
        ("{}\n", "app = Celery('shop', backend='redsi://host/1')",
         "app = Celery('shop', backend='redis://host/1')"),
        ("{}\n", "app = Celery('shop', backend='amqp://guest@host//')",
         "app = Celery('shop', backend='rpc://')"),
        (
            "app = Celery('shop', backend='redis://')\n{}\n",
            "app.conf.update({'result_expires': None})",
            "app.conf.update({'result_expires': 86400})",
        ),
    ],
)  # fmt: skip
def test_what_is_written(root: Path, around: str, before: str, after: str) -> None:
    assert fixed(root, around.format(before)) == around.format(after)


@pytest.mark.parametrize(
    ("around", "code"),
    [
        # a comment would be lost
        (TASK, "return r.state(  # now\n    )"),
        (TASK, "return r.successful() and r.get(\n        timeout=1,  # quick\n    )"),
        # an argument may do something
        (TASK, "if r.successful():\n        return r.get(callback=print)"),
        (TASK, "return r.state(1)"),
        # the value is not wanted
        (TASK, "if r.successful():\n        r.get()"),
        # a function inside the coroutine can't await
        (COROUTINE, "return sum(AsyncResult(j).get() for j in i)"),
        # what is saved has to have a name
        (FUNCTION, "GroupResult.restore(i)\n    return group([add.s(1)]).delay().id"),
        # nothing takes a limit there
        (FUNCTION, "AsyncResult(i).get_leaf()"),
        # the name is made elsewhere
        ("DONE = 'success'\n" + FUNCTION, "return AsyncResult(i).state == DONE"),
        # a loop would begin to poll
        (FUNCTION, "while not AsyncResult(i).ready:\n        print(i)"),
        # which exception it was nobody knows
        (HANDLER.replace(" as error", ""),
         "self.update_state(state='FAILURE', meta={'why': 1})"),
    ],
)  # fmt: skip
def test_what_is_left_alone(root: Path, around: str, code: str) -> None:
    assert fixed(root, around.format(code)) == around.format(code)


def test_an_app_whose_results_are_read_needs_a_backend(root: Path) -> None:
    code = (
        "app = Celery('shop', broker='redis://')\n\n\n@app.task\ndef add(x):\n    return x\n"
        "\n\ndef f():\n    return add.delay(1).get(timeout=1)\n"
    )
    assert fixed(root, code) == code


def test_an_import_is_added_once(root: Path) -> None:
    path = root / "jobs.py"
    code = (
        '"""Jobs."""\n\nfrom __future__ import annotations\n\n'
        "from celery.result import AsyncResult\n\n\n"
        "async def f(i):\n    return {}, {}\n"
    )
    path.write_text(code.format(*["AsyncResult(i).get()", "AsyncResult(2).get()"]))
    done = fixes(Options(cache=False), [path], unsafe=True)
    assert done.count == 2
    to_thread = "await asyncio.to_thread(AsyncResult({}).get)"
    assert texts(done)[path] == code.replace(
        "from celery", "import asyncio\nfrom celery"
    ).format(to_thread.format("i"), to_thread.format(2))


@pytest.mark.parametrize(
    "line", ["from anyio import lowlevel as asyncio", "asyncio = None"]
)
def test_another_thing_of_that_name_is_respected(root: Path, line: str) -> None:
    path = root / "jobs.py"
    code = (
        f"from celery.result import AsyncResult\n{line}\n\n\n"
        "async def f(i):\n    return AsyncResult(i).get()\n"
    )
    path.write_text(code)
    assert fixes(Options(cache=False), [path], unsafe=True).after == {}


def test_what_comes_to_light_is_fixed_too(root: Path) -> None:
    code = FUNCTION.format("return AsyncResult(i).state() == 'success'")
    assert fixed(root, code) == code.replace("() == 'success'", " == 'SUCCESS'")


def test_one_change_can_fix_two_findings(root: Path) -> None:
    path = root / "jobs.py"
    code = (
        "def start():\n    sent = group([add.s(1)]).delay()\n    return sent.id\n\n\n"
        "def f(i):\n    return GroupResult.restore(i), GroupResult.restore(i + 'x')\n"
    )
    path.write_text(HEAD + code, encoding="utf-8")
    done = fixes(Options(cache=False), [path], unsafe=True)
    assert (done.count, done.results.findings) == (2, ())
    assert texts(done)[path].count(".save()") == 1


def test_a_fix_that_does_not_help_is_applied_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = root / "jobs.py"
    path.write_text(HEAD + FUNCTION.format("AsyncResult(i).get()"), encoding="utf-8")
    (found,) = Engine(Options(cache=False)).check(str(path))
    monkeypatch.setattr(fixing, "_checked_again", lambda *_: (found,))
    done = fixes(Options(cache=False), [path], unsafe=True)
    assert (done.count, done.results.findings) == (1, (found,))
    assert texts(done)[path].count("timeout") == 1


def test_only_safe_fixes_unless_more_is_asked_for(root: Path) -> None:
    code = FUNCTION.format("return AsyncResult(i).state == 'success', AsyncResult(j).get()")
    safe = code.replace("success", "SUCCESS")
    assert fixed(root, code, unsafe=False) == safe
    assert fixed(root, code) == safe.replace("get()", "get(timeout=60)")
