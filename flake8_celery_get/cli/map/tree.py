"""The map for a terminal: who starts what, as a tree."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flake8_celery_get.cli.map.links import Link, links_of
from flake8_celery_get.cli.map.wording import (
    BY_ID,
    NOTHING,
    backend_of,
    broker_of,
    labels_of,
    results_of,
    summary,
    told,
)
from flake8_celery_get.cli.terminal.paint import painter
from flake8_celery_get.model.picture.shape import Task

if TYPE_CHECKING:
    from flake8_celery_get.cli.terminal.paint import Paint
    from flake8_celery_get.model.picture.shape import Caller, Picture

_WIDEST = 60
"""Places stand in one column, unless a line is longer than this."""

_DRAWN = {"branch": "├─ ", "last": "└─ ", "pass": "│  ", "blank": "   "}
_PLAIN = {"branch": "|- ", "last": "`- ", "pass": "|  ", "blank": "   "}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the tree: what is drawn before it, its text, its place, its warning."""

    stem: str
    text: str
    place: str
    warning: str = ""


def render(picture: Picture, color: str = "auto", *, is_shown: bool) -> str:
    """Return the tree; ``is_shown`` on a terminal that may lack colors or lines."""
    if not (picture.nodes or picture.apps):
        return f"{picture.name}: {NOTHING}\n"
    paint = painter(color, sys.stdout if is_shown else None)
    growing = _Growing(picture, _DRAWN if _can_draw() or not is_shown else _PLAIN)
    lines = list(growing.lines())
    widths = (len(line.stem + line.text) for line in lines if line.place)
    width = max((width for width in widths if width <= _WIDEST), default=0)
    head = f"{paint.path(picture.name)}: {summary(picture)}\n"
    body = "".join(_written(line, width, paint) for line in lines)
    return head + body + _cycles(picture, paint)


def _can_draw() -> bool:
    try:
        "└".encode(getattr(sys.stdout, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class _Growing:
    """Walks from the callers to the tasks; each task's own links are drawn once."""

    def __init__(self, picture: Picture, stems: dict[str, str]) -> None:
        self._picture = picture
        self._stems = stems
        self._links = links_of(picture)
        self._labels = labels_of(picture)
        self._tasks = {task.id: task for task in picture.tasks}
        self._drawn: set[str] = set()

    def lines(self) -> Iterator[Line]:
        """Every caller with what it leads to, then the tasks that nobody was seen to send."""
        for app in self._picture.apps:
            yield Line("", "", "")
            yield Line("", f"app {app.label}", str(app.place))
            yield Line(self._stems["branch"], f"broker: {broker_of(app)}", "")
            yield Line(self._stems["last"], f"backend: {backend_of(app)}", "")
        reached = {send.task for send in self._picture.sends}
        loose = [task for task in self._picture.tasks if task.id not in reached]
        for caller in self._picture.callers:
            yield from self._root(caller)
        for task in loose:
            yield from self._root(task)
        for task in self._picture.tasks:
            if self._links.get(task.id) and task.id not in self._drawn:
                yield from self._root(task)  # tasks that only send each other

    def _root(self, node: Caller | Task) -> Iterator[Line]:
        yield Line("", "", "")
        text = f"{_kind(node)} {node.label}{_when(node)}{_results(node)}"
        yield Line("", text, str(node.place or ""))
        self._drawn.add(node.id)
        yield from self._below(node.id, "")

    def _below(self, node: str, stem: str) -> Iterator[Line]:
        links = self._links.get(node, [])
        for link in links:
            is_last = link is links[-1]
            here = stem + self._stems["last" if is_last else "branch"]
            is_new = link.target not in self._drawn
            yield self._line(link, here, is_new)
            if is_new:
                self._drawn.add(link.target)
                onward = stem + self._stems["blank" if is_last else "pass"]
                yield from self._below(link.target, onward)

    def _line(self, link: Link, stem: str, is_new: bool) -> Line:
        name = self._labels.get(link.target, BY_ID)
        text = f"{link.verb} {name}"
        if link.through:
            text += f" through {_shortened(link.through)}"
        text += _results(self._tasks.get(link.target))
        if not is_new and self._links.get(link.target):
            text += " (above)"
        warning = "a worker waits" if link.waits_in_task else ""
        warning = "in a cycle: all workers wait" if link.in_cycle else warning
        return Line(stem, text, link.places, warning)


def _shortened(names: tuple[str, ...]) -> str:
    """The first and the last helpers on a long way."""
    return ", ".join(names if len(names) < 4 else (names[0], "…", names[-1]))


def _kind(node: Caller | Task) -> str:
    return getattr(node, "kind", "task")


def _when(node: Caller | Task) -> str:
    when = getattr(node, "when", "")
    return f", {when}" if when else ""


def _results(node: Caller | Task | None) -> str:
    said = results_of(node) if isinstance(node, Task) else ""
    return f" ({said})" if said else ""


def _written(line: Line, width: int, paint: Paint) -> str:
    text = f"{line.stem}{line.text}".ljust(width)
    place = f"  {paint.path(line.place)}" if line.place else ""
    warning = f"  {paint.code(line.warning)}" if line.warning else ""
    return f"{text}{place}{warning}".rstrip() + "\n"


def _cycles(picture: Picture, paint: Paint) -> str:
    if not picture.cycles:
        return ""
    labels = labels_of(picture)
    rows = [told(cycle, labels) for cycle in picture.cycles]
    return "\n" + "".join(f"{paint.code('cycle')}: {row}\n" for row in rows)
