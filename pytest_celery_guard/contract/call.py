"""What a check gets, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from pytest_celery_guard.contract.carried import Carried


class Weight(Enum):
    """How sure it is that a finding hurts."""

    BREACH = "breach"
    """It goes wrong in production."""
    DOUBT = "doubt"
    """It goes wrong where the code relies on it."""
    TRIFLE = "trifle"
    """Nearly always fine."""


class Finding(NamedTuple):
    """One thing that is wrong with a send; ``text`` follows on ``<place> sends <task>:``."""

    code: str
    text: str
    weight: Weight = Weight.BREACH


class Call(NamedTuple):
    """One send, before anything is done with it.

    ``task`` is the task of that name, None when the app has none. ``is_checked``: Celery has held
    the arguments against the task's parameters already. ``options`` are those of
    ``app.send_task``, ``carried`` the tasks that follow from them. ``external`` are the tasks of
    other services.
    """

    app: Any
    name: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    task: Any
    is_checked: bool
    options: Mapping[str, Any]
    carried: Sequence[Carried]
    external: Container[str] = ()

    @property
    def serializer(self) -> str:
        """The name of the serialiser that the arguments go through."""
        return str(self.options.get("serializer") or self.app.conf.task_serializer)


Check = Callable[[Call], Iterable[Finding]]
