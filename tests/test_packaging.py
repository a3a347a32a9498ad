"""What people install: the wheel and the sdist, built as a release builds them."""

from __future__ import annotations

import configparser
import email
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import flake8_celery_get
from flake8_celery_get.printing.addresses import DOCUMENTATION, REPOSITORY

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).parent.parent
STEM = f"celery_guard-{flake8_celery_get.__version__}"
README = (ROOT / "README.md").read_text(encoding="utf-8")
LINK = re.compile(r"(?<=\]\()[^)\s]+(?=\))")
PAGE = re.compile(r"\]\(docs/([\w-]+)\.md")
PACKAGES = {"flake8_celery_get", "pytest_celery_guard"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from that sdist."""
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    return zipfile.ZipFile(built / f"{STEM}-py3-none-any.whl")


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.ZipFile) -> Message:
    return email.message_from_bytes(wheel.read(f"{STEM}.dist-info/METADATA"))


def modules_in_the_checkout() -> set[str]:
    """The modules, and the parts of the page that ``celery-guard map`` writes."""
    return {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for pattern in ("*.py", "assets/*")
        for path in (ROOT / package).rglob(pattern)
    }


def test_the_wheel_has_both_packages_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == PACKAGES | {f"{STEM}.dist-info"}


def test_the_wheel_has_every_module(wheel: zipfile.ZipFile) -> None:
    assert modules_in_the_checkout() <= set(wheel.namelist())


def test_both_packages_are_typed(wheel: zipfile.ZipFile) -> None:
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(wheel.namelist())


def test_the_wheel_holds_no_leftovers(wheel: zipfile.ZipFile) -> None:
    suffixes = {Path(name).suffix for name in wheel.namelist() if "dist-info" not in name}
    assert suffixes == {".py", ".typed", ".html", ".css", ".js", ".md"}


def test_the_sdist_has_no_tests_and_can_be_read(built: Path) -> None:
    with tarfile.open(built / f"{STEM}.tar.gz") as sdist:
        names = {name.removeprefix(f"{STEM}/") for name in sdist.getnames()}
    assert modules_in_the_checkout() <= names
    assert {name.split("/")[0] for name in names} == PACKAGES | {
        ".gitignore",
        "CHANGELOG.md",
        "LICENSE",
        "PKG-INFO",
        "README.md",
        "hatch_build.py",
        "pyproject.toml",
    }


def test_entry_points(wheel: zipfile.ZipFile) -> None:
    entries = configparser.ConfigParser(delimiters="=")
    entries.optionxform = str  # type: ignore[assignment,method-assign]
    entries.read_string(wheel.read(f"{STEM}.dist-info/entry_points.txt").decode())
    assert {section: dict(entries[section]) for section in entries.sections()} == {
        "console_scripts": {"celery-guard": "flake8_celery_get.cli.main:main"},
        "flake8.extension": {"CEL": "flake8_celery_get.plugin:Plugin"},
        "pytest11": {"celery_guard": "pytest_celery_guard.plugin"},
    }


def test_the_name_and_the_version(metadata: Message) -> None:
    assert metadata["Name"] == "celery-guard"
    assert metadata["Version"] == flake8_celery_get.__version__


def test_on_pypi_the_readme_links_to_the_site_and_to_the_repository(
    metadata: Message,
) -> None:
    described = str(metadata.get_payload())
    links = LINK.findall(described)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    pages = {link.partition("#")[0] for link in links if link.startswith(DOCUMENTATION)}
    for name in PAGE.findall(README):
        assert f"{DOCUMENTATION}{name}/" in pages
    assert f"{REPOSITORY}/blob/main/CONTRIBUTING.md" in links


def test_the_rest_of_the_readme_is_on_pypi_as_it_is(metadata: Message) -> None:
    assert LINK.sub("", str(metadata.get_payload())) == LINK.sub("", README)


def test_only_libcst_is_required(metadata: Message) -> None:
    required = metadata.get_all("Requires-Dist", [])
    # Python 3.11 came with a reader of TOML.
    assert [line for line in required if "extra ==" not in line] == [
        "libcst>=1.5",
        "tomli>=2; python_version < '3.11'",
    ]
    extras = metadata.get_all("Provides-Extra", [])
    assert set(extras) == {"flake8", "pytest", "progress", "server", "all"}


def test_the_license_is_in_the_wheel(metadata: Message, wheel: zipfile.ZipFile) -> None:
    assert metadata["License-Expression"] == "MIT"
    assert wheel.read(f"{STEM}.dist-info/licenses/LICENSE").startswith(b"MIT License")
