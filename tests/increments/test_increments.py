"""After each of many edits, in memory and on disk, the answers are those of a fresh run."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.increments.generated import all_texts, generated
from tests.increments.held import edits, held

SEEDS = range(4)
EDITS = 12
CASES = 12


@pytest.mark.parametrize("seed", SEEDS)
def test_answers_after_edits_are_those_of_a_fresh_run(seed: int, tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "scratch").mkdir()
    project = held(generated(tmp_path / "project", seed, CASES), tmp_path / "scratch")
    assert project.reports == project.fresh() == project.warm() != {}
    for edit in islice(edits(project, seed, all_texts()), EDITS):
        fresh = project.fresh()
        assert (edit, project.reports) == (edit, fresh)
        assert (edit, project.warm()) == (edit, fresh)
