"""The options of a send, held against those that a signature sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from pytest_celery_guard.sends.decoding import compressed_type, moment, through_json
from pytest_celery_guard.sends.signatures import MISSING, Difference
from pytest_celery_guard.sends.wildcards import same

CLOSE = timedelta(seconds=1)
"""A countdown became an eta a moment after the test read the clock."""

MOMENTS = frozenset({"countdown", "expires", "eta"})


class Timed(Protocol):
    """What a send tells of its options."""

    at: datetime

    @property
    def countdown(self) -> int | None:
        """Whole seconds from the send to the eta, rounded up; None without an eta."""

    def option(self, name: str) -> Any:
        """An option as the message has it; None where it has none."""


def option_differences(send: Timed, options: Mapping[str, Any]) -> Iterator[Difference]:
    """The options that a signature sets and that the send has otherwise."""
    for name, given in options.items():
        expected, got = as_in_message(name, given), send.option(name)
        if name == "headers" and isinstance(expected, Mapping):  # the send has others, too
            got = {key: got[key] for key in expected if key in got} or None
        if got is None and expected is not None:
            yield Difference(name, expected, MISSING)
        elif name in MOMENTS and isinstance(
            expected, int | float | timedelta | datetime | str | None
        ):
            if not same_moment(send.at, expected, got):
                yield Difference(name, expected, MISSING if got is None else got)
        else:
            got = send.countdown if name == "countdown" else got
            if not same(expected, got, through_json):
                yield Difference(name, expected, MISSING if got is None else got)


def as_in_message(name: str, expected: Any) -> Any:
    """An option of a signature as a message has it."""
    if name in {"link", "link_error"} and isinstance(expected, Mapping):
        return [expected]
    if name == "compression" and isinstance(expected, str):
        return compressed_type(expected)
    return expected


def same_moment(sent_at: datetime, expected: Any, got: datetime | None) -> bool:
    """Whether a moment is the expected one, which may be counted from the send."""
    if expected is None or got is None:
        return expected is got
    if isinstance(expected, int | float | timedelta):
        seconds = expected if isinstance(expected, timedelta) else timedelta(0, expected)
        return abs(got - (sent_at + seconds)) <= CLOSE
    return moment(expected) == got
