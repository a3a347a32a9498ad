"""Paths below a constant that another module, or a setting of Django, holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.flow.frame import Frame
from flake8_celery_get.model.usage.signatures.kinds.words import PATH, kind_of_made
from flake8_celery_get.model.usage.written.constants import constant
from flake8_celery_get.model.values.values import External, Made
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings


def first_part(node: code.Expression) -> code.Expression:
    """What stands before all ``/``."""
    while isinstance(node, code.Binary) and node.operator == "/":
        node = node.left
    return node


def kind_of_path(world: Surroundings, path: str, node: code.Binary) -> str:
    """``BASE_DIR / "name"``, written in the module at ``path``; empty for anything else."""
    first = first_part(node)
    text = code.dotted(first)
    if not text:
        return ""
    scope = world.scope(path)
    value = world.deeply(scope, text)
    if isinstance(value, External):
        value = constant(Frame(world, scope), first)
    is_path = isinstance(value, (External, Made)) and kind_of_made(value.path) == PATH
    return PATH if is_path and node.operator == "/" else ""
