"""The import that an edit needs, where the file does not have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.finding import Edit

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def with_import(module: Module, name: str, at: Span) -> tuple[Edit, ...] | None:
    """The edit that imports ``name`` above ``at``; none where it is there.

    None where there is no place for it, or another thing has the name.
    """
    source = module.model.source(module.path)
    if any(name in definition.names for definition in source.outline.definitions):
        return None
    bound = [each for each in source.outline.imports if each.alias == name]
    if bound:
        is_there = all(each.module == name and not each.name for each in bound)
        return () if is_there and bound[0].line < at[0] else None
    for each in source.outline.imports:
        line = source.lines[each.line - 1] if each.line else ""
        is_plain = line.startswith(("import ", "from ")) and each.module != "__future__"
        if is_plain and not each.may_fail and each.line < at[0]:
            return (Edit(each.line, 0, each.line, 0, f"import {name}\n"),)
    return None
