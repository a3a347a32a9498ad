"""Compares what the linter reports with what a reader found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from accuracy.candidates import candidates, python_files
from accuracy.verdicts import NOTHING, Site, known_differences, verdicts_of
from bench.corpora import all_corpora
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from flake8_celery_get.source.text import SourceError

PARTLY_READ = frozenset(corpus.name for corpus in all_corpora() if corpus.read != "all")
"""Corpora of which a reader saw the findings alone: nobody knows what is missed there."""

MISSED = "missed"
FALSE_POSITIVE = "false positive"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One corpus: how many candidates were read, and which sites are right or differ."""

    corpus: str
    read: int
    unread: tuple[tuple[str, int], ...]
    right: frozenset[Site]
    missed: frozenset[Site]
    false_positives: frozenset[Site]

    def differences(self) -> set[tuple[str, Site]]:
        """Return what differs, with its kind."""
        return {(MISSED, site) for site in self.missed} | {
            (FALSE_POSITIVE, site) for site in self.false_positives
        }

    def surprises(self) -> list[str]:
        """Return one line for each thing that is not as recorded."""
        recorded = {(known.kind, known.site) for known in known_differences(self.corpus)}
        actual = self.differences()
        return [
            *(f"never read: {path}:{line}" for path, line in self.unread),
            *(_line(f"new {kind}", site) for kind, site in sorted(actual - recorded)),
            *(_line(f"no longer {kind}", site) for kind, site in sorted(recorded - actual)),
        ]


def compare(corpus: str, root: Path) -> Comparison:
    """Lint ``root`` and hold the findings against the verdicts on ``corpus``."""
    truth, judged = _judged(corpus)
    sites = set() if corpus in PARTLY_READ else _candidate_lines(root)
    found = findings(root)
    return Comparison(
        corpus,
        len(judged),
        tuple(sorted(sites - judged)),
        frozenset(truth & found),
        frozenset(truth - found),
        frozenset(found - truth),
    )


def recorded(corpus: str) -> Comparison:
    """Return what a comparison without surprises would say: the verdicts and known differences."""
    truth, judged = _judged(corpus)
    known = known_differences(corpus)
    missed = frozenset(each.site for each in known if each.kind == MISSED)
    wrong = frozenset(each.site for each in known if each.kind == FALSE_POSITIVE)
    return Comparison(corpus, len(judged), (), frozenset(truth - missed), missed, wrong)


def _judged(corpus: str) -> tuple[set[Site], set[tuple[str, int]]]:
    """The sites where something belongs, and all lines on which somebody has judged."""
    sites = [verdict.site for verdict in verdicts_of(corpus)]
    truth = {site for site in sites if site.code != NOTHING}
    return truth, {(site.path, site.line) for site in sites}


def _candidate_lines(root: Path) -> set[tuple[str, int]]:
    return {(candidate.path, candidate.line) for candidate in candidates(root)}


def findings(root: Path, opinions: tuple[str, ...] = ()) -> set[Site]:
    """Return the sites that the linter reports in all files under ``root``.

    ``opinions`` are prefixes of rules that are disabled by default, and asked, too.
    """
    engine = Engine(Options(cache=False, opinions=opinions))
    found: set[Site] = set()
    for file in python_files(root):
        try:
            reported = engine.check(str(file))
        except SourceError:
            continue
        found |= {Site(_relative(f.path, root), f.line, f.code) for f in reported}
    return found


def _relative(path: str, root: Path) -> str:
    return Path(path).relative_to(root).as_posix()


def _line(what: str, site: Site) -> str:
    return f"{what}: {site.path}:{site.line} {site.code}"
