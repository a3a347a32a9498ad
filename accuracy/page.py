"""Writes what was compared into ``docs/accuracy.md``, so that nobody copies numbers by hand."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from operator import attrgetter
from pathlib import Path

from accuracy.check import PARTLY_READ, Comparison
from accuracy.frozen import Figures, figures_of, frozen_corpora, frozen_sites
from accuracy.samples import samples, then_of
from accuracy.verdicts import UNREAD, known_differences
from bench.corpora import all_corpora
from flake8_celery_get.catalog import all_rules

SITES = (attrgetter("right"), attrgetter("missed"), attrgetter("false_positives"))
OUTCOMES = ("right", "missed", "false positive")
PAGE = Path(__file__).parent.parent / "docs" / "accuracy.md"


def update(comparisons: Iterable[Comparison]) -> None:
    """Replace the tables of the page."""
    done = list(comparisons)
    text = PAGE.read_text(encoding="utf-8")
    text = _between("counts", "\n".join(_counts(done)), text)
    text = _between("figures", "\n".join(_figures(done)), text)
    text = _between("frozen", "\n".join(_frozen_rules(done)), text)
    for sample, names in samples().items():
        now = _outcomes(c for c in done if c.corpus in names)
        text = _between(f"sample {sample}", "\n".join(_sampled(sample, now)), text)
        text = _between(f"now {sample}", summary(now), text)
    text = _between("rules", "\n".join(_rules(done)), text)
    text = _between("differences", "\n".join(_differences(done)), text)
    PAGE.write_text(text, encoding="utf-8")


def _between(name: str, table: str, text: str) -> str:
    pattern = rf"(<!-- {name} -->\n).*?(\n<!-- /{name} -->)"
    return re.sub(pattern, lambda m: f"{m[1]}\n{table}\n{m[2]}", text, flags=re.DOTALL)


def _counts(comparisons: list[Comparison]) -> list[str]:
    kinds = {
        corpus.name: corpus.kind
        + (", findings alone" if corpus.name in PARTLY_READ else "")
        for corpus in all_corpora()
    }
    rows = [(c.corpus, kinds[c.corpus], *_numbers(c)) for c in comparisons]
    sums = [sum(column) for column in zip(*map(_numbers, comparisons), strict=True)]
    return [
        "| corpus | kind | lines read | right | missed | false positives |",
        "| --- | --- | ---: | ---: | ---: | ---: |",
        *("| {} | {} | {} | {} | {} | {} |".format(*row) for row in rows),
        "| **all** | | {} | {} | {} | {} |".format(*sums),
    ]


def _figures(comparisons: list[Comparison]) -> list[str]:
    half = set(frozen_corpora())
    kept = [(each.site.code, each.outcome) for each in frozen_sites()]
    read = [c for c in comparisons if c.corpus not in PARTLY_READ]
    samples = [
        ("frozen half, then", kept),
        ("frozen half, now", _outcomes(c for c in comparisons if c.corpus in half)),
        (
            "all but Celery itself",
            _outcomes(c for c in read if c.corpus != "celery"),
        ),
        ("all that was read", _outcomes(read)),
    ]
    rows = [
        (
            sample,
            group,
            figures_of(what for code, what in outcomes if code.startswith(start)),
        )
        for sample, outcomes in samples
        for group, start in (
            ("waiting rules, CEL1xx", "CEL1"),
            ("all default rules", "CEL"),
        )
    ]
    return [
        "| code | rules | right | missed | false positives | recall | precision |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {sample} | {group} | {found.right} | {found.missed} | {found.false_positives} "
            f"| {found.recall:.3f} | {found.precision:.3f} |"
            for sample, group, found in rows
        ),
    ]


def _frozen_rules(comparisons: list[Comparison]) -> list[str]:
    half = set(frozen_corpora())
    kept = [(each.site.code, each.outcome) for each in frozen_sites()]
    now = _outcomes(c for c in comparisons if c.corpus in half)
    return _then_and_now({code: _of_rule(code, kept) for code, _ in kept}, now)


def _sampled(sample: str, now: list[tuple[str, str]]) -> list[str]:
    return _then_and_now(then_of(sample), now)


def _then_and_now(then: dict[str, Figures], now: list[tuple[str, str]]) -> list[str]:
    return [
        "| rule | right then | missed then | false positives then | right now | missed now |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {code} | {before.right} | {before.missed} | {before.false_positives} "
            f"| {after.right} | {after.missed} |"
            for code in sorted({*then, *(code for code, _ in now)})
            for before, after in [(then.get(code, Figures(0, 0, 0)), _of_rule(code, now))]
        ),
    ]


def summary(outcomes: list[tuple[str, str]]) -> str:
    """Say in one sentence what is found of a sample now."""
    found = figures_of(outcome for _, outcome in outcomes)
    waits = figures_of(outcome for code, outcome in outcomes if code.startswith("CEL1"))
    count = found.false_positives
    false = "with one false positive" if count == 1 else f"with {count} false positives"
    return (
        f"Now the linter finds {_found_of(found, 'sites')} and {_found_of(waits, 'waits')}, "
        f"{false if count else 'without a false positive'}."
    )


def _found_of(figures: Figures, things: str) -> str:
    every = figures.right + figures.missed
    return (
        f"{figures.right} of the {every} {things}"
        if figures.missed
        else f"all {every} {things}"
    )


def _of_rule(code: str, outcomes: list[tuple[str, str]]) -> Figures:
    return figures_of(outcome for rule, outcome in outcomes if rule == code)


def _outcomes(comparisons: Iterable[Comparison]) -> list[tuple[str, str]]:
    return [
        (site.code, outcome)
        for comparison in comparisons
        for outcome, found in zip(OUTCOMES, SITES, strict=True)
        for site in found(comparison)
    ]


def _rules(comparisons: list[Comparison]) -> list[str]:
    columns = [
        Counter(site.code for comparison in comparisons for site in sites(comparison))
        for sites in SITES
    ]
    codes = [rule.code for rule in all_rules() if not rule.code.startswith(UNREAD)]
    rows = ((code, *(column[code] for column in columns)) for code in codes)
    return [
        "| rule | right | missed | false positives |",
        "| --- | ---: | ---: | ---: |",
        *("| {} | {} | {} | {} |".format(*row) for row in rows),
    ]


def _numbers(comparison: Comparison) -> tuple[int, int, int, int]:
    right, missed, false_positives = (len(sites(comparison)) for sites in SITES)
    return comparison.read, right, missed, false_positives


def _differences(comparisons: list[Comparison]) -> list[str]:
    rows = [
        f"| {known.kind} | {known.corpus} | `{known.site.path}:{known.site.line}` "
        f"| {known.site.code} | {known.reason} |"
        for comparison in comparisons
        for known in known_differences(comparison.corpus)
    ]
    return [
        "| what | corpus | where | code | why |",
        "| --- | --- | --- | --- | --- |",
        *rows,
    ]
