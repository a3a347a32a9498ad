"""The map as a Mermaid flowchart, which GitHub and GitLab draw inside Markdown.

https://mermaid.js.org/syntax/flowchart.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.cli.map.links import Link, links_of
from flake8_celery_get.cli.map.wording import BY_ID, NOTHING, kind_of

if TYPE_CHECKING:
    from flake8_celery_get.model.picture.shape import Caller, Picture, Task

_ENTITIES = {character: f"#{ord(character)};" for character in '#"<>&`\\'}
"""Mermaid's own way to write what would end a label or be taken for markup."""

_CLASSES = {
    "task": "fill:#dcfce7,stroke:#15803d,color:#14532d",
    "view": "fill:#dbeafe,stroke:#1d4ed8,color:#1e3a8a",
    "coroutine": "fill:#cffafe,stroke:#0e7490,color:#164e63",
    "function": "fill:#f1f5f9,stroke:#475569,color:#1e293b",
    "module": "fill:#f5f5f4,stroke:#57534e,color:#292524",
    "schedule": "fill:#f3e8ff,stroke:#7e22ce,color:#581c87",
    "unknown": "fill:#fff,stroke:#6b7280,color:#374151,stroke-dasharray:4 3",
}
_WAITS = "stroke:#b45309,stroke-width:3px"
_WAITS_IN_TASK = "stroke:#dc2626,stroke-width:4px"


def render(picture: Picture) -> str:
    """Return the flowchart; a wait is thick, a wait inside a task is red."""
    return "\n".join(("flowchart LR", *_lines(picture))) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    if not picture.nodes:
        yield f'    nothing["{_escaped(NOTHING)}"]'
        return
    names = {node.id: f"n{number}" for number, node in enumerate(picture.nodes, 1)}
    names[""] = "n0"
    links = [link for group in links_of(picture).values() for link in group]
    if any(link.target == "" for link in links):
        yield f'    n0(["{BY_ID}"]):::unknown'
    for node in picture.nodes:
        yield f"    {names[node.id]}{_node(node)}:::{kind_of(node)}"
    for link in links:
        yield f"    {names[link.source]} {_arrow(link)} {names[link.target]}"
    used = {kind_of(node) for node in picture.nodes} | {"unknown"}
    for kind, style in _CLASSES.items():
        if kind in used:
            yield f"    classDef {kind} {style}"
    yield from _styles(links)


def _node(node: Caller | Task) -> str:
    label = _escaped(node.label)
    if when := getattr(node, "when", ""):
        label += f"<br/>{_escaped(when)}"
    if node.place is not None:
        label += f"<br/>{_escaped(str(node.place))}"
    is_task = kind_of(node) in {"task", "unknown"}
    return f'(["{label}"])' if is_task else f'["{label}"]'


def _arrow(link: Link) -> str:
    if not link.waits:
        return "-->"
    return "==>|sends and waits|" if link.sends else "==>|waits|"


def _styles(links: list[Link]) -> Iterator[str]:
    inside = [str(n) for n, link in enumerate(links) if link.waits_in_task]
    other = [str(n) for n, link in enumerate(links) if link.waits and str(n) not in inside]
    for numbers, style in ((other, _WAITS), (inside, _WAITS_IN_TASK)):
        if numbers:
            yield f"    linkStyle {','.join(numbers)} {style}"


def _escaped(text: str) -> str:
    return "".join(_ENTITIES.get(character, character) for character in text)
