"""Writes what was compared into ``docs/peers.md``, so that nobody copies numbers by hand."""

from __future__ import annotations

import datetime
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version

from bench.corpora import Corpus
from bench.environments import REPOSITORY, pins
from bench.page import replaced
from peers.compare import Answers, Row
from peers.meanings import AUDIT, OURS, PIE, STUBS
from peers.tools.run import Report, ToolError

PAGE = REPOSITORY / "docs" / "peers.md"


def update(
    rows: Iterable[Row], answers: Answers, corpora: list[Corpus], absent: list[Corpus]
) -> None:
    """Replace the tables of the page."""
    text = PAGE.read_text(encoding="utf-8")
    for section, lines in (
        ("run", _run(answers)),
        ("rules", _rules(rows)),
        ("seconds", _seconds(answers, corpora)),
        ("unchecked", _unchecked(answers, absent)),
    ):
        text = replaced(text, section, "\n".join(lines))
    PAGE.write_text(text, encoding="utf-8")


def versions() -> dict[str, str]:
    """Return the version of each tool."""
    return {
        OURS: _version("celery-guard"),
        AUDIT: _version("celery-audit"),
        PIE: f"{pins()['flake8-pie']} with flake8 {pins()['flake8']}",
        STUBS: f"mypy {_version('mypy')}, celery-types {_version('celery-types')}",
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return "not installed"


def _run(answers: Answers) -> list[str]:
    python = ".".join(platform.python_version_tuple()[:2])
    day = datetime.datetime.now(datetime.timezone.utc).date()
    checked = {
        corpus for (_, corpus), answer in answers.items() if isinstance(answer, Report)
    }
    return [f"*{day}, Python {python}, {len(checked)} projects.*"]


def _rules(rows: Iterable[Row]) -> Iterator[str]:
    yield "| rule | projects | tool | its rules | found | false | missed |"
    yield "| --- | ---: | --- | --- | ---: | ---: | ---: |"
    for row in rows:
        codes = ", ".join(row.codes)
        yield (
            f"| {row.meaning.code} | {row.projects} | {row.tool} | {codes} "
            f"| {row.found} | {row.false} | {row.missed} |"
        )


def _seconds(answers: Answers, corpora: list[Corpus]) -> Iterator[str]:
    tools = versions()
    common = [c for c in corpora if all(_report(answers, t, c) for t in tools)]
    yield f"| tool | version | projects checked | seconds for {len(common)} projects |"
    yield "| --- | --- | ---: | ---: |"
    for tool, number in tools.items():
        checked = sum(_report(answers, tool, c) is not None for c in corpora)
        seconds = sum(r.seconds for c in common if (r := _report(answers, tool, c)))
        yield f"| {tool} | {number} | {checked} | {seconds:.0f} |"


def _report(answers: Answers, tool: str, corpus: Corpus) -> Report | None:
    answer = answers[tool, corpus.name]
    return answer if isinstance(answer, Report) else None


def _unchecked(answers: Answers, absent: list[Corpus]) -> Iterator[str]:
    reasons: dict[tuple[str, str], list[str]] = {
        (corpus.name, "can't be downloaded"): list(versions()) for corpus in absent
    }
    for (tool, corpus), answer in answers.items():
        if isinstance(answer, ToolError):
            reasons.setdefault((corpus, str(answer)), []).append(tool)
    yield "| project | tool | why |"
    yield "| --- | --- | --- |"
    for (corpus, reason), tools in sorted(reasons.items()):
        who = "all" if len(tools) == len(versions()) else ", ".join(tools)
        yield f"| {corpus} | {who} | {reason} |"
