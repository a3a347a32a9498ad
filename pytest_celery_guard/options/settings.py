"""The options of a test: marker, ini file, command line. Imports no Celery."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.errors import WrongOptionError
from pytest_celery_guard.option_table import TABLE
from pytest_celery_guard.options.table import (
    ADDING_UP,
    BY_NAME,
    OF_TESTS,
    type_of,
    unless_given,
)

TYPES = {each.name: type_of(each) for each in OF_TESTS if each.name != "app"}
"""What each option of a test may be; the app is no part of its settings."""

CHOICES = {each.name: each.choices for each in TABLE if each.choices}
"""What an option may be, the default first."""


OF_FIXTURES = {
    "eager": "Use the fixture celery_eager, or mode='eager'.",
    "engine": "Use the option mode.",
    "autouse": "Write pytestmark = pytest.mark.usefixtures('celery_guard').",
}
"""What may be taken for an option, and what to use for it."""


def default(name: str) -> Any:
    """The field of an option, with the default of the table."""
    option = BY_NAME[name]
    if option.kind is dict:
        return field(default_factory=dict)
    return field(default=unless_given(option))


@dataclass(frozen=True, slots=True)
class Settings:
    """What a test asks of the guard: the options of the table, by their names."""

    allow_failures: bool = default("allow_failures")
    allow_leftover: bool = default("allow_leftover")
    allow_broker: bool = default("allow_broker")
    limit: int = default("limit")
    allow: Sequence[str] = default("allow")
    external: Sequence[str] = default("external")
    store: str = default("store")
    commit: bool = default("commit")
    contract: str = default("contract")
    conf: Mapping[str, Any] = default("conf")
    mode: str = default("mode")
    broker: str = default("broker")
    backend: str = default("backend")
    timeout: float = default("timeout")
    seed: int | str | None = default("seed")
    secrets: Sequence[str] = default("secrets")
    virtual_sleep: bool = default("virtual_sleep")
    worker_signals: bool = default("worker_signals")
    hostname: str = default("hostname")


DEFAULT = Settings()
"""What most tests ask for."""


def settings_of(options: Mapping[str, Any]) -> Settings:
    """The settings that options make, and defaults. Raises WrongOptionError."""
    check_options(options)
    return Settings(**options) if options else DEFAULT


def check_options(options: Mapping[str, Any]) -> None:
    """Raise WrongOptionError for an unknown option, or a value that one can't have."""
    __tracebackhide__ = True
    for name, value in options.items():
        check_name(name, TYPES, "option")
        check_type(name, value)


def check_name(name: str, known: Collection[str], what: str) -> None:
    """Raise WrongOptionError, with the name that was probably meant, for an unknown one."""
    __tracebackhide__ = True
    if name in known:
        return
    if name in OF_FIXTURES:
        raise WrongOptionError(f"celery_guard has no {what} {name!r}. {OF_FIXTURES[name]}")
    if name in BY_NAME:
        raise WrongOptionError(
            f"{name} is not an option of a test. Write celery_guard_{name} in the ini file, or"
            f" --celery-guard-{name.replace('_', '-')} on the command line."
        )
    hint = did_you_mean(closest(name, known), f" It has {', '.join(sorted(known))}.")
    raise WrongOptionError(f"celery_guard has no {what} {name!r}.{hint}")


def set_in_vain(name: str, value: object, known: Iterable[str]) -> str:
    """What to write in place of an assignment to an attribute that a guard does not have."""
    text = f"celery_guard.{name} = {value!r} would have no effect."
    if name in TYPES:
        return f"{text} Write @pytest.mark.celery_guard({name}={value!r})."
    if name in BY_NAME:
        return f"{text} Write celery_guard_{name} in the ini file."
    public = [each for each in known if not each.startswith("_")]
    return text + did_you_mean(closest(name, public), shown=str)


OURS = {
    "task_always_eager": "Use the fixture celery_eager, or mode='eager' in the marker.",
    **dict.fromkeys(
        ("broker_url", "broker_read_url", "broker_write_url", "broker_transport"),
        "Give the app another broker in a fixture, before celery_guard is enabled.",
    ),
}
"""Settings that the guard makes itself."""


def check_setting(name: str, value: object, known: Collection[str]) -> None:
    """Raise WrongOptionError for a setting that Celery does not know, or that the guard makes."""
    __tracebackhide__ = True
    if name in OURS and value:
        raise WrongOptionError(
            f"conf({name}={value!r}): celery_guard replaces this setting. {OURS[name]}"
        )
    if name in known:
        return
    plain = name.lower().removeprefix("celery_")
    hint = did_you_mean(closest(plain, known))
    raise WrongOptionError(f"conf({name}=…): Celery has no setting {name!r}.{hint}")


def check_type(name: str, value: object, where: str = "celery_guard's option") -> None:
    """Raise WrongOptionError for a value that the option can't have; ``where`` it was given."""
    __tracebackhide__ = True
    is_flag = isinstance(value, bool)
    if not isinstance(value, TYPES[name]) or (
        is_flag and TYPES[name] not in {bool, object}
    ):
        kind = getattr(TYPES[name], "__name__", "number")
        raise WrongOptionError(
            f"{where} {name} is {value!r}, but it must be of type {kind}."
        )
    if BY_NAME[name].above_zero and not value > 0:  # type: ignore[operator]
        raise WrongOptionError(
            f"{where} {name} is {value!r}, but it must be greater than 0."
        )
    if name in CHOICES:
        check_choice(name, value)
    if name in ADDING_UP and name != "allow":  # whose error names the codes
        check_texts(name, value)
    if isinstance(value, Mapping):
        check_keys(name, value)


def check_texts(name: str, value: Any) -> None:
    """Raise WrongOptionError for a list of something else than names, codes or patterns."""
    __tracebackhide__ = True
    for each in value:
        if not isinstance(each, str):
            meant = getattr(each, "name", None)
            hint = did_you_mean(meant if isinstance(meant, str) else None)
            raise WrongOptionError(
                f"celery_guard's option {name} has {each!r}, but it takes strings.{hint}"
            )


def check_keys(name: str, value: Mapping[Any, object]) -> None:
    """Raise WrongOptionError for a mapping whose keys are no names."""
    __tracebackhide__ = True
    wrong = [key for key in value if not isinstance(key, str)]
    if wrong:
        raise WrongOptionError(
            f"celery_guard's option {name} has the key {wrong[0]!r}, but its keys must be strings."
        )


def check_choice(name: str, value: object) -> None:
    """Raise WrongOptionError, with what was probably meant, for none of an option's choices."""
    __tracebackhide__ = True
    if value in CHOICES[name]:
        return
    choices = f" It must be one of {', '.join(CHOICES[name])}."
    hint = did_you_mean(closest(str(value), CHOICES[name]), choices)
    raise WrongOptionError(f"celery_guard's option {name} is {value!r}.{hint}")
