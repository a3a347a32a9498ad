"""mypy with celery-types: the errors that are there with the stubs and not without them.

mypy knows no rules for Celery, so each error gets the name of what it is about.
"""

from __future__ import annotations

import ast
import re
import sys
import tempfile
from pathlib import Path

from accuracy.candidates import python_files
from accuracy.verdicts import Site
from bench.corpora import Corpus
from peers.tools.run import Output, Report, command, output

ARGUMENTS = (
    "--check-untyped-defs",
    "--ignore-missing-imports",
    "--explicit-package-bases",
    "--no-error-summary",
    "--cache-dir=/dev/null",
    "--config-file=",
)
ERRORS = 1
LINE = re.compile(r"^(.+?):(\d+): error: (.+)$", re.MULTILINE)
OTHER = "other"
_OPTION = "countdown|eta|expires|priority|queue"
_SEND = "delay|s|si"
SUBJECTS = {
    "option of delay": re.compile(rf'keyword argument "(?:{_OPTION})" for "delay"'),
    "task argument": re.compile(rf'(?:for|to|in call to) "(?:{_SEND}|__call__)"'),
    "send option": re.compile(r'"(?:apply_async|send_task|set)"'),
    "task option": re.compile(r'(?:of|for|to) "(?:shared_task|task)"'),
    "result": re.compile(r'"(?:AsyncResult|EagerResult|GroupResult)\b'),
}
"""What an error is about, by its text; the first that fits."""


def report(corpus: Corpus) -> Report:
    """Return what mypy says of a project with the stubs, less what it says without them."""
    with_stubs = _checked(corpus.folder)
    without = _checked(corpus.folder, "--no-site-packages")
    added = set(LINE.findall(with_stubs.text)) - set(LINE.findall(without.text))
    sites = frozenset(Site(path, int(line), subject(text)) for path, line, text in added)
    return Report(sites, with_stubs.seconds)


def subject(message: str) -> str:
    """Return what an error is about: the part of Celery, or ``OTHER``."""
    return next(
        (name for name, pattern in SUBJECTS.items() if pattern.search(message)), OTHER
    )


def _checked(root: Path, *more: str) -> Output:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(file for file in _files(root)))
        listed.flush()
        return output(
            [command("mypy"), *ARGUMENTS, *more, f"@{listed.name}"], root, (0, ERRORS)
        )


def _files(root: Path) -> list[str]:
    """List what mypy can take: it would end at a syntax error, and at modules it can't name."""
    files = (file.relative_to(root) for file in python_files(root))
    return [
        file.as_posix()
        for file in files
        if all(part.isidentifier() for part in file.with_suffix("").parts)
        and not (root / file.with_suffix("")).is_dir()
        and _parses(root / file)
    ]


def _parses(file: Path) -> bool:
    try:
        ast.parse(file.read_bytes(), feature_version=sys.version_info[:2])
    except (SyntaxError, ValueError):
        return False
    return True
