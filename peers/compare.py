"""Counts what each tool found, what it missed, and what it reported without reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accuracy.verdicts import Site, verdicts_of
from bench.corpora import Corpus
from peers.judged import Judged, judged
from peers.kept import Answer
from peers.meanings import MEANINGS, Meaning
from peers.places import place_of
from peers.tools.run import Report

Place = tuple[str, int]
Answers = Mapping[tuple[str, str], Answer]
"""What came of it, by tool and corpus."""


@dataclass(frozen=True, slots=True)
class Row:
    """How one tool did on one meaning, in the ``projects`` where all reports were read."""

    meaning: Meaning
    tool: str
    codes: tuple[str, ...]
    projects: int
    found: int
    false: int
    missed: int


@dataclass(frozen=True, slots=True)
class Compared:
    """One meaning in one project: the places that each tool reports, and what a reader says."""

    reported: dict[str, set[Place]]
    right: set[Place]
    wrong: set[Place]

    @property
    def unread(self) -> set[Place]:
        """What some tool reports and nobody has judged."""
        return set().union(*self.reported.values()) - self.right - self.wrong


def rows(answers: Answers, corpora: list[Corpus]) -> Iterator[Row]:
    """Yield a row for each tool that has a rule of a meaning, ours first."""
    for meaning in MEANINGS:
        found = [compared(meaning, corpus, answers) for corpus in corpora]
        read = [each for each in found if each is not None and not each.unread]
        for tool, codes in meaning.codes().items():
            yield Row(
                meaning,
                tool,
                codes,
                len(read),
                sum(len(each.reported[tool] & each.right) for each in read),
                sum(len(each.reported[tool] - each.right) for each in read),
                sum(len(each.right - each.reported[tool]) for each in read),
            )


def unread(answers: Answers, corpora: list[Corpus]) -> Iterator[str]:
    """Yield a line for each place that keeps a project out of the comparison of a rule."""
    for meaning in MEANINGS:
        for corpus in corpora:
            found = compared(meaning, corpus, answers)
            for path, line in sorted(found.unread) if found is not None else ():
                yield f"{meaning.code} {corpus.name} {path}:{line}"


def compared(meaning: Meaning, corpus: Corpus, answers: Answers) -> Compared | None:
    """Compare one project; None if a tool that has a rule of this meaning can't check it."""
    reported: dict[str, set[Place]] = {}
    for tool, codes in meaning.codes().items():
        answer = answers[tool, corpus.name]
        if not isinstance(answer, Report):
            return None
        sites = (site for site in answer.sites if site.code in codes)
        reported[tool] = {_place(meaning, corpus, site) for site in sites}
    return Compared(reported, *_truth(meaning, corpus))


def _truth(meaning: Meaning, corpus: Corpus) -> tuple[set[Place], set[Place]]:
    """Return the places that should be reported, and those that should not."""
    read = [Judged(v.site, True) for v in verdicts_of(corpus.name)] + judged(corpus.name)
    here = [each for each in read if each.site.code == meaning.code]
    right = {_place(meaning, corpus, each.site) for each in here if each.right}
    wrong = {_place(meaning, corpus, each.site) for each in here if not each.right}
    return right, wrong - right


def _place(meaning: Meaning, corpus: Corpus, site: Site) -> Place:
    return place_of(site, corpus.folder, meaning.by)
