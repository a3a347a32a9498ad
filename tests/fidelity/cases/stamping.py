"""Stamps on signatures."""

from __future__ import annotations

from celery import Task, chain, chord, group
from celery.canvas import Signature, StampingVisitor

from tests.fidelity.case import Steps, case
from tests.fidelity.seen import Seen
from tests.fidelity.stage import app, task
from tests.fidelity.tasks import nothing, request_of


class Tenant(StampingVisitor):
    """Stamps every signature."""

    def on_signature(self, sig: Signature, **headers: object) -> dict[str, object]:
        return {"tenant": "acme"}


@case()
def a_stamp_arrives(seen: Seen) -> Steps:
    signature = request_of.s("stamps", "stamped_headers")
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield result
    assert result.get() == {"stamps": {"tenant": "acme"}, "stamped_headers": ["tenant"]}


@case()
def a_stamp_without_visitor(seen: Seen) -> Steps:
    signature = request_of.s("stamps")
    signature.stamp(order="7")
    result = signature.apply_async()
    yield result
    assert result.get() == {"stamps": {"order": "7"}}


@case()
def a_chain_is_stamped_throughout(seen: Seen) -> Steps:
    signature = chain(request_of.s("stamps"), request_of.si("stamps"))
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield result
    assert result.get() == result.parent.get() == {"stamps": {"tenant": "acme"}}


@case()
def a_group_is_stamped_throughout(seen: Seen) -> Steps:
    signature = group(request_of.s("stamps"), request_of.s("stamps"))
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield result
    assert result.get() == [{"stamps": {"tenant": "acme"}}] * 2


@case()
def a_chord_is_stamped_throughout(seen: Seen) -> Steps:
    signature = chord([nothing.si(), nothing.si()], request_of.si("stamps"))
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield result
    assert result.get() == {"stamps": {"tenant": "acme"}}


@case()
def a_link_is_stamped(seen: Seen) -> Steps:
    signature = nothing.s()
    signature.link(request_of.si("stamps"))
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield None
    (child,) = result.children
    assert child.get() == {"stamps": {"tenant": "acme"}}


@task(bind=True)
def retry_stamped(self: Task) -> object:
    if not self.request.retries:
        self.retry(countdown=0.2)
    return self.request.stamps


@case()
def a_retry_keeps_its_stamps(seen: Seen) -> Steps:
    signature = retry_stamped.s()
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield result
    assert result.get() == {"tenant": "acme"}


@task()
def call_another() -> str:
    return str(request_of.delay("stamps").id)


@case()
def a_child_is_not_stamped(seen: Seen) -> Steps:
    signature = call_another.s()
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield None
    assert app.AsyncResult(result.get()).get() == {"stamps": {}}


@task(bind=True)
def become_another(self: Task) -> object:
    return self.replace(request_of.si("stamps"))


@case()
def a_replacement_is_not_stamped(seen: Seen) -> Steps:
    signature = become_another.s()
    signature.stamp(Tenant())
    result = signature.apply_async()
    yield result
    assert result.get() == {"stamps": {}}
