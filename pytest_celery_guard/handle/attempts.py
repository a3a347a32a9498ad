"""A task that is sent as if it came from elsewhere: as a later attempt, with headers and stamps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.sends.signatures import is_signature
from pytest_celery_guard.sends.wildcards import shown

CANVASES = frozenset({"celery.chain", "celery.group", "celery.chord"})


TYPES: Mapping[str, type] = {"eta": datetime, "headers": Mapping, "stamps": Mapping}
"""What may be given beside the signature."""


def send_for_run(signature: Any, stamps: Mapping[str, Any] | None, **options: Any) -> Any:
    """Send what ``run`` is given, and return its result. Raises WrongOptionError.

    ``options`` are those of ``apply_async``, None for what is not given.
    """
    __tracebackhide__ = True
    given = {name: value for name, value in options.items() if value}
    check_run(
        signature, options["retries"], {**given, **({"stamps": stamps} if stamps else {})}
    )
    if stamps:
        signature = signature.clone() if is_signature(signature) else signature.s()
        signature.stamp(**stamps)
    return signature.apply_async(**given)


def check_run(signature: Any, retries: object, given: Mapping[str, Any]) -> None:
    """Raise WrongOptionError for what can't be sent, or not as a single task."""
    __tracebackhide__ = True
    if not hasattr(signature, "apply_async"):
        raise WrongOptionError(
            f"run({shown(signature)}): it requires a signature, such as charge.s(499)."
        )
    if not isinstance(retries, int) or isinstance(retries, bool) or retries < 0:
        raise WrongOptionError(
            f"run(retries={retries!r}): it must be the number of earlier retries, 0 or more."
        )
    for name, kind in TYPES.items():
        value = given.get(name)
        if value is not None and not isinstance(value, kind):
            raise WrongOptionError(
                f"run({name}={value!r}): it must be a {kind.__name__.lower()}."
            )
    if given and getattr(signature, "name", None) in CANVASES:
        kind = signature.name.removeprefix("celery.")
        raise WrongOptionError(
            f"run({next(iter(given))}=…) is for a single task, and this is a {kind}."
        )
