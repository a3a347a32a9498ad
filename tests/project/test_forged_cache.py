"""Whatever a cached file says, with a right checksum: no error, and no odd answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flake8_celery_get import analysis, engine
from flake8_celery_get.cli import reports
from flake8_celery_get.cli.results import FileReport, Results
from flake8_celery_get.finding import Finding
from flake8_celery_get.project.kept.index import BROKEN, index_of
from flake8_celery_get.project.project import Project
from flake8_celery_get.project.records import Record, unpacked
from flake8_celery_get.project.source_file import SourceFile
from tests.project.forging import Forger, body, sealed
from tests.project.sample import Sample

FORGED = 6_000
"""Documents a test: each is read in a fraction of a millisecond, or refused."""

ACCEPTED = 60
"""Of the forged code that is accepted, so much is evaluated."""

MORE = {
    "proj/app.py": (
        "from celery import Celery\n\n"
        "app = Celery('proj', backend='redis://')\n"
        "app.conf.result_expires = None\n\n\n"
        "@app.task(bind=True)\n"
        "def pay(self, cents, *more, **options):\n"
        "    try:\n        return cents + 1.5\n"
        "    except ValueError:\n"
        "        self.update_state(state='FAILURE', meta={'cents': [1, None, True]})\n"
    ),
    "proj/status.py": (
        "import time\nfrom celery import chord, group\n"
        "from celery.result import AsyncResult\nfrom proj.app import pay\n\n\n"
        "class Status:\n    limit: int = 3\n\n"
        "    def is_paid(self, i):\n"
        "        result = AsyncResult(i)\n"
        "        with open('log') as log:\n"
        "            while not result.ready():\n                time.sleep(1)\n"
        "        if result.ready:\n            print(result.id, file=log)\n"
        "        return result.state == 'success' or result.state in ('DONE', 'X')\n\n\n"
        "async def all_paid(request):\n"
        "    match request.kind:\n"
        "        case 'a' | 'b':\n"
        "            return [pay.delay(n).get() for n in range(3) if n]\n"
        "    sent = chord(group(pay.s(1), pay.s(2)), pay.s())\n"
        "    return {**{'x': lambda q=1: sent.delay().get()}}, f'{Status().is_paid(1)}'\n"
    ),
}


@pytest.fixture
def kept(sample: Sample) -> Sample:
    """A project with most of what can be found, and its cache."""
    for name, text in MORE.items():
        sample.write(name, text)
    found = sample.check()
    assert {each.code for each in found} >= {"CEL102", "CEL301", "CEL305", "CEL306"}
    assert any(each.fix for each in found)
    assert any(each.related for each in found)
    return sample


def test_a_forged_index_is_refused_or_reads_well(kept: Sample) -> None:
    (path,) = kept.cache.glob("index-*.json")
    forger = Forger(1, [body(path)])
    refused, findings = 0, []
    for _ in range(FORGED):
        try:
            index = index_of(forger.forged(0), str(kept.folder))
        except BROKEN:
            refused += 1
            continue
        for name, rows in (index.findings or {}).items():
            findings += engine._unpacked(name, rows)
    assert refused > FORGED / 2
    assert all(map(_is_well_formed, findings))
    results = Results.of([FileReport("a.py", tuple(findings))])
    for output_format in ("concise", "json", "sarif", "junit"):
        reports.render(results, output_format).encode("utf-8", "strict")


def _is_well_formed(found: Finding) -> bool:
    """Whether a finding can be shown, sorted and fixed."""
    numbers = (found.line, found.column, found.end_line, found.end_column)
    return (
        all(type(number) is int and 0 <= number < 10_000 for number in numbers)
        and found.code.startswith("CEL")
        and found.message.isprintable()
        and all(step.message.isprintable() for step in found.related)
        and (found.fix is None or all(edit.line > 0 for edit in found.fix.edits))
    )


def test_forged_code_is_refused_or_evaluated_without_an_error(kept: Sample) -> None:
    stored = {json.loads(body(path))["path"]: path for path in kept.stored()[:-1]}
    sources = sorted(stored)  # the caches' own names depend on the folder's
    forger = Forger(2, [body(stored[source]) for source in sources])
    accepted: list[tuple[Path, object]] = []
    for number in range(FORGED):
        source, forged = (
            sources[number % len(sources)],
            forger.forged(number % len(sources)),
        )
        if _is_accepted(source, forged):
            accepted.append((stored[source], forged))
    assert len(accepted) < FORGED / 2
    for path, forged in accepted[:ACCEPTED]:
        _check_with(kept, path, forged)


def _is_accepted(path: str, forged: Any) -> bool:
    try:
        SourceFile(path, None, None).recall(forged)
    except BROKEN:
        return False
    return True


def _check_with(kept: Sample, path: Path, forged: object) -> None:
    """Check all files with one forged document, and without an index that says it all."""
    before = {each: each.read_bytes() for each in kept.stored()}
    for index in kept.cache.glob("index-*.json"):
        index.unlink()
    sealed(path, forged)
    assert all(found.message for found in kept.check())
    for each, octets in before.items():
        each.write_bytes(octets)


def test_what_trips_over_the_cache_starts_again_from_the_files(
    kept: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = kept.check(kept.engine(cache=False))
    for index in kept.cache.glob("index-*.json"):
        index.unlink()
    real = analysis.analysed

    def tripping(project: Project) -> object:
        found = real(project)
        if project._memory.was_read:
            raise AttributeError("no such part")
        return found

    monkeypatch.setattr(analysis, "analysed", tripping)
    assert kept.check() == expected


def test_a_bug_without_a_cache_is_still_a_bug(
    kept: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Project) -> None:
        raise AttributeError("no such part")

    monkeypatch.setattr(analysis, "analysed", failing)
    with pytest.raises(AttributeError, match="no such part"):
        kept.check(kept.engine(cache=False))


@pytest.mark.parametrize(
    ("fault", "kept_of_it"), [("", ""), ("line 1: no", None), (None, None)]
)
def test_only_that_a_file_is_sound_is_kept(
    fault: str | None, kept_of_it: str | None
) -> None:
    packed = json.loads(json.dumps(Record((1, 2), 3, fault=fault).packed()))
    assert unpacked(packed).fault == kept_of_it
