"""A run as a page that stands alone: no network, no files beside it."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from pytest_celery_guard.report.page_lists import lists, notes
from pytest_celery_guard.report.run import Case, Run
from pytest_celery_guard.report.summary import summary

_SCRIPTS = ("drawing.js", "page.js")


def render(run: Run, project: str) -> str:
    """Return the page: the tasks as a table, and the tests, which a script draws."""
    return Template(_asset("page.html")).substitute(
        title=escape(project),
        summary=escape(next(summary(run))),
        notes=notes(run),
        lists=lists(run),
        data=_as_script(_data(run)),
        style=_asset("page.css"),
        script="".join(map(_asset, _SCRIPTS)),
    )


def _asset(name: str) -> str:
    folder = files("pytest_celery_guard.report") / "assets"
    return (folder / name).read_text(encoding="utf-8")


def _as_script(data: object) -> str:
    """JSON that can't end the script element around it."""
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _data(run: Run) -> dict[str, object]:
    words = _Words()
    return {"tests": [_test(test, words) for test in run.in_order()], "strings": words.all}


class _Words:
    """Texts by their numbers: names, errors and tracebacks stand in a page once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    @property
    def all(self) -> list[str]:
        """The texts in the order of their numbers."""
        return list(self._numbers)

    def __call__(self, value: Any) -> Any:
        """The number of a text; what is no text stays, and a list has its texts replaced."""
        if isinstance(value, str):
            return self._numbers.setdefault(value, len(self._numbers))
        return [self(each) for each in value] if isinstance(value, list | tuple) else value


def _test(test: Case, words: _Words) -> object:
    record = test.told.record
    waiting = sum(task.due is not None for task in record.tasks)
    tallies = [[name, *tally[:5]] for name, tally in test.told.tallies.items()]
    return words(
        [
            test.id,
            test.outcome,
            round(test.seconds, 3),
            tallies,
            waiting,
            (*record.problems, *record.findings),
            record.faults,
            record.left_out,
            record.tasks,
            record.moments,
        ]
    )
