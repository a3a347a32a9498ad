"""Fixes that change several files: all of them, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.cli.fixes import writing
from flake8_celery_get.cli.main import main
from flake8_celery_get.files.written import write_source

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.project import Project

CONFIG = 'BROKER_URL = "redis://"\ntask_ignore_result = True\n'
APP = (
    "from celery import Celery\n\nfrom proj.config import BROKER_URL\n\n"
    'app = Celery("proj")\napp.config_from_object("proj.config")\nprint(BROKER_URL)\n'
)
NEW = "broker_url"
ASKED = ("--select=CEL801", "--fix", "--no-cache")
FIXED = {"proj/celery.py": APP, "proj/config.py": CONFIG}


@pytest.fixture
def files(project: Project) -> dict[str, Path]:
    """A setting that another file reads."""
    return {name: project.write(name, text) for name, text in FIXED.items()}


def texts(files: dict[str, Path]) -> dict[str, str]:
    """What is in the files."""
    return {name: path.read_text() for name, path in files.items()}


def renamed(text: str) -> str:
    """What the fix makes of a file."""
    return text.replace("BROKER_URL", NEW)


def test_all_files_are_changed(project: Project, files: dict[str, Path]) -> None:
    run = project.guard("check", *ASKED)
    assert (run.code, run.out) == (0, "1 fixed, no findings remaining (2 files checked)\n")
    assert texts(files) == {name: renamed(text) for name, text in FIXED.items()}


def test_a_diff_shows_all_files(project: Project, files: dict[str, Path]) -> None:
    run = project.guard("check", "--select=CEL801", "--diff")
    assert run.code == 1
    project.write("it.patch", run.out)
    done = project.python(
        "-c", "import subprocess; subprocess.run(['git', 'apply', '-p0', 'it.patch'])"
    )
    assert done.err == ""
    assert texts(files) == {name: renamed(text) for name, text in FIXED.items()}


def test_a_file_that_was_not_given_is_not_changed(
    project: Project, files: dict[str, Path]
) -> None:
    run = project.guard("check", *ASKED, "proj/config.py")
    assert run.code == 1
    assert "[*]" not in run.out
    assert texts(files) == FIXED
    assert project.guard("check", *ASKED, "--extend-exclude=celery.py").code == 1
    assert texts(files) == FIXED


def test_standard_input_stands_for_one_file(
    project: Project, files: dict[str, Path]
) -> None:
    name = "--stdin-filename=proj/config.py"
    command = ("-m", "flake8_celery_get", "check", *ASKED, name, "-")
    run = project.python(*command, stdin=CONFIG.encode())
    assert (run.code, run.out) == (1, CONFIG)
    assert texts(files) == FIXED


@pytest.mark.parametrize("name", FIXED)
def test_a_read_only_file_keeps_the_others_as_they_are(
    project: Project, files: dict[str, Path], name: str
) -> None:
    files[name].chmod(0o444)
    run = project.guard("check", *ASKED)
    assert run.code == 2
    assert f"{name}: cannot be written: it is read-only" in run.err
    assert "CEL801" in run.out
    assert texts(files) == FIXED


def test_a_link_out_of_the_project_keeps_the_others_as_they_are(
    project: Project, files: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    outside = tmp_path_factory.mktemp("outside") / "celery.py"
    outside.write_text(APP)
    files["proj/celery.py"].unlink()
    files["proj/celery.py"].symlink_to(outside)
    assert project.guard("check", *ASKED).code != 0
    assert texts(files) == FIXED


def test_a_link_is_changed_once(project: Project, files: dict[str, Path]) -> None:
    link = project.folder / "proj" / "again.py"
    link.symlink_to(files["proj/celery.py"])
    assert project.guard("check", *ASKED).code == 0
    assert link.is_symlink()
    assert texts(files) == {name: renamed(text) for name, text in FIXED.items()}


@pytest.mark.parametrize("fails", [1, 2])
def test_what_was_written_goes_back_where_a_file_fails(
    project: Project, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch, fails: int
) -> None:
    calls: list[str] = []

    def fail(path: str, octets: bytes) -> None:
        calls.append(path)
        if len(calls) == fails:
            raise OSError(28, "No space left on device")
        write_source(path, octets)

    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(writing, "write_source", fail)
    assert main(["check", *ASKED]) == 2
    assert len(calls) == (1 if fails == 1 else 3)
    assert texts(files) == FIXED


def test_a_file_that_changes_meanwhile_keeps_the_others_as_they_are(
    project: Project, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flake8_celery_get.cli.fixes import fixing

    again = fixing._checked_again

    def change(*arguments: object) -> object:
        files["proj/celery.py"].write_text(f"{APP}# more\n")
        return again(*arguments)  # type: ignore[arg-type]

    monkeypatch.chdir(project.folder)
    monkeypatch.setattr(fixing, "_checked_again", change)
    assert main(["check", *ASKED]) == 1
    assert texts(files) == {**FIXED, "proj/celery.py": f"{APP}# more\n"}


def test_other_fixes_of_a_file_are_applied(
    project: Project, files: dict[str, Path]
) -> None:
    files["proj/celery.py"].chmod(0o444)
    other = "from celery.exceptions import RetryTaskError\n\nSEEN = RetryTaskError\n"
    config = project.write("proj/config.py", CONFIG + other)
    run = project.guard("check", "--select=CEL8", "--fix", "--no-cache")
    assert run.code == 2
    assert config.read_text() == CONFIG + other.replace("RetryTaskError", "Retry")


def test_reports_carry_all_files(project: Project, files: dict[str, Path]) -> None:
    asked = "check", "--select=CEL801"
    (found,) = project.guard(*asked, "--output-format=json").json["findings"]
    (other,) = found["fix"]["other_files"]
    assert other["path"] == "proj/celery.py"
    assert [edit["line"] for edit in other["edits"]] == [3, 7]
    (run,) = project.guard(*asked, "--output-format=sarif").json["runs"]
    changes = run["results"][0]["fixes"][0]["artifactChanges"]
    names = {change["artifactLocation"]["uri"] for change in changes}
    assert names == FIXED.keys()
    assert texts(files) == FIXED


def test_the_cache_keeps_them(project: Project, files: dict[str, Path]) -> None:
    asked = "check", "--select=CEL801", "--output-format=json"
    cold = project.guard(*asked).json["findings"]
    assert project.guard(*asked).json["findings"] == cold
    assert project.guard("check", "--select=CEL801", "--fix").code == 0
    assert texts(files) == {name: renamed(text) for name, text in FIXED.items()}
