"""The options of a test: marker, ini file, command line. Imports no Celery."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import UnionType
from typing import Any

from pytest_celery_guard.errors import WrongOptionError


@dataclass(frozen=True, slots=True)
class Settings:
    """What a test asks of the guard.

    ``allow_failures``: pass though a task failed unseen. ``allow_leftover``: pass though messages
    were never run. ``allow_broker``: let other apps reach real brokers and backends. ``limit``:
    so many tasks in one drain are an endless loop. ``allow``: codes of findings to pass over.
    ``commit``: run Django's hooks when the application's transaction ends.
    ``external``: patterns of tasks that another service runs. ``store``: whether results are also
    written to the app's own tables. ``contract``: what a send that breaks the contract is.
    ``conf``: settings of the app for the test. ``seed``: the order of due tasks, a number or
    "random"; None is that of sending. ``secrets``: further names of keys whose values are masked,
    or "off". ``virtual_sleep``: let time.sleep skip virtual time. ``worker_signals``:
    tell code once that a worker starts. ``hostname``: the worker's name.
    """

    allow_failures: bool = False
    allow_leftover: bool = False
    allow_broker: bool = False
    limit: int = 10_000
    allow: Sequence[str] = ()
    external: Sequence[str] = ()
    store: str = "auto"
    commit: bool = False
    contract: str = "error"
    conf: Mapping[str, Any] = field(default_factory=dict)
    mode: str = "step"
    broker: str = ""
    backend: str = ""
    timeout: float = 10
    seed: int | str | None = None
    secrets: Sequence[str] = ()
    virtual_sleep: bool = False
    worker_signals: bool = False
    hostname: str = ""


TYPES: Mapping[str, type | UnionType] = {
    "allow_failures": bool,
    "allow_leftover": bool,
    "allow_broker": bool,
    "limit": int,
    "allow": Sequence,
    "external": Sequence,
    "store": str,
    "commit": bool,
    "contract": str,
    "conf": Mapping,
    "mode": str,
    "broker": str,
    "backend": str,
    "timeout": float | int,
    "seed": object,  # what it may be is said where it is read
    "secrets": Sequence,
    "virtual_sleep": bool,
    "worker_signals": bool,
    "hostname": str,
}

CHOICES: Mapping[str, tuple[str, ...]] = {
    "contract": ("error", "strict", "warn", "off"),
    "store": ("auto", "app", "guard"),
    "mode": ("step", "eager", "worker"),
    "scope": ("function", "class", "module", "session"),
}
"""What an option may be, the default first."""

ABOVE_ZERO = frozenset({"limit", "timeout"})
"""Options that are numbers; no other one makes sense."""


def settings_of(options: Mapping[str, Any]) -> Settings:
    """The settings that options make, and defaults. Raises WrongOptionError."""
    for name, value in options.items():
        check_name(name, TYPES, "option")
        check_type(name, value)
    return Settings(**options)


def check_name(name: str, known: Collection[str], what: str) -> None:
    """Raise WrongOptionError, with the name that was probably meant, for an unknown one."""
    __tracebackhide__ = True
    if name in known:
        return
    close = get_close_matches(name, known, n=1)
    hint = (
        f" Did you mean {close[0]!r}?"
        if close
        else f" Known are {', '.join(sorted(known))}."
    )
    raise WrongOptionError(f"celery_guard has no {what} {name!r}.{hint}")


def check_type(name: str, value: object) -> None:
    """Raise WrongOptionError for a value that the option can't have."""
    __tracebackhide__ = True
    is_flag = isinstance(value, bool)
    if not isinstance(value, TYPES[name]) or (
        is_flag and TYPES[name] not in {bool, object}
    ):
        kind = getattr(TYPES[name], "__name__", "number")
        raise WrongOptionError(
            f"celery_guard's option {name} is {value!r}, which is no {kind}."
        )
    if name in ABOVE_ZERO and not value > 0:  # type: ignore[operator]
        raise WrongOptionError(
            f"celery_guard's option {name} is {value!r}, which is not above 0."
        )
    if name in CHOICES:
        check_choice(name, value)


def check_choice(name: str, value: object) -> None:
    """Raise WrongOptionError, with what was probably meant, for none of an option's choices."""
    __tracebackhide__ = True
    if value in CHOICES[name]:
        return
    close = get_close_matches(str(value), CHOICES[name], n=1)
    hint = (
        f"Did you mean {close[0]!r}?" if close else f"Known are {', '.join(CHOICES[name])}."
    )
    raise WrongOptionError(f"celery_guard's option {name} is {value!r}. {hint}")
