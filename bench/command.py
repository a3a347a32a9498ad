"""``celery-guard check`` on one large project, without flake8."""

from __future__ import annotations

from statistics import median

from bench.processes import Usage, output, run
from bench.rows import Row, Table
from bench.setting import Project, Setting

CORPUS = "weblate"
COLD = 1.5
WARM = 0.3
FINDINGS = 1
IMPORT = (
    "import time; t = time.process_time(); import libcst; print(time.process_time() - t)"
)


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
        Row("`import libcst`, CPU", setting.median(lambda: libcst_import(setting)), "s"),
    )
    return Table("command", (CORPUS,), note, rows)


def libcst_import(setting: Setting) -> float:
    """Return the CPU seconds of ``import libcst`` in a fresh process."""
    return float(output([setting.ours.command("python"), "-c", IMPORT], setting.copies))


def _check(setting: Setting, project: Project, *, forget: bool) -> Usage:
    if forget:
        project.forget()
    command = [setting.ours.command("celery-guard"), "check", "-j1", "."]
    return run(command, project.folder, allowed=(0, FINDINGS))
