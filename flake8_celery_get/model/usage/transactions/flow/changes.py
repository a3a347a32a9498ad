"""Conditions on what was there before: ``old_status != order.status``."""

from __future__ import annotations

import re
from collections.abc import Set

from flake8_celery_get.model.usage.transactions.flow.fixed import Fixed, text_of
from flake8_celery_get.source import code

_BEFORE = re.compile(
    r"(?:^|_)(?:old|prev(?:ious)?|orig(?:inal)?|before|initial|last)(?:_|$)"
)
_TRACKER = re.compile(r"\.\w*tracker$")
_ASKS_TRACKER = frozenset({"has_changed", "changed"})
"""https://django-model-utils.readthedocs.io/en/latest/utilities.html#field-tracker"""


def asks_for_change(test: code.Expression, fixed: Fixed) -> bool:
    """Whether a condition asks if something is new that is fixed.

    A tracker does, too: ``tracker.has_changed("status")``.
    """
    match test:
        case code.Compare(left=left, rights=[right]):
            return _was(left, right, fixed) or _was(right, left, fixed)
        case code.Call(function=function, arguments=[argument]):
            asked = (
                argument.value.value if isinstance(argument.value, code.Constant) else ""
            )
            is_known = any(_last(name) == asked for name in fixed)
            return code.last_name(function) in _ASKS_TRACKER and is_known
    return False


def asks_for_any(test: code.Expression, changed: Set[str]) -> bool:
    """Whether a condition asks a tracker if anything is new: ``len(tracker.changed()) > 0``.

    ``changed`` are names that hold what a tracker has told.
    """
    match test:
        case code.Compare(
            left=left, operators=[">" | "!="], rights=[code.Constant(value=0)]
        ):
            return asks_for_any(left, changed)
        case code.Call(function=code.Name(id="len"), arguments=[argument]):
            return asks_for_any(argument.value, changed)
    return code.dotted(test) in changed or tells_changes(test)


def tells_changes(node: code.Expression) -> bool:
    """``order.tracker.changed()``: all that is new in a row, each time it is saved."""
    if not isinstance(node, code.Call) or node.arguments:
        return False
    owner, _, name = code.dotted(node.function).rpartition(".")
    return name == "changed" and _TRACKER.search(owner) is not None


def _was(before: code.Expression, now: code.Expression, fixed: Fixed) -> bool:
    """Whether a value from before is compared with what is fixed, or a constant for that."""
    name = _last(code.dotted(before))
    if not _BEFORE.search(name):
        return False
    is_same = any(_last(each) in name for each in fixed)
    return code.dotted(now) in fixed or (is_same and text_of(now, fixed) != "")


def _last(text: str) -> str:
    return text.rpartition(".")[2].lower()
