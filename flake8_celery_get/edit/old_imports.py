"""An import of an old name: imported by its new one, which all of the file then uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.finding import Edit, Fix
from flake8_celery_get.source.quiet import quiet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span

_ALIAS = "celery_app"
"""What ``current_app`` is called in files that have Flask's."""


def import_renamed(
    module: Module,
    at: Span,
    old: str,
    new: tuple[str, str],
    *,
    is_safe: bool,
    keeps_name: bool,
    attribute: str = "",
) -> Fix | None:
    """``from a import old`` becomes ``from b import new``, and each use of it ``new``.

    With an ``attribute``, that of ``new`` is used: ``new.attribute``.

    It is ``from b import new as old`` where the file has something else called ``new``, and
    where it ``keeps_name``, as others import it from there.
    An attribute is that of ``celery_app`` where ``new`` is taken.
    """
    source = module.model.source(module.path)
    tree = _parsed(source.text) if module.model.makes_fixes else None
    statement = _import_at(tree, at, old) if tree is not None else None
    if tree is None or statement is None:
        return None
    name, has_new, uses = new[1], False, None
    for name in (new[1], _ALIAS) if attribute else (new[1],):
        has_new = bool(attribute) and _has(tree, new, name)
        uses = None if keeps_name else _uses(tree, statement, old, "" if has_new else name)
        if uses is not None:
            break
    if attribute and uses is None:
        return None
    bound = old if uses is None else name
    edit = _imported(source.lines, statement, old, new, bound)
    if has_new and len(statement.names) == 1 and statement.col_offset == 0:
        edit = Edit(statement.lineno, 0, _last(statement) + 1, 0, "")
    if edit is None:
        return None
    edits = tuple(_renamed(source.lines, use, name + attribute) for use in uses or ())
    return Fix(f"Import `{new[1]}` from `{new[0]}`", is_safe, (edit, *edits))


def _parsed(text: str) -> ast.Module | None:
    try:
        with quiet():
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _has(tree: ast.Module, new: tuple[str, str], name: str) -> bool:
    """Whether the module imports what is new by a name, and nothing else is called so."""
    bound = [
        (node.module, alias.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if (alias.asname or alias.name) == name
    ]
    return bool(bound) and set(bound) == {new}


def _import_at(tree: ast.Module, at: Span, old: str) -> ast.ImportFrom | None:
    """The import statement around a place, which names the old name once."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.lineno <= at[0] <= _last(node):
            return node if [each.name for each in node.names].count(old) == 1 else None
    return None


def _last(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def _uses(
    tree: ast.Module, statement: ast.ImportFrom, old: str, new: str
) -> list[ast.Name] | None:
    """The uses of the imported name; None where it can't be renamed, or need not be."""
    (alias,) = [each for each in statement.names if each.name == old]
    if alias.asname:
        return None
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    uses = [name for name in names if name.id == old]
    if old == new:
        return []
    is_bound = any(name in (old, new) for name in _other_names(tree, statement))
    is_set = any(not isinstance(use.ctx, ast.Load) for use in uses)
    return None if is_bound or is_set or any(n.id == new for n in names) else uses


def _other_names(tree: ast.Module, statement: ast.ImportFrom) -> Iterator[str]:
    """Names that other things have, and texts, which may be such a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.alias) and node not in statement.names:
            yield node.asname or node.name
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Global | ast.Nonlocal):
            yield from node.names


def _imported(
    lines: Sequence[str],
    statement: ast.ImportFrom,
    old: str,
    new: tuple[str, str],
    bound: str,
) -> Edit | None:
    """The statement by the new name, ``bound`` to one; None where a comment might be lost."""
    first, last = statement.lineno, _last(statement)
    start = _column(lines[first - 1], statement.col_offset)
    end = _column(lines[last - 1], statement.end_col_offset or 0)
    indent = lines[first - 1][:start]
    if indent.strip() or any("#" in row for row in lines[first - 1 : last - 1]):
        return None
    taken = next(each for each in statement.names if each.name == old)
    name = taken.asname or bound
    entry = new[1] if name == new[1] else f"{new[1]} as {name}"
    rest = [_written(each) for each in statement.names if each is not taken]
    if new[0] == statement.module:
        rest.insert(statement.names.index(taken), entry)
        rows = [f"from {new[0]} import {', '.join(rest)}"]
    else:
        rows = [f"from {statement.module} import {', '.join(rest)}"] if rest else []
        rows.append(f"from {new[0]} import {entry}")
    return Edit(first, start, last, end, f"\n{indent}".join(rows))


def _written(alias: ast.alias) -> str:
    return f"{alias.name} as {alias.asname}" if alias.asname else alias.name


def _renamed(lines: Sequence[str], use: ast.Name, new: str) -> Edit:
    start = _column(lines[use.lineno - 1], use.col_offset)
    return Edit(use.lineno, start, use.lineno, start + len(use.id), new)


def _column(line: str, octets: int) -> int:
    """``ast`` counts octets."""
    return len(line.encode()[:octets].decode())
