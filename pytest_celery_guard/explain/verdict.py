"""What a test must not leave behind, and what to write if it is on purpose."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_celery_guard.explain.exceptions import first_line, kind_of, users_place

if TYPE_CHECKING:
    from pytest_celery_guard.options.settings import Settings
    from pytest_celery_guard.sends.send import Send
    from pytest_celery_guard.values.failures import Failure

CODE = re.compile(r"CEL\d+ ")
MARK = "@pytest.mark.celery_guard"
NAMED = 3
"""So many tasks are named in the first line."""

SHOWN = 5
"""So many of a kind are shown; a test that leaves a thousand messages gets a short text."""


def verdict(
    settings: Settings,
    breaches: Sequence[str],
    in_vain: Sequence[str],
    errors: Sequence[str],
    unseen: Sequence[Failure],
    left: Sequence[Send],
    own: Collection[str],
    overruns: Sequence[str] = (),
    hint: str = "",
) -> str:
    """The message of the failure; empty when the test may pass.

    ``breaches`` are what no test may do, ``in_vain`` faults that never struck, ``errors`` those
    of the worker itself, ``unseen`` failures that the test did not look at, and ``left`` messages
    that were never run. ``own`` are the names of the app's tasks. ``overruns`` are those of time
    limits, and ``hint`` is what the failures may come from.
    """
    if not any((breaches, in_vain, errors, unseen, left, overruns)):
        return ""
    parts = [*_breaches(breaches), *_in_vain(in_vain)]
    if not settings.allow_failures:
        known = [each for each in unseen if each.task in own]
        unknown = [each for each in unseen if each.task not in own]
        parts += [
            *_errors(errors),
            *_overruns(overruns),
            *_failures(known, hint),
            *_unknown(unknown, own),
        ]
    if not settings.allow_leftover:
        parts += _leftover([each for each in left if each.task in own])
        parts += _elsewhere([each for each in left if each.task not in own], own)
    return "\n\n".join(parts)


def _breaches(breaches: Sequence[str]) -> Iterator[str]:
    """Those that have a code can be allowed by it."""
    if breaches:
        codes = sorted({each.split()[0] for each in breaches if CODE.match(each)})
        named = ", ".join(f'"{code}"' for code in codes)
        hint = f"If this is intended, mark the test with {MARK}(allow=[{named}])."
        more = len(breaches) - SHOWN
        others = [f"… and {more} more"] if more > 0 else []
        yield "\n".join([*breaches[:SHOWN], *others, *([hint] if codes else [])])


def _in_vain(faults: Sequence[str]) -> Iterator[str]:
    if faults:
        yield "\n".join(
            [
                "Simulated failures that never happened:",
                *listed(faults),
                "Let the code under test run while they are active, or remove them.",
            ]
        )


def _errors(errors: Sequence[str]) -> Iterator[str]:
    if errors:
        yield "\n".join(
            [
                "The worker itself raised an error:",
                *listed(errors),
                f"If this is intended, mark the test with {MARK}(allow_failures=True).",
            ]
        )


def _overruns(overruns: Sequence[str]) -> Iterator[str]:
    if overruns:
        yield "\n".join(
            [
                "A worker would have ended a task at its time limit:",
                *listed(overruns),
                f"If this is intended, mark the test with {MARK}(allow_failures=True).",
            ]
        )


def _failures(unseen: Sequence[Failure], hint: str) -> Iterator[str]:
    if unseen:
        yield "\n".join(
            [
                f"{_failed(unseen)}, and the test did not check {_them(unseen)}:",
                *listed([_told(each) for each in unseen]),
                *([hint] if hint else []),
                "If the failure is expected, read the result or its states in the test.",
                f"If any failure is acceptable, mark the test with {MARK}(allow_failures=True).",
            ]
        )


def _leftover(left: Sequence[Send]) -> Iterator[str]:
    if left:
        yield "\n".join(
            [
                f"{_sent(left)} but never run:",
                *listed([repr(each) for each in left]),
                "Run what is due with celery_guard.drain().",
                f"If sending is enough, mark the test with {MARK}(allow_leftover=True).",
            ]
        )


def _elsewhere(left: Sequence[Send], own: Collection[str]) -> Iterator[str]:
    if left:
        yield "\n".join(
            [
                f"{_sent(left)}, but the app does not have {_them(left)}:",
                *listed([repr(each) for each in left]),
                *if_elsewhere({each.task for each in left}, own),
            ]
        )


def without_task(
    failures: Sequence[Failure], own: Collection[str], said: str, breaches: Sequence[str]
) -> str:
    """Failures for want of a task, unless that is told already: in a breach, or ``said``."""
    if "(external=[" in said:
        return ""
    told = "\n".join(breaches)
    found = [each for each in failures if each.task not in own and each.task not in told]
    return "".join(_unknown(found, own))


def _unknown(unseen: Sequence[Failure], own: Collection[str]) -> Iterator[str]:
    if unseen:
        yield "\n".join(
            [
                f"{short_names(each.task for each in unseen)} could not run, because the app"
                f" does not have {_them(unseen)}:",
                *listed([_told(each) for each in unseen]),
                *if_elsewhere({each.task for each in unseen}, own),
            ]
        )


def if_elsewhere(names: set[str], own: Collection[str]) -> list[str]:
    """What to write where another service runs tasks."""
    named = ", ".join(
        f'"{each}"' for each in sorted({pattern_of(name, own) for name in names})
    )
    return [
        f"If another service runs {'it' if ',' not in named else 'them'}, mark the test with"
        f" {MARK}(external=[{named}])."
    ]


def pattern_of(name: str, own: Collection[str]) -> str:
    """All tasks of the module that a task is in, unless the app has some of them."""
    module, dot, _ = name.rpartition(".")
    is_own = not dot or any(each.startswith(module + dot) for each in own)
    return name if is_own else f"{module}.*"


def _told(failure: Failure) -> str:
    what = f"{failure.task} ({failure.id}): {first_line(failure.exception)}"
    place = users_place(failure.traceback)
    return f"{what}\n    {place}" if place else what


def listed(lines: Sequence[str]) -> list[str]:
    """The first few, indented, and how many more there are."""
    shown = [f"  {line}" for line in lines[:SHOWN]]
    more = len(lines) - SHOWN
    return [*shown, f"  … and {more} more"] if more > 0 else shown


def short_names(tasks: Iterable[str]) -> str:
    """The tasks by the last parts of their names, so that they fit into pytest's summary."""
    names = list(dict.fromkeys(task.rpartition(".")[2] for task in tasks))
    if len(names) > NAMED:
        names = [*names[: NAMED - 1], f"{len(names) - NAMED + 1} more tasks"]
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _sent(left: Sequence[Send]) -> str:
    names = {each.task for each in left}
    verb = "was sent" if len(names) == 1 else "were sent"
    times = f" {len(left)} times" if len(names) == 1 and len(left) > 1 else ""
    return f"{short_names(each.task for each in left)} {verb}{times}"


def _failed(unseen: Sequence[Failure]) -> str:
    names = short_names(each.task for each in unseen)
    if len(unseen) > 1:
        return f"{names} failed"
    return f"{names} failed with {kind_of(unseen[0].exception)}"


def _them(each: Sequence[Failure | Send]) -> str:
    return "it" if len({one.task for one in each}) == 1 else "them"
