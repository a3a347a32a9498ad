"""Whether the results of some group are saved, so that they can be restored by its id."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.noticed.notes import Access, Chord, Escape, GroupSent

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.values import Handle

_SAVES = re.compile(rb"\bsave_group\b|(?:group|result|\bres)\w*\.save\(", re.IGNORECASE)
"""Code that saves a group, as far as its names tell."""


def may_save_groups(world: Surroundings) -> bool:
    """Whether some group is saved, or may be; a library's users do so where it sends none."""
    notes = world.notes
    sends = any(True for kind in (GroupSent, Chord) for _ in notes.of(kind))
    if not sends or any(note.handle.is_group for note in notes.of(Escape)):
        return True
    accesses = notes.of(Access)
    if any(note.name == "save" and _may_be_group(note.handle) for note in accesses):
        return True
    return any(not world.is_test(path) for path in world.project.celery_files(_SAVES))


def _may_be_group(handle: Handle) -> bool:
    """Whether it is that of a group, or of what comes before: the header of a chord."""
    return handle.is_group or "parent" in handle.key


def is_of_no_group(source: Handle) -> bool:
    """Whether a handle is that of a single task, of a chord or of a chain.

    The header of a chord, which is its parent, may have been saved.
    """
    if source.is_group:
        return False
    return source.origin in {"sent", "named", "canvas"} and "parent" not in source.key
