"""What a picture of a project shows: who sends what, and who waits for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.model.picture.shape import Place
from tests.model.picturing import drawn, sends, waits


def test_a_task_that_nobody_sends_is_shown(root: Path) -> None:
    picture = drawn(root, {})
    assert [(task.name, task.label, str(task.place)) for task in picture.tasks] == [
        ("proj.tasks.clean", "clean", "proj/tasks.py:15"),
        ("proj.tasks.mail", "mail", "proj/tasks.py:7"),
        ("proj.tasks.report", "report", "proj/tasks.py:11"),
    ]
    assert (picture.callers, picture.sends, picture.waits) == ((), (), ())


@pytest.mark.parametrize(
    "send",
    [
        "mail.delay(1)",
        "mail.apply_async((1,))",
        "mail.delay_on_commit(1)",
        "mail.apply_async_on_commit((1,))",
        "mail.s(1).delay()",
        "mail.si(1).set(queue='q').apply_async()",
        "mail.signature((1,)).apply_async(countdown=3)",
        "app.send_task('proj.tasks.mail')",
        "app.send_task(mail.name)",
        "app.signature('proj.tasks.mail').delay()",
        "signature('proj.tasks.mail').delay()",
        "on_commit(lambda: mail.delay(1))",
        "on_commit(partial(mail.delay, 1))",
        "[mail.delay(n) for n in range(3)]",
        "asyncio.run(later())",
    ],
)
def test_every_way_to_send_one_task(root: Path, send: str) -> None:
    text = f"""\
        import asyncio
        from functools import partial
        from celery import signature
        from django.db.transaction import on_commit
        from .tasks import app, mail

        async def later():
            mail.delay(1)

        def act():
            {send}
    """
    last = sends(root, {"proj/acts.py": text})[-1]
    assert last.replace(" > later", "") == "function act -> mail"


@pytest.mark.parametrize(
    "send",
    [
        "chain(mail.s(1), report.s()).delay()",
        "(mail.s(1) | report.s()).apply_async()",
        "group([mail.s(1), report.s(2)])()",
        "group(each.s(1) for each in (mail, report))()",
        "chord([mail.s(1)])(report.s())",
        "chord([mail.s(1)], report.s()).delay()",
        "chord(group(mail.s(n) for n in range(3)), report.si()).apply_async()",
        "mail.apply_async((1,), link=report.s())",
        "mail.apply_async((1,), link_error=[report.s()])",
        "made().delay()",
    ],
)
def test_each_member_of_a_canvas_is_sent(root: Path, send: str) -> None:
    text = f"""\
        from celery import chain, chord, group
        from .tasks import mail, report

        def made():
            return chain(mail.s(1), report.s())

        def act():
            {send}
    """
    assert sends(root, {"proj/acts.py": text}) == [
        "function act -> mail",
        "function act -> report",
    ]


@pytest.mark.parametrize(
    "no_send",
    [
        "mail(1)",
        "mail.apply((1,))",
        "mail.s(1)",
        "AsyncResult('id').get()",
        "box.delay(3)",
        "mail.AsyncResult('id')",
    ],
)
def test_what_sends_nothing(root: Path, no_send: str) -> None:
    text = f"""\
        from celery.result import AsyncResult
        from shelf import box
        from .tasks import mail

        def act():
            {no_send}
    """
    assert (
        sends(root, {"shelf.py": "class Box: ...\nbox = Box()", "proj/acts.py": text}) == []
    )


def test_a_send_is_told_of_whoever_begins_the_way_to_it(root: Path) -> None:
    files = {
        "proj/posts.py": """\
            from .tasks import mail

            def post(to):
                mail.delay(to)
        """,
        "proj/signups.py": """\
            from . import posts

            def sign_up(user):
                posts.post(user.mail)
        """,
        "proj/views.py": """\
            from .signups import sign_up

            def signup(request):
                sign_up(request.user)
        """,
        "proj/imports.py": """\
            from .signups import sign_up

            def import_users(users):
                for user in users:
                    sign_up(user)
        """,
    }
    assert sends(root, files) == [
        "function import_users > sign_up > post -> mail",
        "view signup > sign_up > post -> mail",
    ]


def test_a_helper_that_is_handed_the_task_keeps_its_callers_apart(root: Path) -> None:
    files = {
        "proj/queue.py": """\
            def put(task, *args):
                task.delay(*args)
        """,
        "proj/acts.py": """\
            from .queue import put
            from .tasks import mail, report

            def one():
                put(mail, 1)

            def two():
                put(report, 2)
        """,
    }
    assert sends(root, files) == [
        "function one > put -> mail",
        "function two > put -> report",
    ]


def test_functions_that_call_each_other_in_a_ring_tell_of_their_own_sends(
    root: Path,
) -> None:
    text = """\
        from .tasks import mail

        def post(n):
            mail.delay(n)

        def ping(n):
            pong(n)
            post(n)

        def pong(n):
            ping(n)
            post(n)
    """
    assert sends(root, {"proj/acts.py": text}) == ["function post -> mail"]


def test_a_way_to_a_send_goes_in_no_circles(root: Path) -> None:
    text = """\
        from .tasks import mail

        def start(n):
            ping(n)

        def ping(n):
            pong(n)

        def pong(n):
            again(n)
            mail.delay(n)

        def again(n):
            ping(n)
    """
    assert sends(root, {"proj/acts.py": text}) == ["function start > ping > pong -> mail"]


def test_a_helper_on_a_longer_way_to_a_send_tells_nothing(root: Path) -> None:
    text = """\
        from .tasks import mail

        def start(n):
            by_detour(n)
            post(n)

        def by_detour(n):
            post(n)

        def post(n):
            mail.delay(n)
    """
    assert sends(root, {"proj/acts.py": text}) == ["function start > post -> mail"]


def test_modules_scripts_coroutines_and_inner_functions(root: Path) -> None:
    text = """\
        from .tasks import mail, report, clean

        mail.delay("at import")

        async def poll():
            report.delay(1)

        def outer(connect):
            @connect
            def inner():
                clean.delay()

        if __name__ == "__main__":
            report.delay(2)
    """
    assert sends(root, {"proj/acts.py": text}) == [
        "module proj.acts -> mail",
        "coroutine poll -> report",
        "function inner -> clean",
        "module proj.acts -> report",
    ]


def test_a_task_that_sends_itself(root: Path) -> None:
    text = """\
        from celery import shared_task

        @shared_task(bind=True)
        def again(self):
            self.apply_async(countdown=60)

        @shared_task(bind=True)
        def other(self):
            self.replace(again.s())
    """
    picture = drawn(root, {"proj/more.py": text})
    assert [(send.sender, send.task) for send in picture.sends] == [
        ("task:proj.more.again", "task:proj.more.again"),
        ("task:proj.more.other", "task:proj.more.again"),
    ]
    (cycle,) = picture.cycles
    assert (cycle.tasks, cycle.waits) == (("task:proj.more.again",), False)


def test_names_that_the_code_gives_to_tasks(root: Path) -> None:
    text = """\
        from celery import Task
        from .tasks import app

        @app.task(name="posts.send")
        def send(): ...

        class Sweep(Task):
            name = "sweep"

            def run(self): ...

        def act():
            app.send_task("posts.send")
            app.send_task("elsewhere.tidy")
            Sweep().delay()
    """
    picture = drawn(root, {"proj/more.py": text})
    names = {task.id: task.name for task in picture.tasks}
    assert sorted(names[send.task] for send in picture.sends) == [
        "elsewhere.tidy",
        "posts.send",
        "sweep",
    ]
    (outside,) = [task for task in picture.tasks if task.place is None]
    assert outside.name == "elsewhere.tidy"


def test_a_task_of_a_package_that_is_not_here(root: Path) -> None:
    text = """\
        import celery
        from billing.tasks import charge

        def act():
            charge.delay(3)
    """
    picture = drawn(root, {"proj/acts.py": text})
    (send,) = picture.sends
    assert send.task == "task:billing.tasks.charge"
    assert [t.place for t in picture.tasks if t.id == send.task] == [None]


SCHEDULES = {
    "conf": """\
        from celery.schedules import crontab
        from .tasks import app

        app.conf.beat_schedule = {
            "weekly": {"task": "proj.tasks.clean", "schedule": crontab(hour=7)},
        }
    """,
    "update": """\
        from celery.schedules import crontab
        from .tasks import app, clean

        app.conf.update(
            beat_schedule={
                "weekly": {"task": clean.name, "schedule": crontab(hour=7)},
            }
        )
    """,
    "settings": """\
        from celery.schedules import crontab

        CELERY_BEAT_SCHEDULE = {
            "weekly": {
                "task": "proj.tasks.clean",
                "schedule": crontab(hour=7),
            },
        }
    """,
    "item": """\
        from celery.schedules import crontab
        from .tasks import app

        app.conf.beat_schedule["weekly"] = {
            "task": "proj.tasks.clean", "schedule": crontab(hour=7)
        }
    """,
    "setup": """\
        from celery.schedules import crontab
        from .tasks import app, clean

        @app.on_after_configure.connect
        def setup(sender, **kwargs):
            sender.add_periodic_task(crontab(hour=7), clean.s(), name="weekly")
    """,
}


@pytest.mark.parametrize("text", SCHEDULES.values(), ids=SCHEDULES)
def test_beat_is_a_caller(root: Path, text: str) -> None:
    picture = drawn(root, {"proj/beat.py": text})
    ((send, caller),) = zip(picture.sends, picture.callers, strict=True)
    assert (caller.kind, caller.label, caller.when) == (
        "schedule",
        "weekly",
        "crontab(hour=7)",
    )
    assert (send.sender, send.task) == (caller.id, "task:proj.tasks.clean")


def test_a_periodic_task_of_old(root: Path) -> None:
    text = """\
        from celery.task import periodic_task

        @periodic_task(run_every=30)
        def tick(): ...
    """
    picture = drawn(root, {"proj/old.py": text})
    ((send, caller),) = zip(picture.sends, picture.callers, strict=True)
    assert (caller.kind, caller.when) == ("schedule", "every 30 s")
    assert send.task == "task:proj.old.tick"


def test_a_plain_dict_is_no_schedule(root: Path) -> None:
    text = 'import celery\n\nJOB = {"task": "dishes", "when": "now"}\n'
    assert drawn(root, {"proj/jobs.py": text}).callers == ()


def test_who_waits_for_whom(root: Path) -> None:
    files = {
        "proj/prices.py": """\
            from celery.result import AsyncResult
            from .tasks import mail, report

            def fetch(result):
                return result.get(timeout=3)

            def shown(request):
                return fetch(report.delay(1))

            def polled(request, id):
                while not AsyncResult(id).ready():
                    pass

            def main():
                (report.s(1) | mail.s()).delay().get()
                if report.delay(2).ready():
                    print("no wait")
        """
    }
    assert waits(root, files) == [
        "view shown > fetch -> report",
        "view polled -> ?",
        "function main -> mail",
        "function main -> report",
    ]


def test_tasks_that_wait_for_each_other(root: Path) -> None:
    text = """\
        from celery import shared_task

        @shared_task
        def hen():
            return egg.delay().get()

        @shared_task
        def egg():
            return brood()

        def brood():
            return hen.delay().get()

        @shared_task
        def farmer():
            return hen.delay().get()
    """
    picture = drawn(root, {"proj/farm.py": text})
    (cycle,) = picture.cycles
    assert (cycle.tasks, cycle.waits) == (
        ("task:proj.farm.egg", "task:proj.farm.hen"),
        True,
    )
    assert all(wait.in_task for wait in picture.waits)
    assert Place("proj/farm.py", 9) in [wait.place for wait in picture.waits]


def test_test_code_is_left_out(root: Path) -> None:
    text = """\
        from proj.tasks import app, mail

        @app.task
        def probe(): ...

        def test_mail():
            mail.delay(1).get()
    """
    picture = drawn(root, {"tests/test_mail.py": text})
    assert [task.label for task in picture.tasks] == ["clean", "mail", "report"]
    assert (picture.callers, picture.sends) == ((), ())


def test_an_inherited_view_is_each_class_of_its_own(root: Path) -> None:
    text = """\
        from django.views import View
        from .tasks import mail, report

        class Base(View):
            def post(self, request):
                self.task.delay(1)

        class Mails(Base):
            task = mail

        class Reports(Base):
            task = report
    """
    assert sends(root, {"proj/views.py": text}) == [
        "view Mails.post -> mail",
        "view Reports.post -> report",
    ]


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("'redis://:s3cret@host/0'", "redis://:***@host/0"),
        ("'amqp://me:s3c:r@t@host//'", "amqp://me:***@host//"),
        ("'amqp://a:b@one//;amqp://c:d@two//'", "amqp://a:***@one//;amqp://c:***@two//"),
        ("'sentinel://a:1;sentinel://:pw@b:2'", "sentinel://a:1;sentinel://:***@b:2"),
        ("'amqp://me:5672@host//'", "amqp://me:***@host//"),
        ("'redis://:123/456@host/0'", "redis://:***@host/0"),
        ("'sentinel://:s3cret@one:26379'", "sentinel://:***@one:26379"),
        ("'redis://host/0?password=s3cret&db=1'", "redis://host/0?password=***&db=1"),
        ("f'redis://:{load()}@host/0'", "redis://…"),
        ("'redis://host:6379/0'", "redis://host:6379/0"),
        ("'redis://host:6379/0?name=a@b'", "redis://host:6379/0?name=a@b"),
        ("'redis://host:6379?name=a@b'", "redis://host:6379?name=a@b"),
        ("'rediss://host/0?ssl_keyfile=a.pem'", "rediss://host/0?ssl_keyfile=a.pem"),
    ],
)
def test_no_secret_is_shown(root: Path, url: str, shown: str) -> None:
    text = f"""\
        from celery import Celery
        from vault import load

        other = Celery("other", broker={url}, backend={url})
    """
    picture = drawn(root, {"proj/other.py": text})
    (app,) = [app for app in picture.apps if app.label == "other"]
    assert (app.broker.value, app.backend.value) == (shown, shown)


def test_apps_with_what_is_known_of_their_settings(root: Path) -> None:
    text = """\
        import os
        from celery import Celery
        from elsewhere import options

        one = Celery("one", broker=os.environ.get("BROKER", "redis://"))
        two = Celery("two", **options)
    """
    picture = drawn(root, {"proj/other.py": text})
    known = {
        app.label: [(s.state, s.value, s.may_differ) for s in (app.broker, app.backend)]
        for app in picture.apps
    }
    assert known == {
        "proj": [("not set", "", False), ("not set", "", False)],
        "one": [("set", "redis://", True), ("not set", "", False)],
        "two": [("unknown", "", False), ("unknown", "", False)],
    }


def test_what_becomes_of_the_results_of_tasks(root: Path) -> None:
    text = """\
        from celery import Celery, shared_task
        from .tasks import app

        other = Celery("other", task_ignore_result=True)

        @app.task(ignore_result=True)
        def dropped(): ...

        @app.task(track_started=True)
        def tracked(): ...

        @other.task
        def by_default(): ...

        @shared_task
        def anywhere(): ...
    """
    picture = drawn(root, {"proj/more.py": text})
    known = {
        task.label: (task.app, task.ignores_result, task.tracks_started)
        for task in picture.tasks
        if task.place is not None and task.place.path == "proj/more.py"
    }
    assert known == {
        "dropped": ("app:proj", True, False),
        "tracked": ("app:proj", False, True),
        "by_default": ("app:other", True, False),
        "anywhere": ("", None, None),
    }
