"""Reads a project for all its sends and waits, and draws the picture."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from flake8_celery_get.model.ask.model import deep_recursion
from flake8_celery_get.model.evaluate.world import World
from flake8_celery_get.model.noticed.waits import Hop, Send, Wait
from flake8_celery_get.model.picture import shape
from flake8_celery_get.model.picture.apps import DrawnApps
from flake8_celery_get.model.picture.callers import Told, told
from flake8_celery_get.model.picture.cycles import cycles
from flake8_celery_get.model.picture.naming import Naming
from flake8_celery_get.model.picture.schedules import schedules
from flake8_celery_get.model.picture.shape import Caller, Picture, Place, Step
from flake8_celery_get.model.picture.tasks import Tasks
from flake8_celery_get.model.reach.entries import PLAIN, TASK, Entries, Entry
from flake8_celery_get.model.reach.explore import Exploration
from flake8_celery_get.model.sends.sends import SendingNotes
from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol
from flake8_celery_get.project.project import Project
from flake8_celery_get.source import code


def picture_of(project: Project) -> Picture:
    """The whole project, its test code left out."""
    world = World(project, every_send=True)
    with deep_recursion():
        Exploration(world).run()
        entries = [e for e in Entries(world).found() if not world.is_test(e.path)]
        return _Drawing(world, entries).picture()


class _Drawing:
    def __init__(self, world: World, entries: list[Entry]) -> None:
        self._world = world
        self._naming = Naming(world)
        self._tasks = Tasks(world, self._naming, entries)
        self._callers: dict[object, Caller] = {}
        self._sends: set[shape.Send] = set()
        self._waits: set[shape.Wait] = set()
        for part in told(entries):
            sender = self._sender(part)
            self._sends.update(self._send(sender, send) for send in part.sends)
            for wait in part.waits:
                self._waits.update(self._wait(sender, wait, part))
        for caller, send in schedules(world, self._naming, self._tasks):
            self._callers[caller.id] = caller
            self._sends.add(send)

    def picture(self) -> Picture:
        """Everything that was found, sorted."""
        apps = DrawnApps(self._world, self._naming)
        tasks = [
            apps.completed(task, self._tasks.definition_of(task))
            for task in self._tasks.all()
        ]
        sends = sorted(self._sends, key=_edge_order)
        waits = sorted(self._waits, key=_edge_order)
        return Picture(
            os.path.basename(self._world.project.root),
            tuple(apps.all()),
            tuple(tasks),
            tuple(sorted(self._callers.values(), key=_caller_order)),
            tuple(sends),
            tuple(waits),
            tuple(cycles((task.id for task in tasks), sends, waits)),
        )

    def _sender(self, part: Told) -> str:
        entry = part.entry
        task = self._tasks.defined_by(entry.definition) if entry.kind == TASK else None
        if task is not None:
            return task.id
        key: object = entry.definition or (entry.path, entry.is_main)
        if entry.owner is not None:  # several bases may have a method of this name
            key = entry.owner, entry.name.rpartition(".")[2]
        caller = self._callers.get(key)
        if caller is None:
            caller = self._callers[key] = self._caller(part)
        return caller.id

    def _caller(self, part: Told) -> Caller:
        entry = part.entry
        module, label = self._naming.module(entry.path), entry.name
        kind = entry.kind if label else shape.MODULE
        kind = shape.FUNCTION if kind in {PLAIN, TASK} else kind
        if _is_inherited(entry) and entry.owner is not None:
            module = self._naming.module(entry.owner.scope.path)
            label = f"{entry.owner.qualified_name}.{label.rpartition('.')[2]}"
        name = f"{module}.{label}" if label else module
        unique = self._naming.unique(f"{kind}:{name}")
        return Caller(unique, kind, name, label or module, self._place(part))

    def _place(self, part: Told) -> Place:
        entry, definition = part.entry, part.entry.definition
        if _is_inherited(entry) and entry.owner is not None:
            return self._naming.place_of_symbol(entry.owner)
        if isinstance(definition, (FunctionSymbol, ClassSymbol)):
            return self._naming.place_of_symbol(definition)
        if isinstance(definition, code.Function):
            return self._naming.place(entry.path, definition.at[0])
        return min(self._places(part))

    def _places(self, part: Told) -> Iterator[Place]:
        for send in part.sends:
            yield self._naming.place(send.start[0], send.start[1][0])
        for wait in part.waits:
            yield self._naming.place(wait.path, wait.at[0])

    def _send(self, sender: str, send: Send) -> shape.Send:
        path, at = send.start
        return shape.Send(
            sender,
            self._tasks.meant(send.name, send.definition).id,
            self._naming.place(path, at[0]),
            self._steps(send.hops),
            self._naming.place(send.path, send.at[0]),
        )

    def _wait(self, waiter: str, wait: Wait, part: Told) -> Iterator[shape.Wait]:
        for task in self._waited_for(wait, part):
            yield shape.Wait(
                waiter,
                task,
                self._naming.place(wait.path, wait.at[0]),
                self._steps(wait.hops),
                self._naming.place(wait.read.path, wait.read.at[0]),
                wait.read.is_poll,
                part.entry.kind == TASK,
            )

    def _waited_for(self, wait: Wait, part: Told) -> list[str]:
        """The tasks that the handle stands for; of those that pass there, its own."""
        notes = self._world.sending or SendingNotes()
        site = wait.read.handle.key[:3]
        every = notes.tasks_of(site)
        own = [
            (send.name, send.definition)
            for send in part.entry.sends
            if (send.path, *send.at[:2]) == site
        ]
        found = [target for target in own if target in every] or every
        return [self._tasks.meant(*target).id for target in found] or [""]

    def _steps(self, hops: Iterable[Hop]) -> tuple[Step, ...]:
        return tuple(self._step(hop) for hop in hops if hop.name != "lambda")

    def _step(self, hop: Hop) -> Step:
        callee = hop.callee
        if isinstance(callee, (FunctionSymbol, ClassSymbol)):
            place = self._naming.place_of_symbol(callee)
            return Step(self._naming.of_symbol(callee), place)
        line = callee.at[0] if isinstance(callee, code.Function) else hop.at[0]
        return Step(hop.name, self._naming.place(hop.path, line))


def _is_inherited(entry: Entry) -> bool:
    symbol = entry.definition
    return isinstance(symbol, FunctionSymbol) and symbol.owner is not entry.owner


def _edge_order(edge: shape.Send | shape.Wait) -> tuple[object, ...]:
    who = edge.sender if isinstance(edge, shape.Send) else edge.waiter
    end = edge.sent_at if isinstance(edge, shape.Send) else edge.read_at
    return edge.place, edge.task, who, end, len(edge.through), repr(edge.through)


def _caller_order(caller: Caller) -> tuple[object, ...]:
    return shape.KINDS.index(caller.kind), caller.place, caller.id
