"""A page of the documentation as a project: its files, its tests, and what they print."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

FENCED = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(\w+)\n(.*?)^```$", re.M | re.S)
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
KINDS = ("failure", "error")
PREAMBLE = "import pytest\nfrom unittest.mock import Mock\nfrom proj.tasks import *\n"
"""What the examples of the first page omit, as it says."""


class Example(NamedTuple):
    """A block of tests, by the line it starts at; ``shown`` is the output of one that fails."""

    line: int
    text: str
    shown: str | None

    @property
    def name(self) -> str:
        """The file it is written to."""
        return f"test_line_{self.line}.py"


def blocks(page: str) -> Iterator[tuple[int, str | None, str, str]]:
    """Line, name of the file (if it has one), language and text of each block of code."""
    for match in FENCED.finditer(page):
        name, language, text = match.groups()
        yield page.count("\n", 0, match.start(2)) + 1, name, language, text


def files(page: str) -> dict[str, str]:
    """The blocks that are named after a file."""
    return {name: text for _, name, _, text in blocks(page) if name is not None}


def examples(page: str) -> list[Example]:
    """The blocks of tests; a block of text below one is what pytest prints when it fails."""
    found: list[Example] = []
    for line, name, language, text in blocks(page):
        if language == "python" and name is None:
            found.append(Example(line, text, None))
        elif language == "text":
            found[-1] = found[-1]._replace(shown=text)
    return found


def tests(page: str, preamble: str) -> dict[str, str]:
    """The test files that the examples of a page make."""
    return {f"tests/{each.name}": preamble + each.text for each in examples(page)}


def write(contents: dict[str, str], root: Path) -> None:
    """Write files, by their paths below a folder."""
    for name, text in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(root: Path, **environment: str) -> dict[str, list[str]]:
    """Run all tests of a project; for each file, what pytest says of its tests, '' if passed."""
    options = ("--tb=short", "--show-capture=no", "--junitxml=report.xml")
    plugins = ("-p", "no:cacheprovider", "-p", "no:randomly")
    subprocess.run(
        (sys.executable, "-m", "pytest", *options, *plugins),
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=300,
        check=False,
    )
    found: dict[str, list[str]] = {}
    for case in ElementTree.parse(root / "report.xml").iter("testcase"):
        file = case.attrib["classname"].split(".")[1]
        told = "".join(each.text or "" for kind in KINDS for each in case.iter(kind))
        found.setdefault(f"{file}.py", []).append(told)
    return found


def said(told: str) -> str:
    """What pytest says of a failed test: its E lines, where it has any.

    Ids are left out, and the file has the name that a reader would give it.
    """
    lines = [line.rstrip() for line in told.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("E ")]
    text = "".join(f"{line}\n" for line in errors or lines)
    return ID.sub("…", re.sub(r"test_line_\d+", "test_shop", text))
