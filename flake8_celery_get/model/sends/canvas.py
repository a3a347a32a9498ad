"""What a canvas is made of, and what that says of the handle that sending it gives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.values.parts import options as options_of
from flake8_celery_get.model.values.values import (
    AS_APP,
    NOTHING_KNOWN,
    UNKNOWN,
    UNSURE,
    YES,
    Head,
    Items,
    Place,
    Signature,
    TaskOptions,
    TaskValue,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.source.code import Span


def canvas(frame: Frame, kind: str, given: Iterable[Given], at: Span) -> Signature:
    """The signature that ``group(…)``, ``chain(…)`` or ``chord(…)`` makes."""
    values = [each.value for each in given if each.name in {"", "header", "body", "tasks"}]
    if kind == "chord":
        header, body = [*values, UNKNOWN, UNKNOWN][:2]
        return _chord(frame, header, body, at)
    members = list(_members(values))
    if kind == "group":
        return _group(members)
    if kind == "chain":
        return _chain(frame, members, at)
    return Signature(kind)


def _members(values: Iterable[Value]) -> Iterator[Value]:
    for value in values:
        ways = [way for way in options_of(value) if way != Items(exact=True)]  # still empty
        if len(ways) == 1 and isinstance(ways[0], Items):
            yield from ways[0].values
        else:
            yield value


def _group(members: list[Value]) -> Signature:
    """A group: its handle is never ready when one of its members stores nothing."""
    options = [_options(member) for member in members] or [NOTHING_KNOWN]
    choices = {each.ignores for each in options}
    ignores = choices.pop() if len(choices) == 1 else YES if YES in choices else UNSURE
    apps = {each.app for each in options}
    app = apps.pop() if len(apps) == 1 else ()
    keeps = {each.keeps_errors for each in options}
    keeps_errors = keeps.pop() if len(keeps) == 1 else UNSURE
    together = TaskOptions(ignores, UNSURE, app, keeps_errors, _expiry(options))
    heads = tuple(head for member in members for head in _heads(member))
    group = Signature("group", _names(members), options=together, ends_in_group=True)
    return replace(group, heads=heads, chords=_chords(members))


def _expiry(parts: Iterable[TaskOptions]) -> str:
    """AS_APP where no part says when it expires."""
    return AS_APP if all(part.expires == AS_APP for part in parts) else UNSURE


def _names(members: list[Value]) -> str:
    """The name of a member that ignores its result, before that of any other."""
    ignoring = [member for member in members if _options(member).ignores == YES]
    return next(map(_name, ignoring or members), "")


def _chain(frame: Frame, members: list[Value], at: Span) -> Signature:
    """A chain: its handle is that of its last member."""
    whole = members[0] if members else UNKNOWN
    for member in members[1:]:
        whole = joined(frame, whole, member, at)
    if isinstance(whole, Signature) and whole.kind != "task":
        return whole if len(members) > 1 else replace(whole, kind="chain")
    chain = Signature("chain", _name(whole), options=_options(whole), heads=_heads(whole))
    return replace(chain, chords=_chords([whole]))


def joined(frame: Frame, left: Value, right: Value, at: Span) -> Signature:
    """``left | right``: a group that a task follows becomes the header of a chord."""
    chords = _chords([left, right])
    is_followed = isinstance(right, (Signature, TaskValue))
    if isinstance(left, Signature) and left.ends_in_group and is_followed:
        frame.world.notes.chord(frame, at, left.options, _options(right))
        chords = _with(chords, (frame.scope.path, at))
    is_group = isinstance(right, Signature) and right.ends_in_group
    last = _options(right)
    options = replace(last, expires=_expiry([_options(left), last]))
    chain = Signature("chain", _name(right), options=options, ends_in_group=is_group)
    return replace(chain, heads=_heads(left), chords=chords)


def _chord(frame: Frame, header: Value, body: Value, at: Span) -> Signature:
    """A chord: its handle is that of its body."""
    members = header.values if isinstance(header, Items) else (header,)
    group = _group(list(members))
    chord = Signature("chord", header=group.options, heads=group.heads, chords=group.chords)
    return chord if body is UNKNOWN else with_body(frame, chord, body, at)


def with_body(frame: Frame, chord: Signature, body: Value, at: Span) -> Signature:
    """``chord(header)(body)``."""
    frame.world.notes.chord(frame, at, chord.header, _options(body))
    last = _options(body)
    options = replace(last, expires=_expiry([chord.header, last]))
    chords = _with(chord.chords, (frame.scope.path, at))
    return replace(chord, name=_name(body), options=options, chords=chords)


def said_again(signature: Signature, options: TaskOptions) -> Signature:
    """The signature with the options that ``.set(…)`` or ``apply_async(…)`` gives it."""
    if signature.kind != "task" and options.ignores != signature.options.ignores:
        options = replace(options, ignores=UNSURE)
    return replace(signature, options=options)


def _heads(member: Value) -> tuple[Head, ...]:
    return member.heads if isinstance(member, Signature) else ()


def _chords(members: Iterable[Value]) -> tuple[Place, ...]:
    """Where the chords inside are built, each once."""
    inside = [member.chords for member in members if isinstance(member, Signature)]
    return tuple(dict.fromkeys(place for chords in inside for place in chords))


def _with(chords: tuple[Place, ...], place: Place) -> tuple[Place, ...]:
    return chords if place in chords else (*chords, place)


def _options(member: Value) -> TaskOptions:
    if isinstance(member, (Signature, TaskValue)):
        return member.options
    return NOTHING_KNOWN


def _name(member: Value) -> str:
    return member.name if isinstance(member, (Signature, TaskValue)) else ""
