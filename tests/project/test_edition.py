"""A cache is no good to another edition of the linter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import flake8_celery_get

TELL = "from flake8_celery_get.project.kept.edition import edition; print(edition())"


def told(folder: Path) -> str:
    """The edition that a copy of the package in a folder tells of itself."""
    done = subprocess.run(
        [sys.executable, "-c", TELL],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


@pytest.fixture
def package() -> Path:
    return Path(flake8_celery_get.__file__).parent


def test_a_checkout_is_another_one_after_each_change(tmp_path: Path, package: Path) -> None:
    copy = tmp_path / package.name
    shutil.copytree(package, copy)
    before = told(tmp_path)
    assert told(tmp_path) == before
    os.utime(copy / "model/evaluate/world.py", ns=(2**62, 2**62))
    assert told(tmp_path) != before


def test_an_installed_one_is_told_by_its_version(tmp_path: Path, package: Path) -> None:
    shutil.copytree(package, tmp_path / "site-packages" / package.name)
    assert told(tmp_path / "site-packages") == flake8_celery_get.__version__


def test_the_list_of_its_files_tells_one_installed_from_another(
    tmp_path: Path, package: Path
) -> None:
    installed = tmp_path / "site-packages"
    shutil.copytree(package, installed / package.name)
    info = installed / "celery_guard-0.1.0.dist-info"
    info.mkdir()
    editions = set()
    for digest in ("one", "two"):
        record = f"{package.name}/engine.py,sha256={digest},1\nother/a.py,sha256=x,1\n"
        (info / "RECORD").write_text(record, encoding="utf-8")
        editions.add(told(installed))
    assert len(editions) == 2
    (info / "RECORD").write_text(record.replace("=x", "=y"), encoding="utf-8")
    assert told(installed) in editions


def test_a_checkout_with_one_file_less_is_another(tmp_path: Path, package: Path) -> None:
    copy = tmp_path / package.name
    shutil.copytree(package, copy)
    before = told(tmp_path)
    (copy / "catalog.py").unlink()
    assert told(tmp_path) != before
