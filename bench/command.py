"""``celery-guard check`` and ``map`` on one large project, without flake8.

And ``check`` on Django's package, which never says celery: that is what looking costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from bench.processes import Usage, output, run
from bench.rows import Row, Table
from bench.setting import Project, Setting

CORPUS = "weblate"
COLD = 1.5
WARM = 0.3
LOOK = 0.3
MAP = 1.5
"""What drawing may cost, in times of a check."""

FINDINGS = 1
IMPORT = (
    "import time; t = time.process_time(); import libcst; print(time.process_time() - t)"
)

SYNTAX = """
import pathlib, symtable, sys, time
texts = [path.read_text("utf-8") for path in pathlib.Path(sys.argv[1]).rglob("*.py")]
start = time.process_time()
for text in texts:
    symtable.symtable(text, "", "exec")
print(time.process_time() - start)
"""


def table(setting: Setting) -> Table:
    """Measure a first and a second run in one process."""
    note = (
        f"`celery-guard check -j1` on {CORPUS}; median of {setting.repeat}. Seconds are those "
        "of the machine that measured: libcst's import is the yardstick"
    )
    project = setting.project(CORPUS)
    cold = [_check(setting, project, forget=True) for _ in range(setting.repeat)]
    warm = [_check(setting, project, forget=False) for _ in range(setting.repeat)]
    rows = (
        Row("cold cache, CPU", median(usage.cpu for usage in cold), "s", COLD),
        Row("cold cache, by the clock", median(usage.wall for usage in cold), "s"),
        Row("cold cache, peak memory", median(usage.memory for usage in cold), "MB"),
        Row("warm cache, CPU", median(usage.cpu for usage in warm), "s", WARM),
        Row("warm cache, by the clock", median(usage.wall for usage in warm), "s"),
        *_drawn(setting, project, median(usage.cpu for usage in cold)),
        *_without_celery(setting),
        Row("`import libcst`, CPU", setting.median(lambda: libcst_import(setting)), "s"),
    )
    return Table("command", (CORPUS, "django"), note, rows)


def _drawn(setting: Setting, project: Project, check: float) -> Iterator[Row]:
    def cost() -> float:
        project.forget()
        output = str(setting.copies / "map.html")
        command = [setting.ours.command("celery-guard"), "map", "--output", output, "."]
        return run(command, project.folder).cpu

    drawn = setting.median(cost)
    yield Row("`map`, cold cache, CPU", drawn, "s")
    yield Row("the same in times of a check", drawn / check, "times", MAP)


def _without_celery(setting: Setting) -> Iterator[Row]:
    folder = setting.project("django").folder / "django"
    files = sum(1 for _ in folder.rglob("*.py"))
    command = [setting.ours.command("celery-guard"), "check", "-j1", "--no-cache", "."]
    cost = setting.median(lambda: run(command, folder).cpu)
    yield Row(f"Django's package, {files} files without Celery, CPU", cost, "s", LOOK)
    python = [setting.ours.command("python"), "-c", SYNTAX, str(folder)]
    asked = setting.median(lambda: float(output(python, folder)))
    yield Row("whether Python can parse these files: its symbol tables alone", asked, "s")


def libcst_import(setting: Setting) -> float:
    """Return the CPU seconds of ``import libcst`` in a fresh process."""
    return float(output([setting.ours.command("python"), "-c", IMPORT], setting.copies))


def _check(setting: Setting, project: Project, *, forget: bool) -> Usage:
    if forget:
        project.forget()
    command = [setting.ours.command("celery-guard"), "check", "-j1", "."]
    return run(command, project.folder, allowed=(0, FINDINGS))
