"""Edits of sends: ``delay`` becomes ``apply_async``, an option gets another name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from flake8_celery_get.edit.site import Site, site
from flake8_celery_get.finding import Fix

if TYPE_CHECKING:
    from flake8_celery_get.model.ask.module import Module
    from flake8_celery_get.source.code import Span


def applied(module: Module, at: Span, options: Sequence[str]) -> Fix | None:
    """``delay(x, y=1, countdown=5)`` becomes ``apply_async((x,), {"y": 1}, countdown=5)``."""
    found = site(module, at, cst.Call)
    if found is None:
        return None
    call = cst.ensure_type(found.node, cst.Call)
    if not isinstance(call.func, cst.Attribute) or any(each.star for each in call.args):
        return None
    name = call.func.attr.value.replace("delay", "apply_async")
    text = f"{name}({', '.join(_arguments(found, call, options))})"
    edit = found.replaced(found.start(call.func.attr), found.end(), text)
    return Fix(f"Send it with `{name}`", True, (edit,)) if edit is not None else None


def _arguments(found: Site, call: cst.Call, options: Sequence[str]) -> list[str]:
    args, kwargs, rest = list[str](), list[str](), list[str]()
    for each in call.args:
        source = found.text(found.start(each.value), found.end(each.value))
        if each.keyword is None:
            args.append(source)
        elif each.keyword.value in options:
            rest.append(f"{each.keyword.value}={source}")
        else:
            kwargs.append(f'"{each.keyword.value}": {source}')
    packed = [f"({', '.join(args)}{',' * (len(args) == 1)})"] if args else []
    named = [f"{'' if args else 'kwargs='}{{{', '.join(kwargs)}}}"] if kwargs else []
    return [*packed, *named, *rest]
