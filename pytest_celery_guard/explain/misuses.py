"""What misuse of results does in production, and what to write instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pytest_celery_guard.findings.misuse import Misuse, Step
    from pytest_celery_guard.values.failures import Failure

REFUSED = "Never call result.get() within a task!"
"""celery.result.assert_will_not_block"""

SHOWN = 3
"""So many cases of one code are shown."""


class Advice(NamedTuple):
    """What somebody does, what happens in production, and what to write.

    The title follows the name of the task, request or function.
    """

    title: str
    production: str
    remedy: str


ADVICE: Mapping[str, Advice] = {
    "CEL101": Advice(
        "waits for a result",
        "Celery raises RuntimeError: Never call result.get() within a task! With gevent or\n"
        "eventlet, the worker really waits for another worker, until none is left to work.",
        "Send what follows as a chain, a chord or a callback.",
    ),
    "CEL102": Advice(
        "waits for a result",
        "The client waits as long as the task takes, and occupies the server meanwhile. If no\n"
        "worker is free, the client gets an error.",
        "Return the id of the task, and let the client poll a status endpoint.",
    ),
    "CEL103": Advice(
        "waits for a result",
        "The event loop is blocked until the task has finished, with everything that runs on it.",
        "Wait in a thread: await asyncio.to_thread(result.get, timeout=10).",
    ),
    "CEL105": Advice(
        "polls a result in a loop",
        "The loop blocks its worker, server or event loop until the task has finished. For an id\n"
        "that was never sent or has expired, it never ends.",
        "In a task, use a chain or a callback. In a request, return the id, and let the client\n"
        "poll. In a coroutine, use await asyncio.sleep(...) between the polls.",
    ),
    "CEL106": Advice(
        "waits, with Celery's check disabled",
        "The worker waits for another worker. Once all of them wait, none is left to work.",
        "Send what follows as a chain, a chord or a callback.",
    ),
    "CEL202": Advice(
        "reads a result, but there is no result backend",
        "No result is stored: get() raises NotImplementedError, and reading the state raises\n"
        "AttributeError: 'DisabledBackend' object has no attribute '_get_task_meta_for'.",
        "Set result_backend, or don't read results.",
    ),
    "CEL203": Advice(
        "reads a result that is not stored",
        "The task has ignore_result=True, or task_ignore_result is set.",
        "Let the task store its result, or don't read it.",
    ),
    "CEL204": Advice(
        "reads a result that rpc:// never delivers there",
        "The result is delivered to the thread that sent the task, and a worker's tasks have no\n"
        "queue for it. If a task calls self.replace(), the worker sends the new one. All others\n"
        "see PENDING forever, and get() never returns.",
        "Use a result backend that any process can read, such as redis://.",
    ),
    "CEL205": Advice(
        "sends a chord, but no backend counts its header",
        "The body never runs.",
        "Use a result backend that supports chords, such as redis://, and let the tasks of the\n"
        "header store their results.",
    ),
}
"""By the codes of the linter's rules."""

OUTCOMES: Mapping[str, str] = {
    "none": "get() returned None immediately, whether the task succeeds, fails or never runs",
    "pending": "the state stays PENDING, even after the task has finished",
    "hang": "get() never returns",
    "refused": "Celery raises NotImplementedError",
    "unfinished": "a part of the header stores no result, so chord_unlock polls forever",
}
"""What this very read does."""


def told(misuses: Mapping[Misuse, Sequence[str]]) -> Iterator[str]:
    """A paragraph for each code."""
    codes = sorted({each.code for each in misuses})
    for code in codes:
        yield "\n".join(_paragraph(code, [each for each in misuses if each.code == code]))


def in_one_line(misuse: Misuse) -> str:
    """What was done, by whom and where."""
    place = _place(misuse.steps[-1]) if misuse.steps else ""
    head = f"{misuse.code} {_who(misuse)} {ADVICE[misuse.code].title}"
    return f"{head}: {place}" if place else head


def _who(case: Misuse) -> str:
    """The task, request or function, in a few words: pytest's summary shows little more."""
    kind, _, name = case.entry.partition(" ")
    function = case.steps[0].function if case.steps else ""
    if kind == "task":
        return f"task {name.rpartition('.')[2]}"
    return f"{kind} {name or function}".strip() or "code"


def _paragraph(code: str, cases: Sequence[Misuse]) -> Iterator[str]:
    advice = ADVICE[code]
    more = f" ({len(cases)} places)" if len(cases) > 1 else ""
    yield f"{code} {_who(cases[0])} {advice.title}{more}:"
    for case in cases[:SHOWN]:
        yield from _case(case)
    if len(cases) > SHOWN:
        yield f"  … and {len(cases) - SHOWN} more"
    yield advice.production
    yield advice.remedy
    yield (
        "If this is intended, mark the test with"
        f' @pytest.mark.celery_guard(allow=["{code}"]).'
    )


def _case(case: Misuse) -> Iterator[str]:
    if case.entry:
        yield f"  {case.entry}"
    for step in case.steps:
        yield f"    {_place(step)}"
        if step.text:
            yield f"      {step.text}"
    if case.told:
        yield f"    {OUTCOMES[case.told]}"


def _place(step: Step) -> str:
    return f"{step.path}:{step.line} in {step.function}"


def but_refused(
    failures: Sequence[Failure], misuses: Mapping[Misuse, Sequence[str]]
) -> list[Failure]:
    """Failures without those that are Celery's refusal to wait: they are told with a reason."""
    refused = {
        task_id for each, ids in misuses.items() if each.code == "CEL101" for task_id in ids
    }
    return [
        each for each in failures if each.id not in refused or REFUSED not in each.exception
    ]
