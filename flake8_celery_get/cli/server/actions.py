"""What an editor offers for a finding: its fix, and a comment that suppresses it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from lsprotocol import types

from flake8_celery_get.cli.noqa.wording import commented, obstacle
from flake8_celery_get.cli.server.places import Places
from flake8_celery_get.finding import Edit, Finding, Fix
from flake8_celery_get.noqa import by_line


class Open(Protocol):
    """What the editor has open, and what is on disk beside it."""

    def uri(self, path: str) -> str:
        """How the editor calls a file."""

    def places(self, path: str) -> Places:
        """Where things stand in the text that a file's findings are about."""

    def is_current(self, path: str) -> bool:
        """Whether that text is what the editor holds: nobody has typed since."""


def actions(
    text: str, finding: Finding, shown: types.Diagnostic, files: Open
) -> Iterator[types.CodeAction]:
    """The fix, preferred where it is safe; then the comment."""
    fix = finding.fix
    if fix is not None and all(files.is_current(path) for path, _ in fix.others):
        yield types.CodeAction(
            _title(fix),
            types.CodeActionKind.QuickFix,
            [shown],
            is_preferred=fix.is_safe,
            edit=_made(fix.by_file(finding.path), files),
        )
    comment = _comment(text, finding)
    if comment is not None:
        yield types.CodeAction(
            f"Suppress {finding.code} with a comment",
            types.CodeActionKind.QuickFix,
            [shown],
            edit=_made({finding.path: (comment,)}, files),
        )


def _made(edits: Mapping[str, Iterable[Edit]], files: Open) -> types.WorkspaceEdit:
    changes = {
        files.uri(path): [_edit(edit, places) for edit in theirs]
        for path, theirs in edits.items()
        for places in [files.places(path)]
    }
    return types.WorkspaceEdit(changes=changes)


def _title(fix: Fix) -> str:
    title = f"{fix.description[:1].upper()}{fix.description[1:]}"
    return title if fix.is_safe else f"{title} (may change behavior)"


def _edit(edit: Edit, places: Places) -> types.TextEdit:
    return types.TextEdit(places.range(edit), edit.text)


def _comment(text: str, finding: Finding) -> Edit | None:
    """The last line of what a comment counts for, with the comment."""
    stretch = by_line(text).get(finding.line)
    if stretch is None or obstacle(stretch, [finding.code]):
        return None
    before = stretch.text.removesuffix("\n").rpartition("\n")[2]
    line = commented(stretch, [finding.code])
    return Edit(stretch.last, 0, stretch.last, len(before), line)
