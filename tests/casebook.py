"""Reads Markdown cases and compares what they promise with what the engine finds.

The form is that of ruff's ``mdtest``: a heading opens a case, named code blocks are its
files, and ``# error: CEL101`` comments stand where findings are due.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flake8_celery_get.options import Options

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flake8_celery_get.finding import Finding

DEFAULT_FILE = "proj/views.py"
HEADING = re.compile(r"#{1,2} (.+)")
FILE_NAME = re.compile(r"`([^`]+)`:")
COMMENT = re.compile(r"# error: (.+)$")
MARK = re.compile(r'(CEL\d{3})(?:@(\d+))?(?: "([^"]+)")?(?:, |$)')


class CaseError(ValueError):
    """A case that says something the harness does not understand."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One ``# error:`` comment: what is due on its line. Columns are 1-based."""

    path: str
    line: int
    code: str
    column: int | None = None
    part: str = ""

    def meets(self, finding: Finding, path: str) -> bool:
        """Tell whether the finding in the file of that name is the one that is due."""
        return (
            (self.path, self.line, self.code) == (path, finding.line, finding.code)
            and self.column in (None, finding.column + 1)
            and self.part in finding.message
        )

    def __str__(self) -> str:
        column = f":{self.column}" if self.column else ""
        part = f' "{self.part}"' if self.part else ""
        return f"{self.path}:{self.line}{column} {self.code}{part}"


@dataclass(frozen=True, slots=True)
class Case:
    """One small project and what is due in it."""

    source: str
    line: int
    title: str
    files: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, tuple[str, ...]], ...] = ()
    report: str | None = None

    @property
    def id(self) -> str:
        """A short name for pytest, such as ``CEL101/handles:a-tuple-is-unpacked``."""
        words = re.sub(r"\W+", "-", self.title.lower()).strip("-")
        return f"{self.source.removesuffix('.md')}:{words}"

    def marks(self) -> list[Mark]:
        """All findings that are due, those with a column or message first."""
        found = [mark for path, text in self.files for mark in marks(path, text)]
        return sorted(found, key=lambda mark: (mark.column is None, not mark.part))

    def settings(self, *, cache: bool = False, cache_dir: str = "") -> Options:
        """The options of this case."""
        code = self.source.partition("/")[0]
        chosen: dict[str, Any] = {"opinions": (code,), **dict(self.options)}
        return replace(Options(cache=cache, cache_dir=cache_dir), **chosen)

    def write(self, root: Path) -> list[Path]:
        """Write the project below the folder and give its Python files."""
        (root / "pyproject.toml").touch()
        for name, text in self.files:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return [root / name for name, _ in self.files if name.endswith(".py")]


def load(folder: Path) -> list[Case]:
    """Read all cases of all Markdown files below the folder."""
    return [
        case
        for path in sorted(folder.rglob("*.md"))
        for case in parse(
            path.read_text(encoding="utf-8"), path.relative_to(folder).as_posix()
        )
    ]


def marks(path: str, text: str) -> Iterator[Mark]:
    """Read the ``# error:`` comments of one file."""
    for number, line in enumerate(text.splitlines(), start=1):
        comment = COMMENT.search(line)
        if not comment:
            continue
        found = list(MARK.finditer(comment[1]))
        if "".join(match[0] for match in found) != comment[1]:
            raise CaseError(f"{path}:{number} can't read the mark {comment[0]!r}")
        for code, column, part in (match.groups(default="") for match in found):
            yield Mark(path, number, code, int(column) if column else None, part)


@dataclass(frozen=True, slots=True)
class Block:
    """One heading, or one fenced block with the file name that the line above gives."""

    line: int
    kind: str
    name: str
    text: str


def blocks(markdown: str) -> Iterator[Block]:
    """Cut a page into headings and fenced blocks."""
    above = ""
    lines = enumerate(markdown.splitlines(), start=1)
    for number, line in lines:
        if line.startswith("```"):
            inside = []
            for _, code in lines:
                if code == "```":
                    break
                inside.append(code + "\n")
            else:
                raise CaseError(f"line {number}: the block is never closed")
            name = FILE_NAME.fullmatch(above)
            yield Block(number, line[3:], name[1] if name else "", "".join(inside))
        elif heading := HEADING.fullmatch(line):
            yield Block(number, "heading", heading[1], "")
        above = line or above


def parse(markdown: str, source: str) -> Iterator[Case]:
    """Read the cases of one page; a heading without code is a chapter, not a case."""
    heading, body = Block(1, "heading", source, ""), list[Block]()
    titles = set[str]()
    for block in [*blocks(markdown), Block(0, "heading", "", "")]:
        if block.kind != "heading":
            body.append(block)
            continue
        if body:
            if heading.name in titles:
                raise CaseError(f"{source}:{heading.line} a title that is used twice")
            titles.add(heading.name)
            yield case_of(source, heading, body)
        heading, body = block, []


def case_of(source: str, heading: Block, body: list[Block]) -> Case:
    """Put the blocks below one heading together."""
    files: dict[str, str] = {}
    options: dict[str, tuple[str, ...]] = {}
    report = None
    for block in body:
        if block.name or block.kind == "python":
            name = block.name or DEFAULT_FILE
            if name in files:
                raise CaseError(f"{source}:{block.line} {name} is given twice")
            files[name] = block.text
        elif block.kind == "toml":
            options = options_of(block.text)
        elif block.kind == "text expected":
            report = block.text
        else:
            raise CaseError(f"{source}:{block.line} can't use a {block.kind!r} block")
    return Case(
        source,
        heading.line,
        heading.name,
        tuple(files.items()),
        tuple(options.items()),
        report,
    )


def options_of(text: str) -> dict[str, tuple[str, ...]]:
    """Read lines of ``name = ["value"]``; such lists look alike in TOML and JSON."""
    pairs = (line.split(" = ", 1) for line in text.splitlines())
    return {name: tuple(json.loads(values)) for name, values in pairs}


def rendered(findings: Iterable[Finding], root: Path) -> str:
    """Write findings as a ``text expected`` block does, one related place a line."""
    lines = []
    for found in findings:
        place = f"{name_of(found.path, root)}:{found.line}:{found.column + 1}"
        lines.append(f"{place} {found.code} {found.message}\n")
        for hop in found.related:
            place = f"{name_of(hop.path, root)}:{hop.line}:{hop.column + 1}"
            lines.append(f"    {place} {hop.message}\n")
    return "".join(lines)


def name_of(path: str, root: Path) -> str:
    """Name a file as the case does."""
    return Path(path).relative_to(root).as_posix()


def differences(case: Case, findings: list[Finding], root: Path) -> list[str]:
    """Say what is found and not due, what is due and not found, one line each."""
    missing, wrong = case.marks(), list(findings)
    for mark in list(missing):
        met = [each for each in wrong if mark.meets(each, name_of(each.path, root))]
        if met:
            wrong.remove(met[0])
            missing.remove(mark)
    told = [f"not due    {line}" for line in rendered(wrong, root).splitlines()]
    told += [f"not found  {mark}" for mark in missing]
    if case.report is not None and case.report != rendered(findings, root):
        told += ["another report than the expected one:", rendered(findings, root)]
    return told
