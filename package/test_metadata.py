"""What the package index makes of the files."""

from __future__ import annotations

import sys
from pathlib import Path

from package.environment import run


def test_twine_has_nothing_to_say(built: list[Path]) -> None:
    assert [path.suffix for path in built] == [".whl", ".gz"]
    done = run(sys.executable, "-m", "twine", "check", "--strict", *map(str, built))
    assert done.stdout.count("PASSED") == 2, done.stdout
