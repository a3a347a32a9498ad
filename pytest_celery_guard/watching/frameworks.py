"""Where each web framework begins to answer a request: one row a framework.

Each row names a method that handles one whole request, middleware included. The method is
wrapped while a guard is on, and only where the framework is imported.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pytest_celery_guard.private.frameworks import (
    AIOHTTP_REQUEST,
    MARKED_COROUTINE,
    TORNADO_REQUEST,
)
from pytest_celery_guard.watching.places import ELSEWHERE, Place

Kind = Literal["function", "coroutine", "router"]
"""How a method handles a request: by itself, on the event loop, or by finding who does."""


@dataclass(frozen=True, eq=False)
class Handler:
    """A method that handles a request, or finds the function that does.

    ``place`` gets the arguments and names the request; it gives None when there is none.
    """

    module: str
    owner: str
    method: str
    kind: Kind
    place: Callable[..., Place | None]

    def target(self) -> Any:
        """The class that has the method."""
        return getattr(sys.modules[self.module], self.owner)


def on_loop() -> bool:
    """Of a framework that calls all views on its event loop."""
    return True


def is_coroutine_function(view: object) -> bool:
    """Whether a view is run by the event loop; Django marks the views that classes make."""
    return inspect.iscoroutinefunction(view) or hasattr(view, MARKED_COROUTINE)


def django(_: Any, request: Any) -> Place:
    """A ``django.http.HttpRequest``; what Django REST framework answers is one, too."""

    def hands_over() -> bool:
        return is_coroutine_function(getattr(request.resolver_match, "func", None))

    return Place("request", f"{request.method} {request.path}", hands_over=hands_over)


def flask(app: Any, *_: Any) -> Place:
    """The request that Flask has made current."""
    request = sys.modules["flask"].request

    def hands_over() -> bool:
        return is_coroutine_function(app.view_functions.get(request.endpoint))

    return Place("request", f"{request.method} {request.path}", hands_over=hands_over)


def starlette(_: Any, scope: Mapping[str, Any], *__: Any) -> Place | None:
    """An ASGI scope; FastAPI is a Starlette."""
    if scope["type"] not in {"http", "websocket"}:
        return None
    method = scope.get("method", "WEBSOCKET")

    def hands_over() -> bool:
        return is_coroutine_function(scope.get("endpoint"))

    return Place("request", f"{method} {scope['path']}", hands_over=hands_over)


def background(*_: Any) -> Place:
    """What runs after the response was sent keeps nobody waiting."""
    return ELSEWHERE


def quart(app: Any, request: Any) -> Place:
    """A ``quart.Request``; views that are no coroutines run in threads."""

    def hands_over() -> bool:
        return is_coroutine_function(app.view_functions.get(request.endpoint))

    return Place("request", f"{request.method} {request.path}", hands_over=hands_over)


def aiohttp(_: Any, request: Any, *__: Any) -> Place:
    """An ``aiohttp.web.BaseRequest``."""
    return Place("request", f"{request.method} {request.path}", hands_over=on_loop)


def sanic(request: Any, *_: Any, **__: Any) -> Place:
    """A ``sanic.Request``; Sanic rewrites its own methods as it starts, so its router is asked."""
    return Place("request", f"{request.method} {request.path}", hands_over=on_loop)


def tornado(handler: Any, *_: Any, **__: Any) -> Place:
    """A ``tornado.web.RequestHandler``, which is made for one request."""
    request = handler.request
    return Place("request", f"{request.method} {request.path}", hands_over=on_loop)


DJANGO = "django.core.handlers.base", "BaseHandler"

HANDLERS = (
    Handler(*DJANGO, "get_response", "function", django),
    Handler(*DJANGO, "get_response_async", "coroutine", django),
    Handler("flask.app", "Flask", "full_dispatch_request", "function", flask),
    Handler("starlette.applications", "Starlette", "__call__", "coroutine", starlette),
    Handler("starlette.background", "BackgroundTask", "__call__", "coroutine", background),
    Handler("quart.app", "Quart", "handle_request", "coroutine", quart),
    Handler(
        "aiohttp.web_protocol", "RequestHandler", AIOHTTP_REQUEST, "coroutine", aiohttp
    ),
    Handler("sanic.router", "Router", "get", "router", sanic),
    Handler("tornado.web", "RequestHandler", TORNADO_REQUEST, "coroutine", tornado),
)
"""One row a framework; aiohttp 3 and Tornado 6 have no public method for it."""
