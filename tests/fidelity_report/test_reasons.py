from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fidelity.reasons import Reason, all_reasons, reason_for, stale
from fidelity.releases import all_releases

MINORS = {release.minor for release in all_releases()}


@pytest.mark.parametrize("reason", all_reasons(), ids=lambda reason: reason.test)
def test_each_reason_is_complete(reason: Reason) -> None:
    assert reason.test.startswith(("test_canvas.py::", "test_tasks.py::"))
    assert reason.versions
    assert set(reason.versions) <= MINORS
    assert reason.reason.endswith(".")


def test_a_pattern_may_name_parameters(tmp_path: Path) -> None:
    file = tmp_path / "reasons.toml"
    file.write_text(
        '[[difference]]\ntest = "test_a[*-x]"\nversions = ["5.7"]\nreason = "Because."\n',
        encoding="utf-8",
    )
    reasons = all_reasons(file)
    found = reason_for("test_a[1-x]", "5.7", reasons)
    assert found is not None
    assert found.reason == "Because."
    assert reason_for("test_a[1-y]", "5.7", reasons) is None
    assert reason_for("test_a[1-x]", "5.6", reasons) is None


def test_a_reason_for_nothing_is_told_by_release() -> None:
    reasons = [Reason("test_a", ("5.6", "5.7"), "Because.")]
    different = {"5.6": {"test_a"}, "5.7": {"test_b"}}
    assert list(stale(different, reasons)) == ["test_a explains nothing on 5.7"]
    # Nor does a test that ends now in one way, now in another.
    assert list(stale(different, [replace(reasons[0], sometimes=True)])) == []
    # A release that was not run tells nothing.
    assert list(stale({"5.6": {"test_a"}}, reasons)) == []
