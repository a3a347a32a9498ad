"""What a running task knows about itself."""

from __future__ import annotations

import uuid

from celery import Task, chain

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import add, nothing, request_of


@case()
def a_request_tells_the_basics(seen: Seen) -> Steps:
    names = ("id", "task", "retries", "is_eager", "called_directly", "eta", "expires")
    result = request_of.delay(*names)
    yield result
    assert result.get() == {
        "id": result.id,
        "task": "tests.fidelity.tasks.request_of",
        "retries": 0,
        "is_eager": False,
        "called_directly": False,
        "eta": None,
        "expires": None,
    }


@case()
def a_request_tells_its_arguments(seen: Seen) -> Steps:
    result = request_of.apply_async(("args", "kwargs", "argsrepr", "kwargsrepr"))
    yield result
    told = result.get()
    assert told["args"] == ["args", "kwargs", "argsrepr", "kwargsrepr"]
    assert told["kwargs"] == {}
    assert told["argsrepr"] == "('args', 'kwargs', 'argsrepr', 'kwargsrepr')"
    assert told["kwargsrepr"] == "{}"


@case()
def a_request_tells_its_worker(seen: Seen) -> Steps:
    result = request_of.delay("hostname")
    yield result
    assert result.get() == {"hostname": seen.worker}


@case()
def a_request_tells_how_it_was_delivered(seen: Seen) -> Steps:
    result = request_of.apply_async(("delivery_info",), priority=3)
    yield result
    told = result.get()["delivery_info"]
    assert told == {
        "exchange": "",
        "routing_key": "plain",
        "priority": 3,
        "redelivered": False,
    }


@case()
def a_request_without_priority(seen: Seen) -> Steps:
    result = request_of.apply_async(("delivery_info",))
    yield result
    assert result.get()["delivery_info"]["priority"] == 0


@case()
def a_request_has_the_id_that_was_chosen(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    result = add.apply_async((1, 1), task_id=task_id)
    yield result
    assert result.id == task_id
    assert app.AsyncResult(task_id).get() == 2


@case()
def a_request_without_parent(seen: Seen) -> Steps:
    names = ("parent_id", "root_id", "group", "group_index", "chord", "children")
    result = request_of.delay(*names)
    yield result
    told = result.get()
    assert told.pop("root_id") == result.id
    assert told.pop("children") == []
    assert set(told.values()) == {None}


@task()
def call_another() -> str:
    return str(nothing.delay().id)


@case()
def a_task_sent_by_a_task_is_its_child(seen: Seen) -> Steps:
    result = call_another.delay()
    yield None
    (child,) = result.children
    assert child.id == result.get()
    assert child.get() is None


@task()
def ask_another() -> str:
    return str(request_of.delay("parent_id", "root_id").id)


@case()
def a_child_knows_parent_and_root(seen: Seen) -> Steps:
    result = chain(nothing.si(), ask_another.si())()
    yield None
    child = app.AsyncResult(result.get())
    assert child.get() == {"parent_id": result.id, "root_id": result.parent.id}


@task()
def call_without_parent() -> str:
    return str(request_of.apply_async(("root_id",), add_to_parent=False).id)


@case()
def a_task_may_send_what_is_no_child(seen: Seen) -> Steps:
    result = call_without_parent.delay()
    yield None
    assert not result.children


@case()
def headers_arrive_as_attributes(seen: Seen) -> Steps:
    result = request_of.apply_async(("tenant", "headers"), headers={"tenant": "acme"})
    yield result
    told = result.get()
    assert told["tenant"] == "acme"
    assert told["headers"]["tenant"] == "acme"


@task(bind=True)
def own_header(self: Task) -> object:
    return getattr(self.request, "tenant", "none")


@task()
def call_the_header() -> str:
    return str(own_header.delay().id)


@case()
def headers_are_not_inherited(seen: Seen) -> Steps:
    result = call_the_header.apply_async(headers={"tenant": "acme"})
    yield None
    assert app.AsyncResult(result.get()).get() == "none"


@case()
def a_shadow_names_the_task(seen: Seen) -> Steps:
    result = request_of.apply_async(("shadow", "task"), shadow="alias")
    yield result
    assert result.get() == {"shadow": "alias", "task": "tests.fidelity.tasks.request_of"}


@case()
def a_request_tells_who_asked(seen: Seen) -> Steps:
    result = request_of.apply_async(("reply_to", "correlation_id"), reply_to="me")
    yield result
    assert result.get() == {"reply_to": "me", "correlation_id": result.id}


@task()
def send_on() -> str:
    return str(request_of.delay("delivery_info").id)


@case()
def a_child_does_not_inherit_the_priority(seen: Seen) -> Steps:
    result = send_on.apply_async(priority=7)
    yield None
    told = app.AsyncResult(result.get()).get()
    assert told["delivery_info"]["priority"] == 0


@task(bind=True)
def know_the_sender(self: Task) -> bool:
    return "@" in self.request.origin


@case()
def a_request_tells_its_origin(seen: Seen) -> Steps:
    result = know_the_sender.delay()
    yield result
    assert result.get() is True


@case()
def a_message_of_protocol_one(seen: Seen) -> Steps:
    task_id = str(uuid.uuid4())
    message = app.amqp.as_task_v1(task_id, request_of.name, ("id", "task", "root_id"))
    with app.producer_or_acquire() as producer:
        app.amqp.send_task_message(producer, request_of.name, message)
    result = app.AsyncResult(task_id)
    yield result
    told = {"id": task_id, "task": request_of.name, "root_id": None}
    assert result.get() == told
