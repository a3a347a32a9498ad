"""What a call fixes: parameters that are constants in it, and what conditions ask of them.

The texts of ``Fixed`` are those of literals, ``"True"`` or ``"'done'"``, and of constants that
have a name: ``"Status.DONE"``.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import TypeAlias

from flake8_celery_get.model.usage.transactions.flow.switches import is_switch
from flake8_celery_get.model.usage.transactions.models.keys import asked
from flake8_celery_get.source import code

Fixed: TypeAlias = "Mapping[str, str]"
"""Names of parameters, each with the text of the only value that it has in this call."""

_FALSE = frozenset({"False", "None", "0", "0.0", "''"})
_POSITIVE = {"==": "==", "!=": "==", "is": "==", "is not": "==", "in": "in", "not in": "in"}
_ASKS_STATE = frozenset({"hasattr", "getattr"})
_NEGATIVE = frozenset({"!=", "is not", "not in"})


def text_of(node: code.Expression, fixed: Fixed) -> str:
    """The text of a constant, or of a parameter that is one; empty for anything else."""
    if isinstance(node, code.Constant):
        return repr(node.value)
    text = code.dotted(node)
    return fixed.get(text) or (text if text.rpartition(".")[2].isupper() else "")


def tells(test: code.Expression, fixed: Fixed, *, is_open: bool = False) -> bool | None:
    """What a condition that is not put together of others is in this call; None if unknown.

    ``is_open``: a transaction is open, which ``connection.in_atomic_block`` asks.
    """
    if isinstance(test, code.Compare):
        return _compared(test, fixed)
    if is_open and code.last_name(test) == "in_atomic_block":
        return True
    function = test.function if isinstance(test, code.Call) else test
    if is_open and code.last_name(function) == "get_autocommit":
        return False
    text = fixed.get(code.dotted(test) or asked(test))
    return None if text is None or _owner(text) else text not in _FALSE


def depends(test: code.Expression, fixed: Fixed, local: Set[str]) -> bool:
    """Whether the call decides a condition, by a fixed parameter, but nobody can tell how.

    ``local`` are all names of the function: what others hold is not decided by the call. What
    a module keeps, ``hasattr(LOCAL, "collected")``, depends on where the call comes from.
    """
    if isinstance(test, code.Not):
        return depends(test.value, fixed, local)
    if isinstance(test, code.Boolean):
        return any(depends(each, fixed, local) for each in (test.left, test.right))
    if code.dotted(test) or is_switch(test):
        return False  # whether a constant of another module is true, such as a setting
    names = code.names_in(test)
    if isinstance(test, code.Call) and code.dotted(test.function) in _ASKS_STATE:
        return names.isdisjoint(local)
    is_decided = not names.isdisjoint(fixed) and names.isdisjoint(local - fixed.keys())
    return is_decided and tells(test, fixed) is None


def _compared(test: code.Compare, fixed: Fixed) -> bool | None:
    """``status == Status.DONE``, ``reason is None``, ``mode in {"full", "fast"}``."""
    operator = _POSITIVE.get(test.operators[0])
    if operator is None or len(test.rights) > 1 or not _speaks_of(test, fixed):
        return None
    right = test.rights[0]
    if operator == "in" and not isinstance(right, code.Display):
        return None
    others = right.items if isinstance(right, code.Display) else [right]
    left = text_of(test.left, fixed)
    same = {_are_same(left, text_of(each, fixed)) for each in others}
    if None in same and True not in same:
        return None
    return (True in same) != (test.operators[0] in _NEGATIVE)


def _is_same_member(left: str, right: str) -> bool:
    """``Order.Status.PAID`` and ``Status.PAID``."""
    names = left.split(".")[-2:]
    return len(names) == 2 and names == right.split(".")[-2:]


def _speaks_of(test: code.Expression, fixed: Fixed) -> bool:
    """Whether a fixed name stands in a condition, or a fixed attribute of one."""
    return any(code.dotted(part) in fixed for part in code.walk(test))


def _are_same(left: str, right: str) -> bool | None:
    """Whether two constants are equal; None where nobody can tell."""
    if not (left and right):
        return None
    if left == right or _is_same_member(left, right):
        return True
    owners = {_owner(left), _owner(right)}
    # Members of one enumeration differ, and so do literals; a name may stand for either.
    return False if len(owners) == 1 or "None" in {left, right} else None


def _owner(text: str) -> str:
    is_name = text[0].isalpha() and text not in {"True", "False", "None"}
    return text.rpartition(".")[0] or text if is_name else ""
