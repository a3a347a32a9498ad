"""A test that would reach a real broker or backend fails at once, and says where."""

from __future__ import annotations

import inspect
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import kombu
import pytest
from celery import Celery, chain, current_app, group, shared_task
from celery.backends.base import Backend, KeyValueStoreBackend
from celery.beat import Scheduler

from pytest_celery_guard import CeleryGuard
from pytest_celery_guard.errors import GuardError, RealBrokerError

HERE = Path(__file__).name


@pytest.fixture
def other() -> Any:
    made = Celery("other", broker="redis://127.0.0.1:1/0", set_as_current=False)
    made.conf.broker_transport_options = {"max_retries": 0}
    return made


def line_after() -> int:
    """The number of the line that follows the caller's."""
    frame = inspect.currentframe()
    assert frame is not None
    assert frame.f_back is not None
    return frame.f_back.f_lineno + 1


def test_another_app_can_not_send(app: Any, other: Any) -> None:
    with (
        pytest.raises(GuardError),
        CeleryGuard(app),
        pytest.raises(RealBrokerError) as refused,
    ):
        line = line_after()
        other.send_task("pay", retry=False)
    text = str(refused.value)
    assert text.startswith("pay was not sent: ")
    assert (
        f"{HERE}:{line} sends it through the app 'other' to redis://127.0.0.1:1/0" in text
    )
    assert "celery_guard is only enabled for 'shop'" in text
    assert "mark the test with @pytest.mark.celery_guard(allow_broker=True)" in text


def test_another_app_can_not_read(app: Any) -> None:
    other = Celery("other", backend="redis://nowhere.invalid/0", set_as_current=False)
    with pytest.raises(GuardError), CeleryGuard(app):
        with pytest.raises(RealBrokerError, match="The result of task some was not read: "):
            _ = other.AsyncResult("some").state


@pytest.fixture
def beat() -> Scheduler:
    """A scheduler of another app, with one entry that is due."""
    other = Celery("other", broker="memory://", set_as_current=False)
    own_queue = {"queue": "of-beat"}
    other.conf.beat_schedule = {
        "pay": {"task": "pay", "schedule": 0.0, "options": own_queue}
    }
    return Scheduler(app=other)


def test_beat_of_another_app_that_the_test_drives_can_not_send(
    app: Any, beat: Scheduler
) -> None:
    with pytest.raises(GuardError, match="memory://"), CeleryGuard(app):
        beat.tick()  # it logs the error


def test_beat_of_another_app_goes_on_in_its_thread(app: Any, beat: Scheduler) -> None:
    with CeleryGuard(app):
        thread = threading.Thread(target=beat.tick)
        thread.start()
        thread.join()
    assert beat.connection.SimpleQueue("of-beat").get(timeout=1).headers["task"] == "pay"


def test_a_backend_that_the_test_has_made_can_not_be_written(app: Any) -> None:
    made = KeyValueStoreBackend(app=app)
    with pytest.raises(GuardError), CeleryGuard(app):
        with pytest.raises(
            RealBrokerError, match="The result of task some was not changed: "
        ):
            made.store_result("some", 7, "SUCCESS")


def test_a_connection_of_its_own_can_not_connect(app: Any) -> None:
    with (
        pytest.raises(GuardError),
        CeleryGuard(app),
        pytest.raises(RealBrokerError),
        kombu.Connection("amqp://nowhere.invalid") as mine,
    ):
        mine.connect()


def test_an_attempt_fails_the_test_also_when_it_is_swallowed(app: Any, other: Any) -> None:
    with pytest.raises(GuardError, match="pay was not sent"), CeleryGuard(app):
        with pytest.raises(Exception):  # noqa: B017, PT011 - code under test that hides all
            other.send_task("pay", retry=False)


def test_looking_at_an_address_is_no_attempt(app: Any, other: Any) -> None:
    with CeleryGuard(app):
        assert other.connection_for_write().as_uri().endswith("127.0.0.1:1/0")


@pytest.mark.parametrize("backend", ["cache+memory://", "rpc://", "file://{folder}"])
def test_an_app_in_memory_is_another_app_too(
    app: Any, backend: str, tmp_path: Path
) -> None:
    backend = backend.format(folder=tmp_path)
    beside = Celery("beside", broker="memory://", backend=backend, set_as_current=False)
    result = beside.send_task("pay")
    with pytest.raises(GuardError), CeleryGuard(app):
        with pytest.raises(RealBrokerError, match="app 'beside' to memory://"):
            beside.send_task("pay")
        for read in (lambda: result.get(), lambda: result.state, result.forget):
            with pytest.raises(RealBrokerError, match="result backend of the app 'beside'"):
                read()


@pytest.mark.parametrize("canvas", ["group", "chain", "starmap"])
def test_what_a_canvas_of_another_app_sends_is_named(app: Any, canvas: str) -> None:
    beside = Celery("beside", broker="memory://", set_as_current=False)

    @beside.task(name="pay", shared=False)
    def pay(*cents: int) -> None: ...

    sent = {
        "group": group(pay.s(1), pay.s(2)),
        "chain": chain(pay.si(1), group(pay.si(2), pay.si(3))),
        "starmap": pay.starmap([(1,)]),
    }
    told = r"was not sent: .* through the app 'beside' .* only enabled for 'shop'"
    with pytest.raises(GuardError, match=told), CeleryGuard(app):
        with pytest.raises(RealBrokerError, match=told):
            sent[canvas].delay()


def test_another_apps_send_on_a_guards_connection_is_let_through(
    app: Any, other: Any
) -> None:
    with CeleryGuard(app, external=["pay"]) as guard:
        with app.connection_for_write() as mine:
            other.send_task("pay", connection=mine)
        with app.producer_pool.acquire(block=True) as producer:
            other.send_task("pay", producer=producer)
        assert [each.task for each in guard.sent] == ["pay", "pay"]


class Own(KeyValueStoreBackend):
    """A backend of the project's own."""

    def get(self, key: Any) -> None:
        """There is nothing in it."""


@pytest.mark.parametrize(
    ("backend", "name"),
    [
        (f"{__name__}:Own", f"{__name__}.Own"),
        (f"{__name__}.Own", f"{__name__}.Own"),
    ],
)
def test_a_backend_without_a_url_is_named_by_its_class(
    app: Any, backend: str, name: str
) -> None:
    beside = Celery("beside", broker="memory://", backend=backend, set_as_current=False)
    result = beside.AsyncResult("A-17")
    with pytest.raises(GuardError), CeleryGuard(app):
        with pytest.raises(RealBrokerError, match=f"asks {name}, the result backend"):
            result.get()


def test_a_backend_that_the_test_sets_is_named(
    app: Any, add: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with CeleryGuard(app, allow_leftover=True) as guard:
        monkeypatch.setattr(Celery, "backend", Own(app))
        with pytest.raises(RealBrokerError) as caught:
            add.delay(1, 2).get(timeout=1)
        monkeypatch.undo()
        guard._world.breaches.clear()
    told = str(caught.value)
    assert f"asks {__name__}.Own, which the test has set as the backend of the app" in told
    assert "sent before" not in told


def test_a_look_without_results_suggests_no_other_attribute(add: Any, app: Any) -> None:
    with CeleryGuard(app, allow_leftover=True, conf={"result_backend": None}) as guard:
        with pytest.raises(AttributeError) as caught:
            _ = add.delay(1, 2).state
        guard._world.breaches.clear()
    (*_, last) = traceback.format_exception_only(caught.value)
    assert last.rstrip().endswith("or don't read results.")


def test_an_app_without_results_says_so_itself(app: Any) -> None:
    beside = Celery("beside", broker="memory://", set_as_current=False)
    result = beside.send_task("pay")
    with CeleryGuard(app), pytest.raises(NotImplementedError, match="No result backend"):
        result.get()


def test_a_thread_is_refused_and_fails_the_test(app: Any, other: Any) -> None:
    def swallowed() -> None:
        with suppress(RealBrokerError):
            other.send_task("pay")

    with pytest.raises(GuardError, match="pay was not sent"), CeleryGuard(app):
        thread = threading.Thread(target=swallowed)
        thread.start()
        thread.join()


def test_a_thread_without_a_line_of_the_users_is_refused(app: Any, other: Any) -> None:
    with pytest.raises(GuardError, match="pay was not sent"), CeleryGuard(app):
        with ThreadPoolExecutor(1) as pool, pytest.raises(RealBrokerError):
            pool.submit(other.send_task, "pay").result()


def test_a_task_can_not_send_through_another_app(app: Any, other: Any) -> None:
    @app.task(name="forward")
    def forward() -> None:
        other.send_task("pay")

    with pytest.raises(GuardError, match="pay was not sent"), CeleryGuard(app):
        with pytest.raises(RealBrokerError):
            forward.delay().get()


def test_a_connection_brought_along_is_looked_at(app: Any, add: Any) -> None:
    with pytest.raises(GuardError), CeleryGuard(app):
        with kombu.Connection("memory://") as mine:
            with pytest.raises(RealBrokerError, match="publishes it to memory://"):
                add.apply_async((1,), connection=mine)


def test_a_guards_own_connection_may_be_brought_along(app: Any, add: Any) -> None:
    with CeleryGuard(app) as guard, app.connection_for_write() as mine:
        add.apply_async((1,), connection=mine)
        with app.producer_pool.acquire(block=True) as producer:
            add.apply_async((2,), producer=producer)
        assert guard.sent == [add.s(1), add.s(2)]
        guard.drain()


def test_a_second_guard_stands_in_for_the_other_app(app: Any, add: Any, other: Any) -> None:
    @other.task(name="pay", shared=False, ignore_result=True)
    def pay() -> None:
        add.delay(1)

    with CeleryGuard(app) as guard, CeleryGuard(other, allow_broker=True) as second:
        pay.delay()
        assert second.drain() == 1
        assert guard.drain() == 1


def test_a_shared_task_goes_to_the_guards_app(app: Any, other: Any) -> None:
    @shared_task(name="orphan")
    def orphan() -> int:
        return 1

    other.set_current()
    other.set_default()
    with CeleryGuard(app) as guard:
        assert orphan.delay().get() == 1
        with ThreadPoolExecutor(1) as pool:
            pool.submit(orphan.delay).result()
        assert guard.drain() == 1
    assert current_app == other


def test_guards_that_end_in_any_order_leave_the_current_app_as_it_was(
    app: Any, other: Any
) -> None:
    before = current_app._get_current_object()
    first, second, third = CeleryGuard(app), CeleryGuard(other), CeleryGuard(app)
    first.enter()
    second.enter()
    assert current_app == other
    first.leave()
    assert current_app == other
    third.enter()
    assert current_app == app
    second.leave()
    third.leave()
    assert current_app._get_current_object() is before


def test_it_can_be_allowed(app: Any, other: Any) -> None:
    with (
        CeleryGuard(app, allow_broker=True),
        pytest.raises(kombu.exceptions.OperationalError),
    ):
        other.send_task("pay", retry=False)


def test_afterwards_connections_are_as_before(app: Any, other: Any) -> None:
    with CeleryGuard(app):
        pass
    with pytest.raises(kombu.exceptions.OperationalError):
        other.send_task("pay", retry=False)


def test_guards_that_end_in_any_order_leave_brokers_as_they_were(app: Any) -> None:
    before = vars(kombu.Connection).copy(), vars(Backend).copy()
    other = Celery("other", broker="memory://", set_as_current=False)
    first, second = CeleryGuard(app), CeleryGuard(other)
    first.enter()
    second.enter()
    first.leave()
    with pytest.raises(RealBrokerError):
        kombu.Connection("redis://127.0.0.1:1/0").connect()
    second.leave()
    assert (vars(kombu.Connection).copy(), vars(Backend).copy()) == before


@pytest.fixture
def files(tmp_path: Path) -> Any:
    """An app whose broker keeps its messages in files, and has two of them."""
    made = Celery("files", broker="filesystem://", set_as_current=False)
    folders = "data_folder_in", "data_folder_out", "control_folder"
    made.conf.broker_transport_options = dict.fromkeys(folders, str(tmp_path))
    made.send_task("pay")
    made.send_task("pay")
    return made


@pytest.mark.parametrize(
    ("method", "use"),
    [
        ("exchange_declare", lambda app, channel: app.control.purge()),
        ("queue_purge", lambda app, channel: channel.queue_purge("celery")),
        ("queue_delete", lambda app, channel: channel.queue_delete("celery")),
        ("basic_get", lambda app, channel: channel.basic_get("celery")),
        (
            "queue_declare",
            lambda app, channel: kombu.Queue("new", channel=channel).declare(),
        ),
    ],
)
def test_what_another_broker_keeps_in_files_stays_there(
    app: Any, files: Any, tmp_path: Path, method: str, use: Any
) -> None:
    before = sorted(tmp_path.iterdir())
    with pytest.raises(GuardError), CeleryGuard(app):
        with (
            pytest.raises(RealBrokerError, match=f"{method} was refused: .* filesystem:"),
            files.connection_for_write() as connection,
        ):
            use(files, connection.default_channel)
    assert sorted(tmp_path.iterdir()) == before
    assert files.control.purge() == 2


def test_a_broker_in_memory_may_be_emptied(app: Any) -> None:
    mine = Celery("mine", broker="memory://", set_as_current=False)
    mine.conf.task_default_queue = "emptied"
    with CeleryGuard(app):
        assert mine.control.purge() == 0
