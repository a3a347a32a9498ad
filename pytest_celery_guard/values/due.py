"""What becomes due in a schedule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_celery_guard.basics import secrets
from pytest_celery_guard.sends.arguments import shown, shown_kwargs
from pytest_celery_guard.sends.decoding import through_json
from pytest_celery_guard.sends.signatures import call_differences, is_signature
from pytest_celery_guard.sends.wildcards import same


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """A task that beat is to send: ``entry`` names it in the schedule.

    ``at`` is a moment of the virtual clock, in the app's time zone. Equal to a signature whose
    task, arguments and options it has, to a task, and to the name of a task or an entry.
    """

    entry: str
    task: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    options: Mapping[str, Any]
    at: datetime

    __hash__ = None  # type: ignore[assignment] # equal to values of other types

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Due):
            return (self.entry, self.at) == (other.entry, other.at)
        if isinstance(other, Mapping) and is_signature(other):
            return self.task == other["task"] and not any(self._differences(other))
        if isinstance(other, str):
            return other in {self.task, self.entry}
        name = getattr(other, "name", None)
        return name == self.task if isinstance(name, str) else NotImplemented

    def __repr__(self) -> str:
        args = secrets.masked_args(self.task, self.args)
        given = [*map(shown, args), *shown_kwargs(self.kwargs)]
        return f"{self.task}({', '.join(given)}) at {self.at.isoformat(' ', 'seconds')}"

    def _differences(self, signature: Mapping[str, Any]) -> Iterator[object]:
        yield from call_differences(signature, self.args, self.kwargs, through_json)
        for name, value in signature["options"].items():
            if not same(value, self.options.get(name), through_json):
                yield name
