"""The map as a page that stands alone: no network, no files beside it."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from flake8_celery_get.cli.map import page_lists
from flake8_celery_get.cli.map.links import links_of
from flake8_celery_get.cli.map.wording import (
    BY_ID,
    NOTHING,
    kind_of,
    labels_of,
    summary,
    told,
)

if TYPE_CHECKING:
    from flake8_celery_get.cli.map.links import Link
    from flake8_celery_get.model.picture.shape import Caller, Picture, Task

_SCRIPTS = ("layout.js", "drawing.js", "page.js")


def render(picture: Picture) -> str:
    """Return the page: lists that work without scripts, and a drawing that filters."""
    labels = labels_of(picture)
    warnings = [
        f"<li{'' if cycle.waits else ' class=sends'}>{escape(told(cycle, labels))}</li>"
        for cycle in picture.cycles
    ]
    return Template(_asset("page.html")).substitute(
        title=escape(picture.name),
        summary=escape(summary(picture) if picture.nodes else NOTHING),
        warnings=f"<ul class=warnings>{''.join(warnings)}</ul>" if warnings else "",
        lists=page_lists.render(picture),
        data=_as_script(_data(picture)),
        style=_asset("page.css"),
        script="".join(map(_asset, _SCRIPTS)),
    )


def _asset(name: str) -> str:
    folder = files("flake8_celery_get.cli.map") / "assets"
    return (folder / name).read_text(encoding="utf-8")


def _as_script(data: object) -> str:
    """JSON that can't end the script element around it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _data(picture: Picture) -> dict[str, object]:
    links = [link for group in links_of(picture).values() for link in group]
    nodes = [_node(node) for node in picture.nodes]
    if any(link.target == "" for link in links):
        nodes.append({"id": "", "kind": "unknown", "label": BY_ID, "name": "", "path": ""})
    rings = [list(cycle.tasks) for cycle in picture.cycles]
    apps = [{"id": app.id, "label": app.label} for app in picture.apps]
    return {
        "apps": apps,
        "nodes": nodes,
        "links": [_link(link) for link in links],
        "cycles": rings,
    }


def _node(node: Caller | Task) -> dict[str, object]:
    return {
        "id": node.id,
        "kind": kind_of(node),
        "label": node.label,
        "name": node.name,
        "path": node.place.path if node.place else "",
        "line": node.place.line if node.place else 0,
        "when": getattr(node, "when", ""),
        "app": getattr(node, "app", ""),
    }


def _link(link: Link) -> dict[str, object]:
    return {
        "from": link.source,
        "to": link.target,
        "sends": len(link.sends),
        "waits": len(link.waits),
        "inTask": link.waits_in_task,
        "inCycle": link.in_cycle,
    }
