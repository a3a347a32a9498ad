"""The signatures that a send carries with it: the rest of its chain, callbacks, a chord's body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

CANVAS = frozenset({"celery.chain", "celery.group", "celery.chord"})
"""Signatures that stand for others, which are in their kwargs."""


class Carried(NamedTuple):
    """One task that will be sent later, by the worker; ``role`` says when."""

    signature: Mapping[str, Any]
    role: str

    @property
    def name(self) -> str:
        """The task's name."""
        return str(self.signature["task"])

    @property
    def is_partial(self) -> bool:
        """Whether the worker puts something before its own arguments."""
        return not self.signature.get("immutable")


def carried_by(options: Mapping[str, Any]) -> Iterator[Carried]:
    """All tasks that follow from one send, canvas taken apart."""
    for signature in reversed(options.get("chain") or ()):
        yield from parts(signature, "chain")
    for role in ("chord", "link", "link_error"):
        if (found := options.get(role)) is not None:
            for signature in found if isinstance(found, list | tuple) else [found]:
                yield from parts(signature, role)


def parts(signature: Any, role: str) -> Iterator[Carried]:
    """The tasks of a signature; what is no signature is left to Celery."""
    if not isinstance(signature, Mapping) or "task" not in signature:
        return
    if signature["task"] in CANVAS:
        yield from members(signature["kwargs"], role)
    else:
        yield Carried(signature, role)
    yield from carried_by(signature.get("options") or {})


def members(kwargs: Mapping[str, Any], role: str) -> Iterator[Carried]:
    """The tasks of a chain or group, or a chord's header and body.

    The first task of a chain has the role of the whole.
    """
    tasks = kwargs.get("tasks", kwargs.get("header")) or ()
    if isinstance(tasks, Mapping):  # a header is a group, or the list of its members
        tasks = tasks["kwargs"]["tasks"]
    for each in tasks if isinstance(tasks, list | tuple) else ():
        yield from parts(each, role)
    if (body := kwargs.get("body")) is not None:
        yield from parts(body, "chord")
