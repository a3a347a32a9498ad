"""The parts of the page that need no script: what is wrong, and the tasks by their states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from pytest_celery_guard.report.coverage import percent
from pytest_celery_guard.report.run import Run
from pytest_celery_guard.report.summary import counted
from pytest_celery_guard.report.tally import Tally

_COLUMNS = ("sent", "ran", "retried", "failed", "revoked")


def notes(run: Run) -> str:
    """Findings and tests that crashed; empty when there are none."""
    told = [f"{code} in {counted(count, 'test')}" for code, count in run.findings().items()]
    told += [f"{each} crashed, and could not tell what it sent" for each in run.crashed]
    items = "".join(f"<li>{escape(each)}</li>" for each in told)
    return f"<ul class=notes>{items}</ul>" if items else ""


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
            *_named("Results that nothing read", _UNREAD, run.unread()),
        ]
    )


_UNREAD = (
    "Their results are stored. If nobody needs them, ignore_result=True saves the writes."
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
    return f"<section><h2>{title}</h2><p>{escape(text)}</p>{inside}</section>"


def _broken(name: str) -> str:
    """A dotted name that a narrow column may break at its dots."""
    return escape(name).replace(".", ".<wbr>")
