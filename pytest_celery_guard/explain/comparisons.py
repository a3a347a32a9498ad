"""Why an ``assert ==`` on sends or states failed: values in, lines out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise, zip_longest
from typing import cast

from pytest_celery_guard.basics import secrets
from pytest_celery_guard.explain.exceptions import first_line
from pytest_celery_guard.explain.verdict import short_names
from pytest_celery_guard.sends.send import Send
from pytest_celery_guard.sends.signatures import (
    MISSING,
    Difference,
    is_chain,
    is_signature,
)
from pytest_celery_guard.sends.wildcards import FUNCTIONS
from pytest_celery_guard.sends.wildcards import shown as shown_value
from pytest_celery_guard.values.circumstances import Circumstances
from pytest_celery_guard.values.log import Transition
from pytest_celery_guard.values.sent import Count, Sent
from pytest_celery_guard.values.states import FOLLOWS, StatePath

UNKNOWN = {
    "not stored": "it ran, but nothing was stored: set result_backend, or don't ignore results",
    "never sent": "no task was sent with this id: Celery shows PENDING for any id",
    FOLLOWS: "it was never sent: the task that it follows has not succeeded",
    "forgotten": "its result was forgotten: Celery shows PENDING for an id that it doesn't know",
    "expired": "its result has expired: Celery shows PENDING for an id that it doesn't know",
}
"""Why a state is PENDING, though nothing waits."""

ONCE = "a repeated state counts once; celery_guard.history(result) lists each of them"
"""A reader of the result can't tell a second RETRY from the first."""


def explained(op: str, left: object, right: object) -> list[str] | None:
    """Lines for pytest to print below the assertion; None to leave it to pytest."""
    if op in {"in", "not in"} and isinstance(right, Sent):
        return not_found(right, left) if op == "in" else found(right, left)
    if isinstance(left, Count) or isinstance(right, Count):
        return counted(left if isinstance(left, Count) else cast(Count, right))
    if op != "==":
        return None
    if isinstance(left, StatePath) or isinstance(right, StatePath):
        return states_differ(left, right)
    sent, other = (left, right) if isinstance(left, Sent) else (right, left)
    if isinstance(sent, Sent) and isinstance(other, list | tuple | Sent):
        return sends_differ(sent, other)
    return None


def sends_differ(sent: Sent, expected: Sequence[object]) -> list[str]:
    """In three tiers: nothing was sent, other tasks were, or this task otherwise."""
    lines = [title(sent, expected)]
    if not sent:
        return [*lines, "expected:", *indented(map(shown, expected))]
    for at, (send, signature) in enumerate(zip_longest(sent, expected)):
        if signature is None:
            lines += [f"send {at} was not expected: {send!r}"]
        elif send is None:
            lines += missing(sent, f"send {at} is missing: {shown(signature)}", signature)
        elif send != signature:
            lines += differs(sent, at, send, signature)
    return [*lines, *hint(sent, expected)]


def title(sent: Sent, expected: Sequence[object]) -> str:
    """The tier, or that nothing should have been sent; the task first, for pytest's summary."""
    if not sent:
        return f"{names(expected)} was expected, but nothing was sent"
    if not expected:
        return f"{names(sent)} was sent, but nothing was expected"
    if not any(near(send, signature) for send in sent for signature in expected):
        return f"{names(expected)} was not sent, but {names(sent)} was"
    pairs = zip_longest(sent, expected)
    other = [send or signature for send, signature in pairs if send != signature]
    return f"{names(other[:1])} was sent, but not as expected"


def names(sends: Iterable[object]) -> str:
    """The tasks of sends and signatures, by the last parts of their names."""
    return short_names(map(_task, sends))


def _task(each: object) -> str:
    if isinstance(each, Send):
        return each.task
    if isinstance(each, Mapping) and is_signature(each):
        return str(each["task"])
    return str(getattr(each, "name", each))


def not_found(sent: Sent, signature: object) -> list[str]:
    """Why ``signature in sent`` is false."""
    if not sent:
        return [title(sent, [signature]), f"expected: {shown(signature)}"]
    return [
        *missing(sent, f"{shown(signature)} was not sent", signature),
        *hint(sent, [signature]),
    ]


def found(sent: Sent, signature: object) -> list[str]:
    """Why ``signature not in sent`` is false."""
    places = [f"send {at}: {send!r}" for at, send in enumerate(sent) if send == signature]
    return [f"{shown(signature)} was sent", *indented(places)]


def counted(count: Count) -> list[str]:
    """Which sends were counted; without any, which come close."""
    sent, wanted = count.sent, count.wanted
    title = f"{count} {'send is' if count == 1 else 'sends are'} {shown(wanted)}"
    if not sent:
        return [title, "nothing was sent"]
    places = [f"  send {at}: {send!r}" for at, send in enumerate(sent) if send == wanted]
    return [title, *places] if places else missing(sent, title, wanted)


def missing(sent: Sent, title: str, signature: object) -> list[str]:
    """A send that never came: with the sends that come close, if there are any."""
    lines = [title]
    close = [send for send in sent if near(send, signature)]
    if not close:
        others = ", ".join(sorted({send.task for send in sent}))
        return [*lines, f"  other tasks were sent: {others}"]
    for send in close:
        lines += [f"  similar: {send!r}", *indented(parts(send, signature), 4)]
    return lines


def differs(sent: Sent, at: int, send: Send, signature: object) -> list[str]:
    """A send in the place of another: the parts that differ, or where the expected one is."""
    lines = [f"send {at} is {send!r}", f"  expected  {shown(signature)}"]
    elsewhere = [place for place, other in enumerate(sent) if other == signature]
    if elsewhere:
        return [*lines, f"  which is send {elsewhere[0]}"]
    return [*lines, *indented(parts(send, signature))]


def parts(send: Send, signature: object) -> list[str]:
    """Each part of a send that a signature has otherwise."""
    if not isinstance(signature, Mapping) or not is_signature(signature):
        return []
    return [told(each) for each in send.differences(signature)]


def told(difference: Difference) -> str:
    """One part, with what is expected and what is there."""
    part = difference.part
    expected, got = (secrets.masked(each, part) for each in difference[1:])
    if got is not MISSING and isinstance(expected, (*FUNCTIONS, type)):
        return f"{part}: {got!r} does not match {shown_value(expected)}"
    return f"{part}: {got!r} instead of {shown_value(expected)}"


def near(send: Send, signature: object) -> bool:
    """Whether a send is for the same task."""
    if isinstance(signature, Mapping) and is_signature(signature):
        first = signature["kwargs"]["tasks"][0] if is_chain(signature) else signature
        return send == str(first["task"])
    return send == signature


def shown(signature: object) -> str:
    """A signature as its call would be written."""
    if not isinstance(signature, Mapping) or not is_signature(signature):
        return str(getattr(signature, "name", signature))
    if is_chain(signature):
        return " | ".join(map(shown, signature["kwargs"]["tasks"]))
    args = secrets.masked_args(signature["task"], signature["args"])
    given = [*map(shown_value, args), *named(signature["kwargs"])]
    options = named(signature["options"])
    return " ".join([f"{signature['task']}({', '.join(given)})", *options])


def named(values: Mapping[str, object]) -> list[str]:
    """Values with their names."""
    pairs = ((name, secrets.masked(value, name)) for name, value in values.items())
    return [f"{name}={shown_value(value)}" for name, value in pairs]


def states_differ(left: object, right: object) -> list[str]:
    """Both paths side by side, with the virtual time and the exception of each state."""
    path = left if isinstance(left, StatePath) else right
    other = right if path is left else left
    assert isinstance(path, StatePath)
    expected = list(other) if isinstance(other, list | tuple) else [other]
    width = max(len(str(each)) for each in [*path, "actual"])
    lines = [f"states of {path.task}", f"  {'actual':{width}}  expected"]
    for at, (state, wanted) in enumerate(zip_longest(path, expected, fillvalue="-")):
        mark = " " if state == wanted else ">"
        note = noted(path.transitions, at)
        lines.append(f"{mark} {state!s:{width}}  {wanted!s:{width}}  {note}".rstrip())
    if any(state == after for state, after in pairwise(expected)):
        lines.append(ONCE)
    lines += hint(path, expected)
    return [*lines, UNKNOWN[path.unknown]] if path.unknown else lines


def hint(found: StatePath | Sent, expected: Sequence[object]) -> list[str]:
    """Why a real worker did more, or something else; no line where no reason is known."""
    around: Circumstances | None = found.circumstances
    if around is None:
        return []
    is_more = len(found) > len(expected) and found[: len(expected)] == list(expected)
    why = around.why_more(len(expected)) if is_more else around.why_other()
    return [why] if why else []


def noted(transitions: Sequence[Transition], at: int) -> str:
    """When a state came, counted from the send, and with which exception."""
    if at >= len(transitions):
        return ""
    each = transitions[at]
    after = timedelta(seconds=round((each.at - transitions[0].at).total_seconds()))
    failed = each.state in {"RETRY", "FAILURE", "REVOKED"} and each.meta is not None
    return f"+{after}" + (
        f"  {secrets.masked_told(first_line(repr(each.meta)))}" if failed else ""
    )


def indented(lines: Iterable[str], by: int = 2) -> list[str]:
    """Lines moved to the right."""
    return [" " * by + line for line in lines]
