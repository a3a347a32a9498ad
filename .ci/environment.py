"""Create a virtual environment: ``environment.py FOLDER REQUIREMENTS``.

pip can be silent for a minute, so a dot every two seconds shows that it is still running.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile

PAUSE = 2


def step(text: str, *command: str) -> None:
    """Run one command under a line of dots; print its output only if it fails."""
    print(f"  {text} ", end="", flush=True)
    with tempfile.TemporaryFile() as output:
        running = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
        while True:
            try:
                code = running.wait(PAUSE)
                break
            except subprocess.TimeoutExpired:
                print(".", end="", flush=True)
        print("" if code else " done")
        if code:
            output.seek(0)
            sys.exit(output.read().decode(errors="replace"))


def main(folder: str, requirements: str) -> None:
    """Create the folder, and install the pinned packages and this project into it."""
    if sys.version_info < (3, 10):  # noqa: UP036 - make may start any Python
        sys.exit("celery-guard requires Python 3.10 or newer: make PYTHON=python3.13")
    print(f"Setting up {folder}, which is needed once and takes about a minute:")
    pip = (f"{folder}/bin/python", "-m", "pip", "install", "--disable-pip-version-check")
    step("creating the virtual environment", sys.executable, "-m", "venv", folder)
    step(f"installing {requirements}", *pip, "--require-hashes", "-r", requirements)
    step("installing celery-guard", *pip, "--no-deps", "--no-build-isolation", "-e", ".")


if __name__ == "__main__":
    main(*sys.argv[1:])
