"""flake8 on one file of a project whose cache is warm, as pre-commit runs it.

Each round edits the file, or not, and then runs flake8 without and with the plugin. The
difference of the two is what the plugin costs; the median of many rounds counts. The edit
is taken back, and the cache brought up to date, before the next round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.command import libcst_import
from bench.environments import Environment
from bench.processes import MeasureError, run
from bench.rows import Row, Table
from bench.setting import FLAKE8, Setting

CORPUS = "weblate"
WITH_CELERY = "weblate/trans/tasks.py"
A_SEND = "        perform_commit.delay("
"""Where the edit goes: into a task of ``WITH_CELERY`` that sends another."""

CELERY_WORDS = ("celery", "Celery", ".delay", "apply_async", "AsyncResult", "send_task")
FEWEST_LINES = 50

ROUNDS_A_REPEAT = 4
MILLISECONDS = 1000
ELSEWHERE = 10.0
UNCHANGED = 20.0
CHANGED = 300.0


def table(setting: Setting) -> Table:
    """Measure edits without Celery, one with, and none."""
    rounds = ROUNDS_A_REPEAT * setting.repeat
    note = (
        f"CPU time added to flake8 on one file of {CORPUS}, warm cache; "
        f"{rounds} rounds of plain and with the plugin. The edits without Celery go to as many "
        "different files, picked at even distances"
    )
    folder = setting.project(CORPUS).folder
    run(_flake8(setting.ours, "."), folder)
    elsewhere = [_added(setting, name, _at_the_end) for name in _picked(folder, rounds)]
    changed = [_added(setting, WITH_CELERY, _before_a_send(n)) for n in range(rounds)]
    unchanged = [_added(setting, WITH_CELERY, lambda text: text) for _ in range(rounds)]
    libcst = MILLISECONDS * setting.median(lambda: libcst_import(setting), rounds)
    rows = (
        Row("a changed file without Celery, median", median(elsewhere), "ms", ELSEWHERE),
        Row("a changed file without Celery, dearest", max(elsewhere), "ms"),
        Row(
            "changed files without Celery above the target",
            _above(elsewhere, ELSEWHERE),
            "%",
        ),
        Row(f"a changed `{WITH_CELERY}`, median", median(changed), "ms", CHANGED),
        Row("the same in imports of libcst", median(changed) / libcst, "imports"),
        Row(f"an unchanged `{WITH_CELERY}`, median", median(unchanged), "ms", UNCHANGED),
        Row(
            "an empty file in an empty folder, median",
            median(_of_nothing(setting, rounds)),
            "ms",
        ),
        Row("`import libcst`", libcst, "ms"),
    )
    return Table("one-file", (CORPUS,), note, rows)


def _above(costs: list[float], limit: float) -> float:
    # A median hides that some files make the whole project be evaluated again.
    return 100 * sum(cost > limit for cost in costs) / len(costs)


def _picked(folder: Path, number: int) -> list[str]:
    """Return files of some length that don't speak of Celery, from all over the project."""
    names = [
        path.relative_to(folder).as_posix()
        for path in sorted(folder.rglob("*.py"))
        if _is_without_celery(path.read_text(encoding="utf-8"))
    ]
    return names[:: max(1, len(names) // number)][:number]


def _is_without_celery(text: str) -> bool:
    return text.count("\n") >= FEWEST_LINES and not any(
        word in text for word in CELERY_WORDS
    )


def _added(setting: Setting, name: str, edit: Callable[[str], str]) -> float:
    """Edit the file, run flake8 without and with the plugin, and return the difference."""
    folder = setting.project(CORPUS).folder
    path = folder / name
    original = path.read_text(encoding="utf-8")
    edited = edit(original)
    if edited != original:
        path.write_text(edited, encoding="utf-8")
    plain = run(_flake8(setting.plain, name), folder)
    ours = run(_flake8(setting.ours, name), folder)
    if edited != original:
        path.write_text(original, encoding="utf-8")
        run(_flake8(setting.ours, name), folder)
    return MILLISECONDS * (ours.cpu - plain.cpu)


def _of_nothing(setting: Setting, rounds: int) -> Iterator[float]:
    """What loading the plugin costs, and asking it for a file without a project."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "empty.py")
        path.touch()
        for _ in range(rounds):
            plain = run(_flake8(setting.plain, path.name), path.parent)
            ours = run(_flake8(setting.ours, path.name), path.parent)
            yield MILLISECONDS * (ours.cpu - plain.cpu)


def _at_the_end(text: str) -> str:
    return f"{text}\nedit = 1\n"


def _before_a_send(number: int) -> Callable[[str], str]:
    def edit(text: str) -> str:
        before, send, after = text.partition(A_SEND)
        if not send:
            raise MeasureError(f"{WITH_CELERY} has no line {A_SEND.strip()!r}")
        return f"{before}        edit = {number}\n{send}{after}"

    return edit


def _flake8(environment: Environment, target: str) -> list[str]:
    return [environment.command("flake8"), *FLAKE8, target]
