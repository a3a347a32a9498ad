"""Edits of calls: a keyword argument more, or another value for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import Site, site
from flake8_celery_get.finding import Edit, Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def with_argument(call: Site, text: str) -> Edit:
    """Give a call ``name=value``, on a line of its own where the others have one each."""
    node = cst.ensure_type(call.node, cst.Call)
    if not node.args:
        line, column = call.end()
        return call.inserted((line, column - 1), text)
    last = node.args[-1]
    indent = _indent(call, last)
    if indent is None:
        return call.inserted(call.end(last), f", {text}")
    if last.keyword or last.star == "**":  # before it, so that a comment stays with it
        return call.inserted(call.start(last), f"{text},\n{indent}")
    return call.inserted(call.end(last), f",\n{indent}{text}")


def argument_dropped(module: Module, at: Span, name: str, why: str) -> Fix | None:
    """A call loses a keyword argument, for which someone has to look whether it matters."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    call = cst.ensure_type(found.node, cst.Call)
    args = call.args
    names = [argument.keyword.value if argument.keyword else "" for argument in args]
    if name not in names:
        return None
    place = names.index(name)
    if names == [name]:
        edit = found.replaced(found.end(call.func), found.end(), "()")
    elif place:
        edit = found.replaced(found.end(args[place - 1]), found.end(args[place]), "")
    else:
        edit = found.replaced(found.start(args[0]), found.start(args[1]), "")
    if edit is None:
        edit = _line_dropped(found, args[place])
    return Fix(why, False, (edit,)) if edit is not None else None


def _line_dropped(call: Site, argument: cst.Arg) -> Edit | None:
    """The line of an argument that has one of its own; None where it has not."""
    start, end = call.start(argument), call.end(argument)
    line = call.lines[start[0] - 1]
    is_alone = line.strip().rstrip(",") == call.text(start, end)
    return Edit(start[0], 0, end[0] + 1, 0, "") if is_alone else None


def _indent(call: Site, argument: cst.Arg) -> str | None:
    """The blanks before an argument that starts a line; None where it does not."""
    line, column = call.start(argument)
    before = call.lines[line - 1][:column]
    return None if before.strip() else before


def argument_added(module: Module, at: Span, text: str, why: str) -> Fix | None:
    """A call gets an argument, for which someone has to look whether it is wanted."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    return Fix(why, False, (with_argument(found, text),))
