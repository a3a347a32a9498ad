"""A part of a picture: what stands in one folder or file, and what it is linked to."""

from __future__ import annotations

from dataclasses import replace

from flake8_celery_get.model.picture.shape import Picture, Place


def part_below(picture: Picture, path: str) -> Picture:
    """The part of a picture below ``path``, from the root; all of it for ""."""
    if not path:
        return picture
    inside = {node.id for node in picture.nodes if _is_below(node.place, path)}
    sends = [s for s in picture.sends if inside & {s.sender, s.task}]
    waits = [w for w in picture.waits if inside & {w.waiter, w.task}]
    shown = inside.union(
        *({send.sender, send.task} for send in sends),
        *({wait.waiter, wait.task} for wait in waits),
    )
    tasks = tuple(task for task in picture.tasks if task.id in shown)
    apps = {task.app for task in tasks}
    return replace(
        picture,
        name=path.rpartition("/")[2],
        apps=tuple(
            app for app in picture.apps if app.id in apps or _is_below(app.place, path)
        ),
        tasks=tasks,
        callers=tuple(caller for caller in picture.callers if caller.id in shown),
        sends=tuple(sends),
        waits=tuple(waits),
        cycles=tuple(cycle for cycle in picture.cycles if shown.issuperset(cycle.tasks)),
    )


def _is_below(place: Place | None, path: str) -> bool:
    return place is not None and (place.path == path or place.path.startswith(f"{path}/"))
