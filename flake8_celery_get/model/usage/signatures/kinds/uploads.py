"""Files that came with a request: ``request.FILES["photo"]``, ``request.files.get("photo")``.

https://docs.djangoproject.com/en/stable/topics/http/file-uploads/
https://flask.palletsprojects.com/en/stable/patterns/fileuploads/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.usage.signatures.kinds.of_django import imports_django
from flake8_celery_get.model.values.values import External
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.sent.sends import Sent
    from flake8_celery_get.model.usage.signatures.kinds.held import HeldNames

_OF_DJANGO = frozenset({"request.FILES", "self.request.FILES"})
_OF_FLASK = "files"
_REQUESTS = (External("flask.request"), External("quart.request"))


def is_upload(
    world: Surroundings, held: HeldNames, node: code.Expression, sent: Sent
) -> bool:
    """Whether it is one of the files of a request."""
    files = _asked(node)
    if files in _OF_DJANGO:
        return imports_django(world, sent.path)
    request, _, last = files.rpartition(".")
    if last != _OF_FLASK or held.binds(request, sent):
        return False
    return world.deeply(world.scope(sent.path), request) in _REQUESTS


def _asked(node: code.Expression) -> str:
    """The dotted name of what is asked for an item, ``files[…]`` or ``files.get(…)``."""
    if isinstance(node, code.Subscript):
        return code.dotted(node.value) if node.index is not None else ""
    if isinstance(node, code.Call) and isinstance(node.function, code.Attribute):
        is_one = node.function.name in {"get", "pop"} and len(node.arguments) == 1
        return code.dotted(node.function.value) if is_one else ""
    return ""
