"""A project in which much is found: many Markdown cases under one roof."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from tests.casebook import Case, load

CASES = Path(__file__).parents[1] / "cases"


def all_texts() -> dict[str, str]:
    """The Python files of all cases, each case in packages of its own."""
    return {
        name: text
        for number, case in enumerate(load(CASES))
        for name, text in _apart(case, number % 7)
    }


def generated(folder: Path, seed: int, cases: int) -> Path:
    """Write some cases, drawn at random, into one project."""
    (folder / "pyproject.toml").touch()
    for number, case in enumerate(Random(seed).sample(load(CASES), cases)):
        for name, text in _apart(case, number):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


def _apart(case: Case, number: int) -> list[tuple[str, str]]:
    """The case's Python files, its packages with a number behind their names."""
    files = [(name, text) for name, text in case.files if name.endswith(".py")]
    tops = sorted({name.partition("/")[0] for name, _ in files if "/" in name})
    if not tops:
        return files
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, tops))})(?=[./])")
    return [
        (pattern.sub(rf"\g<1>{number}", name), pattern.sub(rf"\g<1>{number}", text))
        for name, text in files
    ]
