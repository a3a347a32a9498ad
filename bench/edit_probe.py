"""Edits the files of a project in memory and tells what each edit costs.

A script for the environment that is measured, so it imports nothing of ``bench``:
``python edit_probe.py FOLDER EDITS`` prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from random import Random

from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options

CELERY = ("celery", "shared_task", ".delay(", "apply_async", "AsyncResult")
NEW = (
    "\n\ndef edited(n):\n    return n + 1\n",
    "\n\ndef sending(request):\n    return some_task.delay(1).get(timeout=1)\n",
    "\n\nclass Edited(object):\n    name = 'edited'\n",
    "\nresult_backend = 'redis://'\n",
)

NEW_WITHOUT = (NEW[0], NEW[2])
"""Those that bring no word of Celery."""


def main(folder: str, edits: int) -> None:
    """Make edits, every second of which takes one back, and print their milliseconds.

    ``first`` is what reading the project cost; ``anew`` are the edits that evaluated it again.
    """
    random = Random(0)
    analyses: list[str] = []
    kind = "first"
    engine = Engine(Options(cache=False), lambda: analyses.append(kind))
    start = time.process_time()
    engine.findings(folder)
    first = (time.process_time() - start) * 1000
    texts = {path: path.read_text(encoding="utf-8") for path in _files(Path(folder))}
    telling = [path for path, text in texts.items() if any(word in text for word in CELERY)]
    others = sorted(texts.keys() - set(telling))
    costs: dict[str, list[float]] = {"with": [], "without": []}
    analyses.clear()
    for number in range(edits // 2):
        kind, paths = ("with", telling) if number % 2 else ("without", others)
        if paths:
            path = random.choice(paths)
            new = random.choice(NEW if kind == "with" else NEW_WITHOUT)
            costs[kind].append(_cost(engine, str(path), texts[path] + new))
            costs[kind].append(_cost(engine, str(path), texts[path]))
    anew = {each: analyses.count(each) for each in costs}
    print(json.dumps({"first": first, "anew": anew, **costs}))


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.resolve().rglob("*.py")) if _is_text(path)]


def _is_text(path: Path) -> bool:
    try:
        path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    return True


def _cost(engine: Engine, path: str, text: str) -> float:
    start = time.process_time()
    engine.edit(path, text)
    return (time.process_time() - start) * 1000


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
