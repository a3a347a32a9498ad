"""A run as a page that stands alone: no network, no files beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any

from pytest_celery_guard.findings.allowed import CODES, page_of
from pytest_celery_guard.report.run import Case, Run
from pytest_celery_guard.report.summary import counted, percent, summary
from pytest_celery_guard.report.tally import Tally

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
    tests = [_test(test, words) for test in run.in_order()]
    codes = {code: [CODES[code], page_of(code)] for code in run.findings() if code in CODES}
    return {"tests": tests, "strings": words.all, "codes": codes}


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


_COLUMNS = ("sent", "ran", "retried", "failed", "revoked")


def notes(run: Run) -> str:
    """Findings and tests that crashed; empty when there are none."""
    told = [_finding(code, count) for code, count in run.findings().items()]
    told += [
        f"{_broken(each)} crashed, and what it sent is unknown" for each in run.crashed
    ]
    items = "".join(f"<li>{each}</li>" for each in told)
    return f"<ul class=notes>{items}</ul>" if items else ""


def _finding(code: str, count: int) -> str:
    """A code and its name, with links to its page and to the tests that have it."""
    tests = f'<a href="#q={escape(code)}">{counted(count, "test")}</a>'
    if code not in CODES:
        return f"{escape(code)} in {tests}"
    return f'<a href="{page_of(code)}">{code}</a> {_broken(CODES[code])} in {tests}'


def lists(run: Run) -> str:
    """The table of tasks, and those whose results nothing read."""
    tallies = run.tallies()
    rows = "".join(_row(name, tally) for name, tally in tallies.items())
    head = "".join(f"<th scope=col>{name}</th>" for name in ("task", *_COLUMNS))
    known = counted(len(run.registered), "task")
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    share = f"{int(percent(run))} % of the app's {known} ran in some test."
    return "".join(
        [
            _section("Tasks", share, table if rows else ""),
            *_named("Results that no test read", _UNREAD, run.unread()),
        ]
    )


_UNREAD = (
    "Their results are stored. If no code needs them, ignore_result=True saves the writes."
)


def _row(name: str, tally: Tally) -> str:
    cells = f"<td>{_broken(name)}</td>"
    if not tally.sent:
        return f"<tr>{cells}<td class=never colspan={len(_COLUMNS)}>never sent</td></tr>"
    cells += "".join(_cell(getattr(tally, column)) for column in _COLUMNS)
    return f'<tr data-task="{escape(name)}">{cells}</tr>'


def _cell(count: int) -> str:
    return f"<td>{count}</td>" if count else "<td class=zero>0</td>"


def _named(title: str, text: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        items = "".join(f"<li>{_broken(name)}</li>" for name in names)
        yield _section(title, text, f"<ul class=names>{items}</ul>")


def _section(title: str, text: str, inside: str) -> str:
    head = f"<summary><h2>{title}</h2></summary>"
    return f"<section><details open>{head}<p>{escape(text)}</p>{inside}</details></section>"


def _broken(name: str) -> str:
    """A name that a narrow column may break between its words, and nowhere else."""
    return re.sub(r"(?<=[._/:-])(?=[^._/:-])", "<wbr>", escape(name))
