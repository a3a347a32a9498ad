"""Tasks, signatures and apps: what sends, what rebuilds a handle from an id."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.model.classes.attributes import (
    class_of,
    task_of_class,
)
from flake8_celery_get.model.classes.task_options import of_arguments
from flake8_celery_get.model.known import celery_words
from flake8_celery_get.model.sends.canvas import canvas, said_again, with_body
from flake8_celery_get.model.sends.plain_data import note_arguments
from flake8_celery_get.model.values.arguments import Given
from flake8_celery_get.model.values.ids import id_of, kept_as
from flake8_celery_get.model.values.loops.names import gives_the_same
from flake8_celery_get.model.values.parts import elements, first_handle
from flake8_celery_get.model.values.values import (
    AS_APP,
    ELSEWHERE,
    NO,
    NOTHING_KNOWN,
    UNKNOWN,
    UNSURE,
    YES,
    AppValue,
    Closure,
    External,
    FunctionValue,
    Handle,
    Head,
    Instance,
    Key,
    Literal,
    Made,
    Parameter,
    Signature,
    TaskOptions,
    TaskValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame


def task_method(
    frame: Frame, task: TaskValue, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a method of a task gives."""
    if name in {*celery_words.SENDERS, *celery_words.SIGNATURES}:
        note_arguments(frame, name, given, node)
    if name in celery_words.SENDERS:
        options = for_this_send(task.options, given)
        site = site_of(frame, node)
        return frame.started(Handle("AsyncResult", site, task=task.name, options=options))
    if name == "apply":
        frame.world.calls.run(frame, task.body, (), node)
        return frame.started(
            Handle("EagerResult", site_of(frame, node), "applied", task.name)
        )
    if name in celery_words.SIGNATURES:
        says = task.options
        if any(argument.name in {"options", "**"} for argument in given):
            says = replace(says, ignores=UNSURE)
        if name in {"signature", "subtask"} and any(map(_says_expiry, given)):
            says = replace(says, expires=UNSURE)
        heads = heads_at(frame, node)
        return Signature("task", task.name, task.body, says, heads=heads)
    if name in {"map", "starmap", "chunks"}:
        kind = "chunks" if name == "chunks" else "map"
        return Signature(kind, task.name, options=TaskOptions(expires=AS_APP))
    if name == "AsyncResult":
        return rebuilt(frame, "AsyncResult", given, node, task)
    if name in {"run", "__call__"}:
        return frame.world.calls.run(frame, task.body, given, node)
    return UNKNOWN


def heads_at(frame: Frame, node: code.Call) -> tuple[Head, ...]:
    """Where a signature is built, where someone listens: else each would be another value."""
    if frame.world.listener is None:
        return ()
    return ((frame.scope.path, node.at, frame.within),)


def _says_expiry(argument: Given) -> bool:
    return argument.name in {"expires", "options", "**"}


def for_this_send(options: TaskOptions, given: tuple[Given, ...]) -> TaskOptions:
    """The options of a task, with what ``apply_async`` says for this once."""
    for argument in given:
        if argument.name in {"expires", "**"}:
            options = replace(options, expires=UNSURE)
        if argument.name == "ignore_result":
            value = argument.value
            ignores = UNSURE
            if isinstance(value, Literal) and value.value is not None:
                ignores = YES if value.value else NO
            options = replace(options, ignores=ignores)
        elif argument.name == "**":
            options = replace(options, ignores=UNSURE)
    return options


def signature_method(
    frame: Frame, owner: Signature, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a method of a signature gives."""
    if name in celery_words.SENDERS:
        note_arguments(frame, name, given, node)
    if name in {"apply_async", "set", "clone"}:
        owner = said_again(owner, for_this_send(owner.options, given))
        if name == "clone" or {"immutable", "**"} & {each.name for each in given}:
            owner = replace(owner, heads=())
    if name == "set" and isinstance(node.function, code.Attribute):
        changed = code.dotted(node.function.value)
        if changed:  # in place, and returned too
            frame.bind(changed, owner)
    if name in {*celery_words.SENDERS, "freeze"}:
        return sent(frame, owner, node)
    if name == "apply":
        frame.world.notes.chords_run(owner.chords, is_sent=False)
        kind = "GroupResult" if owner.kind == "group" else "EagerResult"
        return frame.started(Handle(kind, site_of(frame, node), "applied", owner.name))
    if name in {"link", "link_error", "get", "pop", "keys", "items"}:
        return UNKNOWN
    if name == "group":
        return Signature("group", owner.name, ends_in_group=True)
    return owner


def signature_called(
    frame: Frame, signature: Signature, given: tuple[Given, ...], node: code.Call
) -> Value:
    """A canvas that is called is sent; a plain signature runs its task here."""
    if signature.kind == "chord" and given:
        signature = with_body(frame, signature, given[0].value, node.at)
    if signature.is_canvas:
        return sent(frame, signature, node)
    return frame.world.calls.run(frame, signature.body, given, node)


def app_method(
    frame: Frame, app: AppValue, name: str, given: tuple[Given, ...], node: code.Call
) -> Value:
    """What a method of an app gives."""
    if name == "send_task":
        note_arguments(frame, name, given, node)
        task = given[0].value if given else UNKNOWN
        named = str(task.value) if isinstance(task, Literal) else ""
        site = site_of(frame, node)
        says = replace(_options_by_name(frame, named), app=app.site)
        says = for_this_send(says, given)
        return frame.started(Handle("AsyncResult", site, "named", named, options=says))
    if name in {*celery_words.HANDLES, "restore"}:
        kind = "GroupResult" if name == "restore" else name
        task = TaskValue("", options=TaskOptions(app=app.site))
        return rebuilt(frame, kind, given, node, task, by=name)
    if name in celery_words.CANVAS:
        return canvas(frame, celery_words.CANVAS[name], given, node.at)
    if name in celery_words.TASK_DECORATORS:
        return decorated_task(frame, given, app)
    if name == "_get_current_object":
        return app
    if name == "register_task" and given:
        symbol = class_of(given[0].value)
        if symbol is not None:
            run = frame.world.classes.method(symbol, "run")
            return task_of_class(frame, run, Instance(symbol))
        return given[0].value
    return UNKNOWN


def _options_by_name(frame: Frame, name: str) -> TaskOptions:
    """The options of the task that Celery gives this name by itself: ``module.function``."""
    module, _, function = name.rpartition(".")
    path = frame.world.project.modules.exactly(module) if module else None
    task = frame.world.names.member(frame.world.scope(path), function) if path else UNKNOWN
    return task.options if isinstance(task, TaskValue) else TaskOptions()


NO_APP = AppValue()
"""An app that nothing is known of."""


def decorated_task(frame: Frame, given: tuple[Given, ...], app: AppValue = NO_APP) -> Value:
    """``app.task(function)`` makes a task; ``app.task(bind=True)`` a decorator.

    Of a task under one that a variable holds, nobody knows the options.
    """
    first = given[0].value if given and not given[0].name else None
    if isinstance(first, Parameter):  # in a decorator of the project's own
        return TaskValue(first.name)
    if isinstance(first, (FunctionValue, Closure)):
        frame.world.seen.note_task(first)
        return TaskValue(_name_of(first), first, of_arguments(given, app.site))
    return Made("celery.shared_task") if given else External("celery.shared_task")


def task_of_configured(frame: Frame, given: tuple[Given, ...]) -> Value:
    """What such a decorator makes of a function."""
    made = decorated_task(frame, given)
    return replace(made, options=NOTHING_KNOWN) if isinstance(made, TaskValue) else UNKNOWN


def _name_of(function: FunctionValue | Closure) -> str:
    if isinstance(function, FunctionValue):
        return function.symbol.name
    return function.code.name if isinstance(function.code, code.Function) else "lambda"


def sent(frame: Frame, signature: Signature, node: code.Call | code.Invert) -> Handle:
    """The handle that sending a signature gives."""
    is_group = signature.kind in {"group", "chunks"} or signature.ends_in_group
    kind = "GroupResult" if is_group else "AsyncResult"
    origin = "sent" if signature.kind == "task" else "canvas"
    site = site_of(frame, node)
    handle = Handle(kind, site, origin, signature.name, options=signature.options)
    frame.world.notes.sent(frame, node.at, handle)
    frame.world.notes.chords_run(signature.chords, is_sent=True)
    return frame.started(handle)


def rebuilt(
    frame: Frame,
    kind: str,
    given: tuple[Given, ...],
    node: code.Call,
    task: TaskValue | None = None,
    by: str = "",
) -> Value:
    """A handle that is made from an id, or from other handles; ``task`` where that is known."""
    if kind == "ResultSet":
        return Handle(kind, _key_of_members(frame, given, node), "canvas")
    made = Handle(kind, site_of(frame, node), "rebuilt")
    if task is not None:
        made = replace(made, task=task.name, options=task.options)
    made = _of_app(made, given)
    if not given:
        return made
    source = id_of(given[0].value)
    if source is not None:
        made = replace(made, origin="known")
        if not made.task:
            made = replace(made, task=source.task, options=source.options)
    kept = kept_as(given[0].node)
    frame.world.notes.rebuilt(frame, node.at, made, source, by or kind, kept)
    key = _key_of_id(frame, given[0].node, source)
    if key is None:
        return frame.started(made)
    if gives_the_same(given[0].node):
        names = code.names_in(given[0].node)
        for loop in frame.loops:
            loop.rebuilt[key] = names
    return replace(made, key=key)


def _key_of_id(frame: Frame, node: code.Expression, source: Handle | None) -> Key | None:
    """What identifies a handle by its id: what is known of its ``source`` is known of it, too."""
    if source is not None:
        return source.key
    text = code.describe(node)
    if not text:
        return None
    names = code.names_in(node)
    frame.world.seen.names_in_ids |= names
    return ("id", text, names)


def _of_app(handle: Handle, given: tuple[Given, ...]) -> Handle:
    """With the app that ``app=`` names; with ``backend=`` it may be any."""
    app: Key | None = None
    for position, argument in enumerate(given):
        if argument.name == "backend" or (position == 1 and not argument.name):
            app = ELSEWHERE
        elif argument.name == "app" and app is None:
            made = argument.value
            app = made.site if isinstance(made, AppValue) else ELSEWHERE
        elif argument.name == "**":
            app = ELSEWHERE
    if app is None:
        return handle
    return replace(handle, options=replace(handle.options, app=app))


def _key_of_members(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Key:
    member = first_handle(elements(given[0].value)) if given else None
    return member.key if member is not None else site_of(frame, node)


def site_of(frame: Frame, node: code.Call | code.Invert) -> Key:
    """What identifies a handle that comes into being here."""
    return (frame.scope.path, *node.at[:2])
