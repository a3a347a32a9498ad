"""What constants are, in whichever module of the project they stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.values.values import Value
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame


def resolved(frame: Frame, node: code.Expression, value: Value) -> Value:
    """``value``, or what is known when the modules that ``node`` names are opened too.

    A module of constants holds no word of Celery, so nothing else would open it.
    """
    if any(map(_runs_code, code.walk(node))):
        return value
    if not any(isinstance(part, code.Name) for part in code.walk(node)):
        return value
    with frame.world.looking_deep():
        return frame.evaluate(node)


def _runs_code(part: code.Node) -> bool:
    if isinstance(part, code.Call) and code.dotted(part.function) in _READS_ENVIRONMENT:
        return False
    return isinstance(part, _RUNS_CODE)


_READS_ENVIRONMENT = frozenset({"os.getenv", "os.environ.get", "getenv", "environ.get"})
_RUNS_CODE = (code.Call, code.Await, code.Yield, code.Walrus, code.Comprehension)
