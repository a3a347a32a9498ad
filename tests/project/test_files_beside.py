"""Files that are no Python, and yet say where an app gets its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.project.files import files_beside

THERE = [
    "compose.yaml",
    "work/.env",
    "work/.envs/local.env",
    "work/deploy/docker-compose.yml",
    "work/setup.cfg",
]
NOT_THERE = [
    "work/.git/config.ini",
    "work/deploy/deeper/.env",
    "work/code.py",
    "other/.env",
]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in (*THERE, *NOT_THERE):
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    (tmp_path / ".env").write_text("x", encoding="utf-8")
    return tmp_path / "repository"


def names(repository: Path) -> list[str]:
    """What is found for the project in ``work``."""
    found = files_beside(str(repository / "work"))
    return sorted(Path(path).relative_to(repository).as_posix() for path in found)


def test_those_of_the_repository_are_found(repository: Path) -> None:
    (repository / ".git").mkdir()
    (repository / "work/.git/config.ini").unlink()
    (repository / "work/.git").rmdir()
    assert names(repository) == THERE


def test_what_lies_above_its_own_repository_does_not_count(repository: Path) -> None:
    assert names(repository) == THERE[1:]
