"""``python -m tests.increments``: many random edits, each compared with a fresh run.

Prints a line for each project: edits, differences, and what the edited file's findings cost.
"""

from __future__ import annotations

import argparse
import tempfile
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

from tests.increments.generated import all_texts, generated
from tests.increments.held import Held, edits, held

CASES = 40


def main() -> int:
    """Edit the generated project and those that were named. Returns 1 after a difference."""
    asked = _asked()
    print(f"{'project':24} edits  different  median ms  95 % ms  (CPU)")
    different = 0
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name).resolve()
        (scratch / "generated").mkdir()
        made = generated(scratch / "generated", asked.seed, CASES)
        different += _run(made, scratch / "0", asked.edits, asked.seed)
        for number, folder in enumerate(asked.folders, start=1):
            different += _run(
                folder.resolve(), scratch / f"{number}", asked.real_edits, asked.seed
            )
    return int(different > 0)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.increments", description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path, help="further projects to edit")
    parser.add_argument("--edits", type=int, default=300, help="of the generated project")
    parser.add_argument("--real-edits", type=int, default=100, help="of each further one")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def _run(folder: Path, scratch: Path, number: int, seed: int) -> int:
    scratch.mkdir()
    project = held(folder, scratch)
    project.warm()
    different = sum(
        _differs(project, sorted(edit))
        for edit in islice(edits(project, seed, all_texts()), number)
    )
    costs = project.milliseconds
    print(
        f"{folder.name:24} {number:5}  {different:9}  {median(costs):9.1f}"
        f"  {quantiles(costs, n=20)[-1]:7.1f}",
        flush=True,
    )
    return different


def _differs(project: Held, names: list[str]) -> bool:
    fresh = project.fresh()
    kinds = [("held", project.reports), ("warm", project.warm())]
    wrong = [kind for kind, found in kinds if found != fresh]
    if wrong:
        print(
            f"after an edit of {', '.join(names)}: {' and '.join(wrong)} differ", flush=True
        )
    return bool(wrong)


if __name__ == "__main__":
    raise SystemExit(main())
