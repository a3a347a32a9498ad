"""A project that never names Celery costs no more than reading its files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOOK = """
import sys
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
found = Engine(Options(cache=False)).check("views.py")
print(len(found), "libcst" in sys.modules, "flake8_celery_get.model.ask.model" in sys.modules)
"""

VIEW = "def view(request):\n    result = pool.apply_async(work)\n    return result.get()\n"


def look(folder: Path) -> str:
    run = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=folder, capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def test_nothing_is_evaluated(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(VIEW, encoding="utf-8")
    assert look(tmp_path) == "0 False False"


def test_a_word_of_celery_in_another_file_is_enough(tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(VIEW, encoding="utf-8")
    (tmp_path / "app.py").write_text("from celery import Celery\n", encoding="utf-8")
    assert look(tmp_path).endswith("True")
