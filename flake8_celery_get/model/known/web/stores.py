"""Where web applications keep objects for those who answer requests. One row a store.

https://www.starlette.io/applications/#storing-state-on-the-app-instance
https://www.starlette.io/lifespan/#lifespan-state
https://flask.palletsprojects.com/en/stable/extensiondev/
https://docs.aiohttp.org/en/stable/web_advanced.html#application-s-config
https://sanic.dev/en/guide/basics/app.html#application-context
https://www.tornadoweb.org/en/stable/web.html#tornado.web.Application.settings
"""

from __future__ import annotations

import re

from flake8_celery_get.model.known.web.frameworks import framework_of

APP, REQUEST, CONTEXT = "app", "request", "g"
ITEMS = "[]"
"""Ends the store of what an app or a request keeps as its own items."""

SETTINGS, REQUEST_STATE = "app.settings", "request.state"

STORES = frozenset(
    {
        "app.state", REQUEST_STATE,  # Starlette, FastAPI
        "app.extensions", "app.config",  # Flask, Quart
        "app.ctx", "request.ctx",  # Sanic
        SETTINGS,  # Tornado
    }
)  # fmt: skip
"""Attributes of an app or a request in which others keep objects."""

OF_ATTRIBUTES = frozenset(
    {APP, REQUEST, CONTEXT, "app.state", REQUEST_STATE, "app.ctx", "request.ctx"}
)
"""Those that keep objects as attributes; others keep items."""

ROOMS = frozenset(store.rpartition(".")[2] for store in STORES)

APPS = frozenset({"app", "application", "config_dict", "current_app"})
"""Names that mean an app, where nothing says what they are.

Those of aiohttp's nested apps have ``request.config_dict`` beside ``request.app``.
"""

_OWN_REQUESTS = frozenset({"req", "request"})
_REQUESTS = _OWN_REQUESTS | {"conn", "connection", "websocket", "ws"}

_APP_CLASSES = frozenset(
    {
        "APIFlask",
        "Application",
        "FastAPI",
        "Flask",
        "OpenAPI",
        "Quart",
        "Sanic",
        "Starlette",
    }
)
_CONTEXTS = frozenset({"flask.g", "quart.g"})


def holder_by_path(path: str) -> str:
    """What a name of a framework is, or what its call gives; empty for nothing of these."""
    if path in _CONTEXTS:
        return CONTEXT
    if framework_of(path) is None:
        return ""
    last = path.removesuffix("()").rpartition(".")[2]
    return APP if last in _APP_CLASSES else holder_by_name(last)


def holder_by_name(name: str) -> str:
    """What a name means of which nothing else is known: APP, REQUEST or nothing."""
    if name in APPS:
        return APP
    return REQUEST if name in _REQUESTS else ""


def may_hold(name: str) -> bool:
    """Whether what is called so may be a store, where nothing says what it is."""
    return name in ROOMS or name in APPS or name in _OWN_REQUESTS


def is_handler(path: str) -> bool:
    """Whether it is a base of Tornado's handlers, which have the settings of their app."""
    return path.startswith("tornado.") and path.endswith("Handler")


def words_for(store: str) -> frozenset[str]:
    """The words of which one stands wherever something is taken out of a store."""
    holder = store.removesuffix(ITEMS)
    if holder == APP:
        return APPS
    if holder == REQUEST:
        return _OWN_REQUESTS
    return frozenset({store.rpartition(".")[2]})


_STORE = "|".join(sorted(APPS | ROOMS | {CONTEXT, REQUEST}))
_PUTS = rf"\b(?:{_STORE})(?:\.\w+|\[[^]\n]+\])\s*=\s*"
_FILLS = re.compile(rf"{_PUTS}[^=\s]")
_KEEPS_ITSELF = re.compile(rf"{_PUTS}self\b(?!\.)")


def fills(text: str) -> bool:
    """Whether code puts something into a store."""
    return _FILLS.search(text) is not None


def keeps_itself(text: str) -> bool:
    """Whether a method puts its object into a store: ``app.extensions["jobs"] = self``."""
    return _KEEPS_ITSELF.search(text) is not None
