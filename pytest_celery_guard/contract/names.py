"""CEL608: the app has a task of that name.

Another project's worker may know a name that this app does not. So a name is reported only where
this app has the other tasks of the same module, or one that is nearly called so.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_celery_guard.basics.meant import SLIP, closest
from pytest_celery_guard.contract.call import Call, Finding, Weight
from pytest_celery_guard.explain import sending

CODE = "CEL608"


def check(call: Call) -> Iterator[Finding]:
    """Of the call itself, and of each signature that it carries."""
    names = [call.name, *(each.name for each in call.carried)]
    for name in names:
        if name not in call.app.tasks and name not in call.external:
            yield unknown(call, name)


def unknown(call: Call, name: str) -> Finding:
    """A name that the app does not know: a breach if a neighbour of it is known."""
    module = name.rpartition(".")[0]
    known = [each for each in call.app.tasks if not each.startswith("celery.")]
    own = [each for each in known if each.rpartition(".")[0] == module]
    close = closest(name, own, SLIP)
    # Many projects have a module called tasks; shop.tasks is the one of this project.
    is_own = bool(own) if "." in module else close is not None
    text = sending.unknown_task(name, call.app.main, close, is_own=is_own)
    return Finding(CODE, text, Weight.BREACH if is_own else Weight.TRIFLE)
