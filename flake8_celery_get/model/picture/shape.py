"""What a picture of a project consists of: plain data, sorted, without absolute paths."""

from __future__ import annotations

from dataclasses import dataclass

VIEW, COROUTINE, FUNCTION, MODULE, SCHEDULE = (
    "view", "coroutine", "function", "module", "schedule",
)  # fmt: skip
KINDS = (VIEW, COROUTINE, FUNCTION, MODULE, SCHEDULE)
"""What a caller can be; tasks send too, and are their own kind."""


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A file, from the project's root and with forward slashes, and a line from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


SET, NOT_SET, UNKNOWN = "set", "not set", "unknown"


@dataclass(frozen=True, slots=True)
class Setting:
    """What an app's setting is, without secrets; the environment may say otherwise."""

    state: str
    value: str = ""
    may_differ: bool = False


@dataclass(frozen=True, slots=True)
class App:
    """A Celery app, and where its messages and results go."""

    id: str
    label: str
    place: Place
    broker: Setting
    backend: Setting


@dataclass(frozen=True, slots=True)
class Task:
    """A task by Celery's name for it; ``label`` is as short as tells it from the others.

    ``place`` is None where the project sends a task that it does not define. ``app`` is
    an app's id, "" where that can't be told; so is None of the others.
    """

    id: str
    name: str
    label: str
    place: Place | None = None
    app: str = ""
    ignores_result: bool | None = None
    tracks_started: bool | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """What sends tasks or waits for them, and is no task; ``when`` is a schedule's.

    ``name`` is dotted, ``label`` leaves the module out.
    """

    id: str
    kind: str
    name: str
    label: str
    place: Place
    when: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One call on the way: the function that is called, and where it is."""

    name: str
    place: Place


@dataclass(frozen=True, slots=True)
class Send:
    """A caller or task ``sender`` sends ``task`` (ids).

    ``place`` is in the sender's own body, ``through`` are the calls that lead on from
    there, ``sent_at`` is where the task is sent in the end.
    """

    sender: str
    task: str
    place: Place
    through: tuple[Step, ...]
    sent_at: Place


@dataclass(frozen=True, slots=True)
class Wait:
    """A caller or task ``waiter`` waits for ``task``; the task is "" for a result by its id.

    ``polls``: it asks again and again instead of blocking.
    """

    waiter: str
    task: str
    place: Place
    through: tuple[Step, ...]
    read_at: Place
    polls: bool
    in_task: bool


@dataclass(frozen=True, slots=True)
class Cycle:
    """Tasks that wait for each other, or send each other, round and round (ids)."""

    tasks: tuple[str, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything at once; each part is sorted. ``name`` is that of the folder drawn."""

    name: str
    apps: tuple[App, ...] = ()
    tasks: tuple[Task, ...] = ()
    callers: tuple[Caller, ...] = ()
    sends: tuple[Send, ...] = ()
    waits: tuple[Wait, ...] = ()
    cycles: tuple[Cycle, ...] = ()

    @property
    def nodes(self) -> tuple[Caller | Task, ...]:
        """The callers, then the tasks."""
        return (*self.callers, *self.tasks)
