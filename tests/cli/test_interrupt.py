from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.cli.main import main
from tests.cli.project import FINE, WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

SLOW = """\
import pathlib, sys, time
from flake8_celery_get.cli.main import main
from flake8_celery_get.engine import Engine

def check(*_):
    pathlib.Path("started").touch()
    time.sleep(600)

Engine.check = check
if __name__ == "__main__":
    sys.exit(main(["check", sys.argv[1], "."]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="has no process groups to signal")
@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_ctrl_c_ends_a_run_at_once_and_quietly(project: Project, jobs: str) -> None:
    for number in range(20):
        project.write(f"fine_{number}.py", FINE)
    slow = project.write("build/slow.py", SLOW)
    process = subprocess.Popen(
        [sys.executable, str(slow), jobs],
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while not (project.folder / "started").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=120) == (b"", b"")
    assert process.returncode == 130


EARLY = """\
import os, signal, sys
from flake8_celery_get.cli.main import main

class Interrupting:
    left = int(sys.argv[1])

    def find_spec(self, name, path=None, target=None):
        Interrupting.left -= 1
        if Interrupting.left == 0:
            os.kill(os.getpid(), signal.SIGINT)

sys.argv[1:] = ["check", "--no-cache", "."]
sys.meta_path.insert(0, Interrupting())
code = main()
sys.exit(code if Interrupting.left <= 0 else 77)
"""
IMPORTS = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 60, 80, 100, 150, 200, 300)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("number", IMPORTS)
def test_ctrl_c_while_modules_are_imported_leaves_no_traceback(
    project: Project, number: int
) -> None:
    """The command imports modules all the way, libcst's among them."""
    project.write("tasks.py", WAITS)
    run = project.python("-c", EARLY, str(number))
    assert (run.code, run.out, run.err) == (130, "", "")


SWALLOWED = """\
import os, signal, sys
from flake8_celery_get.cli.main import main
from flake8_celery_get.engine import Engine

class Handle:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000):
            pass

def check(*_):
    {how}
    return []

Engine.check = check
sys.argv[1:] = ["check", "."]
sys.exit(main())
"""
WAYS = {
    "a callback that may not raise": "del [Handle()][0]; handle = Handle(); del handle",
    "code that raises another error": (
        "\n    try: os.kill(os.getpid(), signal.SIGINT); [0 for _ in range(1000)]"
        "\n    except KeyboardInterrupt: raise ValueError from None"
    ),
}


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
@pytest.mark.parametrize("how", WAYS.values(), ids=WAYS)
def test_a_ctrl_c_that_is_swallowed_counts(project: Project, how: str) -> None:
    project.write("tasks.py", WAITS)
    run = project.python("-c", SWALLOWED.replace("{how}", how))
    assert (run.code, run.out, run.err) == (130, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="has no such signals")
def test_a_second_ctrl_c_waits_for_nothing(project: Project) -> None:
    project.write("tasks.py", WAITS)
    how = (
        "\n    try: os.kill(os.getpid(), signal.SIGINT); [0 for _ in range(1000)]"
        "\n    finally: os.kill(os.getpid(), signal.SIGINT); [0 for _ in range(10**9)]"
    )
    run = project.python("-c", SWALLOWED.replace("{how}", how))
    assert (run.code, run.out, run.err) == (130, "", "")


def test_main_leaves_the_handlers_of_its_caller_alone(project: Project) -> None:
    before = signal.getsignal(signal.SIGINT), sys.unraisablehook
    main(["check", str(project.write("fine.py", FINE))])
    assert (signal.getsignal(signal.SIGINT), sys.unraisablehook) == before


def test_a_command_that_ignores_ctrl_c_goes_on(project: Project) -> None:
    """As a shell wants it of what it runs in the background."""
    project.write("fine.py", FINE)
    ignore = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    run = project.python("-c", ignore + EARLY, "20")
    assert (run.code, run.err) == (0, "")
