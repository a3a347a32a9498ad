"""``python -m peers [--again] [--update] [--unread] [CORPUS …]``: how others do.

``--again`` takes the reports of the last run, ``--update`` also writes the page, and
``--unread`` lists the reports that nobody has judged yet.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench.corpora import Corpus, CorpusError, all_corpora, fetch
from peers import page
from peers.compare import Answers, Row, rows, unread
from peers.kept import Answer, keep, kept
from peers.meanings import AUDIT, OURS, PIE, STUBS
from peers.tools import audit, ours, pie, stubs
from peers.tools.run import ToolError

TOOLS: dict[str, Callable[[Corpus], Answer]] = {
    OURS: ours.report,
    AUDIT: audit.report,
    PIE: pie.report,
    STUBS: stubs.report,
}
LIBRARIES = frozenset({"celery", "django"})
"""Source code that Celery's users depend on, and that is no example of using it."""

OPTIONS = (AGAIN, UPDATE, UNREAD) = ("--again", "--update", "--unread")
LINE = "{:<8} {:<24} {:<16} {:>8} {:>6} {:>6} {:>6}"


def main(arguments: list[str]) -> int:
    """Compare the tools on the wanted corpora, or on all that can be had."""
    wanted = [argument for argument in arguments if argument not in OPTIONS]
    corpora, absent = _fetched(wanted)
    answers = _answers(corpora, again=AGAIN in arguments)
    compared = list(rows(answers, corpora))
    _show(compared)
    if UNREAD in arguments:
        print(*unread(answers, corpora), sep="\n")
    if UPDATE in arguments:
        page.update(compared, answers, corpora, absent)
    return 0


def _fetched(wanted: list[str]) -> tuple[list[Corpus], list[Corpus]]:
    """Return the corpora that were read as a whole, and those of them that can't be had."""
    there: list[Corpus] = []
    absent: list[Corpus] = []
    for corpus in all_corpora():
        if corpus.read != "all" or corpus.name in LIBRARIES:
            continue
        if wanted and corpus.name not in wanted:
            continue
        try:
            fetch(corpus.name)
            there.append(corpus)
        except CorpusError as error:
            print(f"{corpus.name}: {error}", file=sys.stderr)
            absent.append(corpus)
    return there, absent


def _answers(corpora: list[Corpus], *, again: bool) -> Answers:
    answers = {}
    for corpus in corpora:
        for tool in TOOLS:
            answer = kept(tool, corpus.name) if again else _asked(tool, corpus)
            answers[tool, corpus.name] = answer
            if isinstance(answer, ToolError):
                print(f"{corpus.name}: {tool}: {answer}", file=sys.stderr)
    return answers


def _asked(tool: str, corpus: Corpus) -> Answer:
    try:
        answer = TOOLS[tool](corpus)
    except ToolError as error:
        answer = error
    keep(tool, corpus.name, answer)
    return answer


def _show(compared: list[Row]) -> None:
    print(LINE.format("rule", "tool", "its rules", "projects", "found", "false", "missed"))
    for row in compared:
        names = row.meaning.code, row.tool, ", ".join(row.codes)
        print(LINE.format(*names, row.projects, row.found, row.false, row.missed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
