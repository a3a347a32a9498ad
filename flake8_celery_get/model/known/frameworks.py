"""How each web framework marks what answers a request. One row a framework."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PUBLIC_METHODS = "public"
EVERY_METHOD = "every"
METHODS_WITH_REQUEST = "request"
"""Stand among handlers for methods that have no settled name; ``resolve_*`` is a prefix."""

HTTP_VERBS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "trace"}
)
_ROUTES = HTTP_VERBS | {"route", "websocket", "api_route", "websocket_route", "middleware"}

DEPENDENCIES = frozenset({"Depends", "Security"})
"""What FastAPI is told by which functions to call before a view, in its signature."""


@dataclass(frozen=True, slots=True)
class Framework:
    """``top`` is the package. The rest are last names inside it.

    ``decorators`` mark a function; ``bases`` mark a class, whose methods ``handlers``
    answer requests; ``registers`` names calls that are handed a view.
    """

    top: str
    decorators: frozenset[str] = frozenset()
    bases: tuple[str, ...] = ()
    handlers: frozenset[str] = HTTP_VERBS
    registers: frozenset[str] = frozenset()


def _row(
    top: str,
    decorators: Iterable[str] = (),
    bases: tuple[str, ...] = (),
    handlers: Iterable[str] = (),
    registers: Iterable[str] = (),
) -> Framework:
    return Framework(
        top, frozenset(decorators), bases, HTTP_VERBS | set(handlers), frozenset(registers)
    )


_DJANGO_HOOKS = (
    "dispatch", "get_context_data", "form_valid", "form_invalid", "get_queryset",
    "get_object", "render_to_response", "http_method_not_allowed", "setup",
    "process_request", "process_view", "process_response", "delete_queryset",
    "get_success_url", "get_redirect_url", "get_form", "get_form_kwargs", "get_initial",
    "get_template_names", "paginate_queryset", "test_func", "has_permission",
    "handle_no_permission",
)  # fmt: skip
_DJANGO_DECORATORS = (
    "login_required", "permission_required", "user_passes_test", "require_http_methods",
    "require_GET", "require_POST", "require_safe", "csrf_exempt", "csrf_protect",
    "never_cache", "cache_page", "cache_control", "ensure_csrf_cookie", "gzip_page",
    "condition", "etag", "last_modified", "vary_on_headers", "vary_on_cookie",
    "xframe_options_exempt", "staff_member_required", "action", "requires_csrf_token",
    "non_atomic_requests", "sensitive_post_parameters",
)  # fmt: skip
_DRF_HOOKS = (
    "list", "create", "retrieve", "update", "partial_update", "destroy", "perform_create",
    "perform_update", "perform_destroy", "get_queryset", "get_object", "initial",
    "finalize_response", "get_serializer_context", "save", "validate", "to_internal_value",
    "to_representation", "get_serializer", "get_serializer_class", "filter_queryset",
    "paginate_queryset", "get_permissions", "check_permissions", "has_permission",
    "has_object_permission", "allow_request", "authenticate", "handle_exception",
)  # fmt: skip
_SERIALIZER_HOOKS = frozenset({"get_*", "validate_*"})
"""What a serializer runs for single fields."""

FORM_HOOKS = frozenset({"clean", "clean_*", "validate", "validate_*"})
"""What a form runs to check what was entered; who calls ``save`` is seen in the view."""

_GRAPHENE = ("ObjectType", "Mutation", "MutationMixin", "Query", "Interface")
_GRAPHENE_HOOKS = (
    "resolve_*",
    "mutate",
    "mutate_and_get_payload",
    "get_queryset",
    "get_node",
)
_FLASK = {
    *_ROUTES, "before_request", "after_request", "before_app_request", "errorhandler",
    "teardown_request", "app_errorhandler", "after_app_request", "before_first_request",
    "context_processor", "expose", "login_required", "arguments", "response",
}  # fmt: skip

_EVENTS = ("on", "event", "on_error", "on_error_default")
"""Decorators of what handles a client's messages."""

FRAMEWORKS: tuple[Framework, ...] = (
    _row("django", _DJANGO_DECORATORS, ("View", "Mixin", "Admin", "Inline", "Feed",
         "MiddlewareMixin", "Form"), _DJANGO_HOOKS, ("path", "re_path", "url")),
    _row("rest_framework", ("api_view", "action", "detail_route", "list_route"),
         ("APIView", "View", "ViewSet", "Mixin", "ViewSetMixin", "Serializer", "Permission",
          "Throttle", "Authentication"), _DRF_HOOKS),
    _row("ninja", {*_ROUTES, "api_operation", "operation"}),
    _row("ninja_extra", {*_ROUTES, "http_get", "http_post"}),
    _row("flask", _FLASK, ("View", "MethodView"), ("dispatch_request",), ("add_url_rule",)),
    _row("flask_restful", (), ("Resource",), ("dispatch_request",)),
    _row("flask_restx", ("route",), ("Resource",), ("dispatch_request",)),
    _row("flask_restplus", ("route",), ("Resource",), ("dispatch_request",)),
    _row("flask_classful", ("route",), ("FlaskView",), (PUBLIC_METHODS,)),
    _row("flask_smorest", _FLASK),
    _row("flask_wtf", (), ("Form",)),
    _row("wtforms", (), ("Form",)),
    _row("flask_appbuilder", ("expose", "expose_api"), ("View", "Api"), ()),
    _row("flask_admin", ("expose", "action"), ("View",), ()),
    _row("flask_openapi3", _FLASK),
    _row("flask_socketio", _EVENTS, ("Namespace",), ("on_*",)),
    _row("apiflask", _FLASK, ("MethodView",)),
    _row("quart", _FLASK, ("View", "MethodView"), ("dispatch_request",), ("add_url_rule",)),
    _row("fastapi", {*_ROUTES, "exception_handler"}, ("HTTPEndpoint",), (),
         {"add_api_route", "add_route"} | DEPENDENCIES),
    _row("starlette", {*_ROUTES, "exception_handler"},
         ("HTTPEndpoint", "WebSocketEndpoint", "BaseHTTPMiddleware"),
         ("dispatch", "on_receive", "on_connect", "on_disconnect"),
         ("Route", "WebSocketRoute", "add_route")),
    _row("litestar", _ROUTES, (), (), ("Provide",)),
    _row("starlite", _ROUTES),
    _row("aiohttp", {*_ROUTES, "view"}, ("View",), (),
         {"add_get", "add_post", "add_put", "add_patch", "add_delete", "add_head",
          "add_route", "add_view", "route", "view"} | HTTP_VERBS),
    _row("sanic", {*_ROUTES, "on_request", "on_response", "exception"},
         ("HTTPMethodView",), (), ("add_route", "add_websocket_route")),
    _row("tornado", (), ("RequestHandler", "WebSocketHandler"),
         ("prepare", "open", "on_message", "on_finish", "on_close", "initialize")),
    _row("pyramid", ("view_config", "notfound_view_config", "forbidden_view_config",
         "exception_view_config"), (), (), ("add_view",)),
    _row("cornice", HTTP_VERBS),
    _row("bottle", _ROUTES),
    _row("falcon", (), (), (), ("add_route",)),
    _row("dash", ("callback",)),
    _row("socketio", _EVENTS, ("Namespace",), ("on_*",)),
    _row("hug", {*_ROUTES, "call", "http", "object"}),
    _row("channels", (), ("Consumer",), (PUBLIC_METHODS,)),
    _row("cherrypy", ("expose",)),
    _row("responder", _ROUTES),
    _row("webapp2", (), ("RequestHandler",)),
    _row("masonite", (), ("Controller",), (PUBLIC_METHODS,)),
    _row("blacksheep", _ROUTES, ("Controller",)),
    _row("robyn", _ROUTES),
    _row("graphene", (), _GRAPHENE, _GRAPHENE_HOOKS),
    _row("graphene_django", (), _GRAPHENE, _GRAPHENE_HOOKS),
    _row("strawberry", ("field", "mutation", "subscription")),
    _row("strawberry_django", ("field", "mutation")),
    _row("ariadne", ("field", "source")),
    _row("emmett", ("route",)),
)  # fmt: skip

_BY_TOP = {framework.top: framework for framework in FRAMEWORKS}
_REGISTERS = frozenset().union(*(framework.registers for framework in FRAMEWORKS))
_FALCON_RESPONDERS = frozenset(f"on_{verb}" for verb in HTTP_VERBS)
_CALLABLE_HANDLERS = HTTP_VERBS | {
    "dispatch", "__call__", "process_request", "process_view", "process_response",
}  # fmt: skip


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
    return bool(base) and is_url and last in _ROUTES


def registers(path: str) -> bool:
    """Whether a call of this dotted path is handed a view."""
    framework = framework_of(path)
    return framework is not None and path.rpartition(".")[2] in framework.registers


def registers_by_name(name: str) -> bool:
    """Whether a method of this name, of an object nobody knows, is handed a view."""
    return name.startswith("add_") and name in _REGISTERS


def handlers_of(base: str) -> frozenset[str] | None:
    """The methods that answer requests in a class with this outside base; None for no view."""
    framework = framework_of(base)
    if framework is None or not base.endswith(framework.bases or ("\0",)):
        return None
    if ".admin" in base:
        return framework.handlers | {METHODS_WITH_REQUEST}
    if base.endswith("Form"):
        return FORM_HOOKS
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
    if name in _FALCON_RESPONDERS and len(parameters) >= 3:
        return True
    return name in _CALLABLE_HANDLERS and parameters[1:2] == ("request",)
