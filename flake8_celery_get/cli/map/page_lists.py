"""The lists of the page: every node with what it sends, and who sends it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from flake8_celery_get.cli.map.links import Link, links_of
from flake8_celery_get.cli.map.wording import (
    BY_ID,
    backend_of,
    broker_of,
    kind_of,
    labels_of,
    results_of,
)
from flake8_celery_get.model.picture.shape import Task

if TYPE_CHECKING:
    from flake8_celery_get.model.picture.shape import App, Caller, Picture, Send, Wait


def render(picture: Picture) -> str:
    """Return one section for callers and one for tasks, as far as there are any."""
    onward = links_of(picture)
    back: dict[str, list[Link]] = {}
    for group in onward.values():
        for link in group:
            back.setdefault(link.target, []).append(link)
    labels = labels_of(picture) | {"": BY_ID}
    apps = "".join(_app(app) for app in picture.apps)
    first = f"<section><h2>Apps</h2><ul class=nodes>{apps}</ul></section>" if apps else ""
    sections: tuple[tuple[str, Iterable[Caller | Task]], ...] = (
        ("Callers", picture.callers),
        ("Tasks", picture.tasks),
    )
    return first + "".join(
        f"<section><h2>{title}</h2><ul class=nodes>"
        + "".join(_item(node, onward, back, labels) for node in nodes)
        + "</ul></section>"
        for title, nodes in sections
        if nodes
    )


def _item(
    node: Caller | Task,
    onward: dict[str, list[Link]],
    back: dict[str, list[Link]],
    labels: dict[str, str],
) -> str:
    kind = kind_of(node)
    rows = [_edge(edge, labels) for link in onward.get(node.id, ()) for edge in link.edges]
    who = [_sender(link, labels) for link in back.get(node.id, ())]
    if kind in {"task", "unknown"} and not who:
        who = ["<li>no sender found</li>"]
    return (
        f'<li class="node {kind}" data-id="{escape(node.id)}"><details><summary>'
        f"<b>{_broken(node.label)}</b><div><span class=kind>{_shown(kind)}</span> "
        f"{_place(node)}</div></summary>"
        f"<div class=name>{_broken(node.name)}{_when(node)}{_results(node)}</div>"
        f"{_list(rows)}{_list(who)}</details></li>"
    )


def _app(app: App) -> str:
    return (
        f"<li class=app><p><b>{_broken(app.label)}</b> <code>{_broken(str(app.place))}</code>"
        f"<dl><dt>broker<dd>{_broken(broker_of(app))}"
        f"<dt>backend<dd>{_broken(backend_of(app))}</dl></li>"
    )


def _shown(kind: str) -> str:
    return "task, defined elsewhere" if kind == "unknown" else kind


def _place(node: Caller | Task) -> str:
    return f"<code>{_broken(str(node.place))}</code>" if node.place is not None else ""


def _when(node: Caller | Task) -> str:
    when = getattr(node, "when", "")
    return f", {escape(when)}" if when else ""


def _results(node: Caller | Task) -> str:
    said = results_of(node) if isinstance(node, Task) else ""
    return f"<br>{said}" if said else ""


def _list(rows: list[str]) -> str:
    return f"<ul class=edges>{''.join(rows)}</ul>" if rows else ""


def _broken(text: str) -> str:
    """The text, with places where a long name may go on in the next line."""
    return re.sub(r"([/_]|\.(?!py\b))(?=\w)", r"\1<wbr>", escape(text))


def _edge(edge: Send | Wait, labels: dict[str, str]) -> str:
    in_task = getattr(edge, "in_task", None)
    verb = "sends" if in_task is None else "waits for"
    mark = "" if in_task is None else " class=in-task" if in_task else " class=waits"
    steps = "".join(_steps(edge))
    end = getattr(edge, "sent_at", None) or getattr(edge, "read_at", None)
    last = f"<li>to <code>{_broken(str(end))}</code></li>" if steps else ""
    way = f"<ol class=way>{steps}{last}</ol>" if steps else ""
    return (
        f"<li{mark}>{verb} {_target(edge.task, labels)} "
        f"<code>{_broken(str(edge.place))}</code>{way}</li>"
    )


def _steps(edge: Send | Wait) -> Iterator[str]:
    for step in edge.through:
        place = _broken(str(step.place))
        yield f"<li>through {_broken(step.name)} <code>{place}</code></li>"


def _sender(link: Link, labels: dict[str, str]) -> str:
    mark = " class=in-task" if link.waits_in_task else " class=waits" if link.waits else ""
    source = _target(link.source, labels)
    return f"<li{mark}>{source} {link.verb} it <code>{_broken(link.places)}</code></li>"


def _target(node: str, labels: dict[str, str]) -> str:
    if not node:
        return escape(BY_ID)
    return f'<a href="#node={quote(node)}">{_broken(labels[node])}</a>'
