"""How each web framework marks what answers a request."""

from __future__ import annotations

from flake8_celery_get.model.known.web.table import (
    CHECKS,
    DEPENDENCIES,
    FRAMEWORKS,
    HTTP_VERBS,
    PUBLIC_METHODS,
    ROUTES,
    Framework,
)

__all__ = ["CHECKS", "DEPENDENCIES", "FRAMEWORKS", "HTTP_VERBS", "PUBLIC_METHODS"]

EVERY_METHOD = "every"
METHODS_WITH_REQUEST = "request"
"""Stand among handlers for methods that have no settled name."""

_SERIALIZER_HOOKS = frozenset({"get_*", "validate_*"})
"""What a serializer runs for single fields."""

FORM_HOOKS = frozenset({"clean", "clean_*", "validate", "validate_*"})
"""What a form runs to check what was entered; who calls ``save`` is seen in the view."""

FIELD_HOOKS = frozenset(
    {"clean", "prepare_value", "run_validators", "to_python", "validate"}
)
"""What a form runs of one of its fields."""

HANDED_AS = frozenset(
    {
        "after_request", "after_response", "before_request", "exception_handlers", "guards",
        "validators",
    }
)  # fmt: skip
"""Arguments by which an app, a route or a field gets what it runs for a request."""

_BY_TOP = {framework.top: framework for framework in FRAMEWORKS}
_REGISTERS = frozenset().union(*(framework.registers for framework in FRAMEWORKS))
_REGISTERING = ("add_", "after_", "before_", "register_", "teardown_")
"""How the names of methods begin that hardly anything but a web app has."""
_FALCON_RESPONDERS = frozenset(f"on_{verb}" for verb in HTTP_VERBS)
_USUAL_METHODS = HTTP_VERBS | {"dispatch", "__call__"}
"""Methods that answer requests, and whose names ordinary classes have, too."""
_CALLABLE_HANDLERS = _USUAL_METHODS | {
    "process_request", "process_view", "process_response",
    "process_exception", "process_template_response",
}  # fmt: skip
_FALCON_MIDDLEWARE = frozenset({"process_request", "process_resource", "process_response"})


def framework_of(path: str) -> Framework | None:
    """The framework that a dotted path belongs to."""
    return _BY_TOP.get(path.partition(".")[0])


def decorates_view(path: str) -> bool:
    """Whether a decorator with this dotted path makes a view."""
    framework = framework_of(path)
    return framework is not None and path.rpartition(".")[2] in framework.decorators


def looks_like_route(text: str, first_argument: object) -> bool:
    """Whether a decorator nobody could resolve reads as ``@something.get("/path")``."""
    base, _, last = text.rpartition(".")
    is_url = isinstance(first_argument, str) and (first_argument[:1] in {"/", "<"})
    return bool(base) and is_url and last in ROUTES


def registers(path: str) -> bool:
    """Whether a call of this dotted path is handed a view."""
    framework = framework_of(path)
    return framework is not None and path.rpartition(".")[2] in framework.registers


def registers_by_name(name: str) -> bool:
    """Whether a method of this name, of an object nobody knows, is handed a view."""
    return name.startswith(_REGISTERING) and name in _REGISTERS


def runs_what_it_gets(path: str) -> bool:
    """Whether what a call gets by one of the names ``HANDED_AS`` runs for requests.

    What validates a model also runs elsewhere.
    """
    return framework_of(path) is not None and ".db." not in path


def handlers_of(base: str) -> frozenset[str] | None:
    """The methods that answer requests in a class with this outside base; None for no view."""
    framework = framework_of(base)
    if framework is None or not base.endswith(framework.bases or ("\0",)):
        return None
    if ".admin" in base:
        return framework.handlers | {METHODS_WITH_REQUEST}
    if base.endswith("Form"):
        return FORM_HOOKS
    if base.endswith("Field") and framework.top == "django":
        return FIELD_HOOKS if ".forms." in base else None
    if base.endswith("Serializer"):
        return framework.handlers | _SERIALIZER_HOOKS
    return framework.handlers


def answers_by_shape(name: str, parameters: tuple[str, ...], is_method: bool) -> bool:
    """Whether a function is a view by its name and parameters alone."""
    if not is_method:
        return "request" in parameters[:1] or (
            "request" in parameters[1:2]
            and (parameters[0] in {"modeladmin", "model_admin"})
        )
    if name == "__call__" and parameters[1:3] == ("environ", "start_response"):
        return True
    if name in _FALCON_RESPONDERS and len(parameters) >= 3:
        return True
    if name in _FALCON_MIDDLEWARE and parameters[1:3] == ("req", "resp"):
        return True
    is_web = "spider" not in parameters  # Scrapy's middleware has requests that it sends
    return is_web and name in _CALLABLE_HANDLERS and parameters[1:2] == ("request",)


def takes_any_request(name: str, parameters: tuple[str, ...]) -> bool:
    """Whether a method with a view's name and parameters may take requests of another kind."""
    return name in _USUAL_METHODS and parameters[1:2] == ("request",)
