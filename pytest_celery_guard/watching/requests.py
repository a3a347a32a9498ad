"""Makes each request a place while a guard is on."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from pytest_celery_guard.basics.restoring import swap
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.watching.frames import ENTRIES
from pytest_celery_guard.watching.frameworks import HANDLERS, Handler
from pytest_celery_guard.watching.imports import tell_imports
from pytest_celery_guard.watching.places import entered, entered_here

MODULES = frozenset(handler.module for handler in HANDLERS)


def see_requests(undo: Undo) -> None:
    """Wrap the handlers of the frameworks that are imported, now or later."""

    def wrap(module: str) -> None:
        for handler in HANDLERS:
            if handler.module == module:
                _wrap(undo, handler)

    imported = [name for name in MODULES if name in sys.modules]
    for name in imported:
        wrap(name)
    tell_imports(undo, MODULES.difference(imported), wrap)


def _wrap(undo: Undo, handler: Handler) -> None:
    owner = handler.target()
    swap(undo, owner, handler.method, wrapped(handler, vars(owner)[handler.method]))


@functools.cache
def wrapped(handler: Handler, original: Callable[..., Any]) -> Callable[..., Any]:
    """The method, in the place that it makes; kept, since each test needs it anew."""
    return functools.wraps(original)(WRAPPERS[handler.kind](handler, original))


def _function(handler: Handler, original: Callable[..., Any]) -> Callable[..., Any]:
    def handle(*args: Any, **kwargs: Any) -> Any:
        with _in_place(handler, args, kwargs):
            return original(*args, **kwargs)

    ENTRIES.add(handle.__code__)
    return handle


def _coroutine(handler: Handler, original: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(*args: Any, **kwargs: Any) -> Any:
        with _in_place(handler, args, kwargs):
            return await original(*args, **kwargs)

    ENTRIES.add(handle.__code__)
    return handle


def _router(handler: Handler, original: Callable[..., Any]) -> Callable[..., Any]:
    def find(*args: Any, **kwargs: Any) -> Any:
        route, view, *rest = original(*args, **kwargs)
        return route, view and functools.wraps(view)(_view(handler, view)), *rest

    return find


def _view(handler: Handler, view: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(*args: Any, **kwargs: Any) -> Any:
        with _in_place(handler, args, kwargs):
            response = view(*args, **kwargs)
            return await response if inspect.isawaitable(response) else response

    ENTRIES.add(handle.__code__)
    return handle


WRAPPERS = {"function": _function, "coroutine": _coroutine, "router": _router}


def _in_place(
    handler: Handler, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> AbstractContextManager[None]:
    place, around = handler.place(*args, **kwargs), entered_here()
    # An application that is mounted in another one answers the same request.
    is_same = place and around and place.kind == around.kind == "request"
    return nullcontext() if place is None or is_same else entered(place)
