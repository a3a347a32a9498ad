"""Lists every place of a corpus where a finding could stand.

The list comes from `ast` and plain text, never from the engine: it is what the verdicts
are read from, so it must not share the engine's blind spots.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from accuracy.kinds import Words, canvases, results, settings, states, waits

SENDS_OR_READS = re.compile(
    r"\.(delay|apply_async|send_task|apply|delay_on_commit)\b|\.(si?|signature|subtask)\("
    r"|\b(AsyncResult|GroupResult|ResultSet|EagerResult|allow_join_result|disable_sync_subtasks)\b"
)
SPEAKS_OF_CELERY = re.compile(
    r"celery|update_state|result_(backend|expires)", re.IGNORECASE
)

KINDS: tuple[tuple[re.Pattern[str], Callable[[ast.AST], Words]], ...] = (
    (SENDS_OR_READS, waits.words),
    (SENDS_OR_READS, results.words),
    (SENDS_OR_READS, canvases.words),
    (SPEAKS_OF_CELERY, states.words),
    (SPEAKS_OF_CELERY, settings.words),
)
"""What a file must speak of to be read for a theme."""


@dataclass(frozen=True, slots=True, order=True)
class Candidate:
    """One line that has to be reviewed manually. ``path`` is relative to the corpus."""

    path: str
    line: int
    word: str
    source: str


def python_files(root: Path) -> list[Path]:
    """Return the Python files under ``root``, sorted; a folder may bear such a name, too."""
    return sorted(file for file in root.rglob("*.py") if file.is_file())


def candidates(root: Path) -> Iterator[Candidate]:
    """Yield the candidates of all Python files under ``root``, sorted by place."""
    for file in python_files(root):
        text = file.read_text(encoding="utf-8", errors="replace")
        wanted = [words for spoken_of, words in KINDS if spoken_of.search(text)]
        if wanted:
            yield from _of_file(file.relative_to(root).as_posix(), text, wanted)


def _of_file(
    path: str, text: str, wanted: list[Callable[[ast.AST], Words]]
) -> Iterator[Candidate]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines()
    for line, word in sorted({found for words in wanted for found in words(tree)}):
        yield Candidate(path, line, word, lines[line - 1].strip())


if __name__ == "__main__":
    for found in candidates(Path(sys.argv[1])):
        print(f"{found.path}:{found.line}\t{found.word}\t{found.source}")
