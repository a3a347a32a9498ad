"""What an editor offers for a finding: its fix, and a comment that suppresses it."""

from __future__ import annotations

from collections.abc import Iterator

from lsprotocol import types

from flake8_celery_get.cli.noqa.wording import commented, obstacle
from flake8_celery_get.cli.server.places import Places
from flake8_celery_get.finding import Edit, Finding, Fix
from flake8_celery_get.noqa import by_line


def actions(
    uri: str, text: str, finding: Finding, shown: types.Diagnostic, places: Places
) -> Iterator[types.CodeAction]:
    """The fix, preferred where it is safe; then the comment."""
    if finding.fix is not None:
        edits = [_edit(edit, places) for edit in finding.fix.edits]
        yield types.CodeAction(
            _title(finding.fix),
            types.CodeActionKind.QuickFix,
            [shown],
            is_preferred=finding.fix.is_safe,
            edit=types.WorkspaceEdit(changes={uri: edits}),
        )
    comment = _comment(text, finding)
    if comment is not None:
        yield types.CodeAction(
            f"Suppress {finding.code} with a comment",
            types.CodeActionKind.QuickFix,
            [shown],
            edit=types.WorkspaceEdit(changes={uri: [_edit(comment, places)]}),
        )


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
