"""Parameters that are annotated with a class of a package that JSON can't serialize."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.signatures.kinds.words import FILE, REQUEST, UPLOAD
from flake8_celery_get.model.values.values import External
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import Scope

_REQUEST = re.compile(
    r"(?:aiohttp|django|fastapi|litestar|rest_framework|sanic|starlette)\.(?:\w+\.)*"
    r"(?:ASGI|Http|WSGI)?Request"
)
_UPLOAD = re.compile(
    r"(?:fastapi|starlette)\.(?:\w+\.)*UploadFile"
    r"|django\.core\.files\.uploadedfile\.\w*UploadedFile"
)


def kind_of_annotation(
    world: Surroundings, scope: Scope, annotation: code.Expression | None
) -> str:
    """What a parameter is whose annotation names one class, or a list of it."""
    for node in _classes(annotation):
        found = world.deeply(scope, code.dotted(node))
        path = found.path if isinstance(found, External) else ""
        if _REQUEST.fullmatch(path):
            return REQUEST
        if _UPLOAD.fullmatch(path):
            return UPLOAD
    return ""


def kind_of_part(kind: str, name: str) -> str:
    """What an attribute of a parameter is: ``upload.file``."""
    return FILE if kind == UPLOAD and name == "file" else ""


def _classes(node: code.Expression | None) -> list[code.Expression]:
    """The class that an annotation names beside None."""
    if isinstance(node, (code.Name, code.Attribute)):
        return [node]
    if isinstance(node, code.Binary):
        return _classes(node.left) + _classes(node.right)
    if isinstance(node, code.Subscript) and code.last_name(node.value) in _WRAPPERS:
        first = node.index.items[0] if isinstance(node.index, code.Display) else node.index
        return _classes(first)
    return []


_WRAPPERS = frozenset({"Annotated", "List", "Optional", "Sequence", "list"})
