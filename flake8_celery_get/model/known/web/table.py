"""What web frameworks run to answer a request. One row a framework."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PUBLIC_METHODS = "public"
"""Stands among handlers for methods that have no settled name; ``resolve_*`` is a prefix."""

HTTP_VERBS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "trace"}
)
ROUTES = HTTP_VERBS | {"route", "websocket", "api_route", "websocket_route", "middleware"}

DEPENDENCIES = frozenset({"Depends", "Security"})
"""What FastAPI is told by which functions to call before a view, in its signature."""

CHECKS = frozenset(
    {"after", "before", "condition", "etag", "last_modified", "user_passes_test"}
)
"""Decorators of views that get a function which runs before or after them."""


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
    "handle_no_permission", "process_exception", "process_template_response", "render",
    "authenticate", "get_user",
)  # fmt: skip
_DJANGO_DECORATORS = (
    "login_required", "permission_required", "user_passes_test", "require_http_methods",
    "require_GET", "require_POST", "require_safe", "csrf_exempt", "csrf_protect",
    "never_cache", "cache_page", "cache_control", "ensure_csrf_cookie", "gzip_page",
    "condition", "etag", "last_modified", "vary_on_headers", "vary_on_cookie",
    "xframe_options_exempt", "staff_member_required", "action", "requires_csrf_token",
    "non_atomic_requests", "sensitive_post_parameters", "display", "simple_tag",
    "simple_block_tag", "inclusion_tag", "filter",
)  # fmt: skip
_DRF_HOOKS = (
    "list", "create", "retrieve", "update", "partial_update", "destroy", "perform_create",
    "perform_update", "perform_destroy", "get_queryset", "get_object", "initial",
    "finalize_response", "get_serializer_context", "save", "validate", "to_internal_value",
    "to_representation", "get_serializer", "get_serializer_class", "filter_queryset",
    "paginate_queryset", "get_permissions", "check_permissions", "has_permission",
    "has_object_permission", "allow_request", "authenticate", "handle_exception",
    "authenticate_credentials", "get_cache_key", "get_search_terms", "get_ordering", "parse",
    "render", "get_paginated_response", "determine_version",
)  # fmt: skip
_GRAPHENE = ("ObjectType", "Mutation", "MutationMixin", "Query", "Interface")
_GRAPHENE_HOOKS = (
    "resolve_*",
    "mutate",
    "mutate_and_get_payload",
    "get_queryset",
    "get_node",
)
_FLASK = {
    *ROUTES, "before_request", "after_request", "before_app_request", "errorhandler",
    "teardown_request", "app_errorhandler", "after_app_request", "before_first_request",
    "context_processor", "expose", "login_required", "arguments", "response",
    "app_context_processor", "teardown_appcontext", "teardown_app_request",
    "template_filter", "template_global", "template_test", "app_template_filter",
    "app_template_global", "app_template_test", "url_value_preprocessor", "url_defaults",
    "app_url_value_preprocessor", "app_url_defaults",
}  # fmt: skip

_FLASK_REGISTERS = (
    "add_url_rule", "add_template_filter", "add_template_global", "add_template_test",
    "register_error_handler", "before_request", "before_app_request", "after_request",
    "after_app_request", "teardown_request", "teardown_app_request", "teardown_appcontext",
)  # fmt: skip

_EVENTS = ("on", "event", "on_error", "on_error_default")
"""Decorators of what handles a client's messages."""

FRAMEWORKS: tuple[Framework, ...] = (
    _row("django", _DJANGO_DECORATORS, ("View", "Mixin", "Admin", "AdminSite", "Inline",
         "Feed", "MiddlewareMixin", "Form", "Field", "ListFilter", "template.Node",
         "template.base.Node", "auth.backends.BaseBackend", "auth.backends.ModelBackend"),
         _DJANGO_HOOKS, {"path", "re_path", "url"} | CHECKS),
    _row("rest_framework", ("api_view", "action", "detail_route", "list_route"),
         ("APIView", "View", "ViewSet", "Mixin", "ViewSetMixin", "Serializer", "Permission",
          "Permissions", "Throttle", "Authentication", "Field", "Filter", "FilterBackend",
          "Renderer", "Parser", "Pagination", "Versioning", "AllowAny", "IsAdminUser",
          "IsAuthenticated", "IsAuthenticatedOrReadOnly"), _DRF_HOOKS),
    _row("django_filters", (), ("FilterSet", "FilterBackend"), ("filter_*",)),
    _row("ninja", {*ROUTES, "api_operation", "operation", "exception_handler"},
         ("HttpBearer", "HttpBasicAuth", "APIKeyHeader", "APIKeyQuery", "APIKeyCookie"),
         ("authenticate",)),
    _row("ninja_extra", {*ROUTES, "http_get", "http_post"}),
    _row("flask", _FLASK, ("View", "MethodView"), ("dispatch_request",), _FLASK_REGISTERS),
    _row("flask_restful", (), ("Resource",), ("dispatch_request",)),
    _row("flask_restx", ("route",), ("Resource",), ("dispatch_request",)),
    _row("flask_restplus", ("route",), ("Resource",), ("dispatch_request",)),
    _row("flask_classful", ("route",), ("FlaskView",), (PUBLIC_METHODS,)),
    _row("flask_smorest", _FLASK),
    _row("flask_login", ("user_loader", "request_loader", "unauthorized_handler",
         "needs_refresh_handler")),
    _row("flask_jwt_extended", ("user_lookup_loader", "user_identity_loader",
         "token_in_blocklist_loader", "token_verification_loader",
         "additional_claims_loader", "jwt_required")),
    _row("flask_httpauth", ("verify_password", "verify_token", "get_password",
         "get_user_roles", "error_handler", "login_required")),
    _row("flask_wtf", (), ("Form",)),
    _row("wtforms", (), ("Form",)),
    _row("flask_appbuilder", ("expose", "expose_api"), ("View", "Api"),
         ("pre_add", "post_add", "pre_update", "post_update", "pre_delete", "post_delete",
          "prefill_form")),
    _row("flask_admin", ("expose", "action"), ("View",),
         ("is_accessible", "inaccessible_callback", "on_model_change", "on_model_delete",
          "after_model_change", "after_model_delete", "get_query", "get_count_query",
          "create_model", "update_model", "delete_model", "on_form_prefill")),
    _row("flask_openapi3", _FLASK),
    _row("flask_socketio", _EVENTS, ("Namespace",), ("on_*",)),
    _row("apiflask", _FLASK, ("MethodView",)),
    _row("quart", {*_FLASK, "before_websocket", "after_websocket", "teardown_websocket"},
         ("View", "MethodView"), ("dispatch_request",), _FLASK_REGISTERS),
    _row("fastapi", {*ROUTES, "exception_handler"}, ("HTTPEndpoint",), (),
         {"add_api_route", "add_route", "add_exception_handler"} | DEPENDENCIES),
    _row("starlette", {*ROUTES, "exception_handler"},
         ("HTTPEndpoint", "WebSocketEndpoint", "BaseHTTPMiddleware",
          "AuthenticationBackend"),
         ("dispatch", "on_receive", "on_connect", "on_disconnect", "authenticate"),
         ("Route", "WebSocketRoute", "add_route", "add_exception_handler")),
    _row("litestar", ROUTES, (), (), ("Provide",)),
    _row("starlite", ROUTES),
    _row("aiohttp", {*ROUTES, "view"}, ("View",), (),
         {"add_get", "add_post", "add_put", "add_patch", "add_delete", "add_head",
          "add_route", "add_view", "route", "view"} | HTTP_VERBS),
    _row("sanic", {*ROUTES, "on_request", "on_response", "exception"},
         ("HTTPMethodView",), (), ("add_route", "add_websocket_route",
         "register_middleware")),
    _row("tornado", (), ("RequestHandler", "WebSocketHandler"),
         ("prepare", "open", "on_message", "on_finish", "on_close", "initialize")),
    _row("pyramid", ("view_config", "notfound_view_config", "forbidden_view_config",
         "exception_view_config"), (), (), ("add_view",)),
    _row("cornice", HTTP_VERBS),
    _row("bottle", {*ROUTES, "hook", "error"}),
    _row("falcon", (), (), (), {"add_route"} | CHECKS),
    _row("dash", ("callback",)),
    _row("socketio", _EVENTS, ("Namespace",), ("on_*",)),
    _row("hug", {*ROUTES, "call", "http", "object"}),
    _row("channels", (), ("Consumer",), (PUBLIC_METHODS,)),
    _row("cherrypy", ("expose",)),
    _row("responder", ROUTES),
    _row("webapp2", (), ("RequestHandler",)),
    _row("masonite", (), ("Controller",), (PUBLIC_METHODS,)),
    _row("blacksheep", ROUTES, ("Controller",)),
    _row("robyn", ROUTES),
    _row("graphene", (), _GRAPHENE, _GRAPHENE_HOOKS),
    _row("graphene_django", (), _GRAPHENE, _GRAPHENE_HOOKS),
    _row("strawberry", ("field", "mutation", "subscription"), ("BasePermission",),
         ("has_permission",)),
    _row("strawberry_django", ("field", "mutation")),
    _row("ariadne", ("field", "source")),
    _row("emmett", ("route",)),
)  # fmt: skip
