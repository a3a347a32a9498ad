"""Every row of the table of frameworks: its smallest view that waits is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.model.known.web.frameworks import FRAMEWORKS
from tests.model.waiting import codes

DECORATED = """\
from celery.result import AsyncResult
from {module} import {name}

{setup}

@{decorator}
def show({parameters}):
    return AsyncResult(item).get()
"""
METHOD = """\
from celery.result import AsyncResult
from {module} import {name}


class Report({base}):
    def {method}(self, {parameters}):
        return AsyncResult(item).get()
"""
REGISTERED = """\
from celery.result import AsyncResult
from {module} import {name}


def show({parameters}):
    return AsyncResult(item).get()


{call}
"""

# module, imported name, setup, decorator; no URL, as one alone would give it away
DECORATORS = {
    "django": ("django.views.decorators.http", "require_GET", "", "require_GET"),
    "rest_framework": ("rest_framework.decorators", "api_view", "", "api_view(['GET'])"),
    "ninja": ("ninja", "NinjaAPI", "app = NinjaAPI()", "app.get('show')"),
    "ninja_extra": ("ninja_extra", "http_get", "", "http_get('show')"),
    "flask": ("flask", "Flask", "app = Flask(__name__)", "app.route('show')"),
    "flask_login": (
        "flask_login",
        "LoginManager",
        "login = LoginManager()",
        "login.user_loader",
    ),
    "flask_jwt_extended": (
        "flask_jwt_extended",
        "JWTManager",
        "jwt = JWTManager()",
        "jwt.user_lookup_loader",
    ),
    "flask_httpauth": (
        "flask_httpauth",
        "HTTPTokenAuth",
        "auth = HTTPTokenAuth()",
        "auth.verify_token",
    ),
    "flask_restx": (
        "flask_restx",
        "Namespace",
        "app = Namespace('x')",
        "app.route('show')",
    ),
    "flask_restplus": (
        "flask_restplus",
        "Namespace",
        "app = Namespace('x')",
        "app.route('show')",
    ),
    "flask_classful": ("flask_classful", "route", "", "route('show')"),
    "flask_smorest": (
        "flask_smorest",
        "Blueprint",
        "app = Blueprint('x')",
        "app.route('show')",
    ),
    "flask_appbuilder": ("flask_appbuilder", "expose", "", "expose('show')"),
    "flask_admin": ("flask_admin", "expose", "", "expose('show')"),
    "flask_openapi3": (
        "flask_openapi3",
        "OpenAPI",
        "app = OpenAPI(__name__)",
        "app.get('show')",
    ),
    "apiflask": ("apiflask", "APIFlask", "app = APIFlask(__name__)", "app.get('show')"),
    "quart": ("quart", "Quart", "app = Quart(__name__)", "app.route('show')"),
    "fastapi": ("fastapi", "APIRouter", "app = APIRouter()", "app.get('show')"),
    "starlette": (
        "starlette.applications",
        "Starlette",
        "app = Starlette()",
        "app.route('show')",
    ),
    "litestar": ("litestar", "get", "", "get('show')"),
    "starlite": ("starlite", "get", "", "get('show')"),
    "aiohttp": (
        "aiohttp.web",
        "RouteTableDef",
        "app = RouteTableDef()",
        "app.get('show')",
    ),
    "sanic": ("sanic", "Sanic", "app = Sanic('x')", "app.get('show')"),
    "pyramid": ("pyramid.view", "view_config", "", "view_config(route_name='show')"),
    "cornice": ("cornice", "Service", "app = Service(name='x', path='/')", "app.get()"),
    "bottle": ("bottle", "route", "", "route('show')"),
    "hug": ("hug", "get", "", "get('show')"),
    "cherrypy": ("cherrypy", "expose", "", "expose"),
    "responder": ("responder", "API", "app = API()", "app.route('show')"),
    "blacksheep": ("blacksheep", "get", "", "get('show')"),
    "robyn": ("robyn", "Robyn", "app = Robyn(__file__)", "app.get('show')"),
    "emmett": ("emmett", "App", "app = App(__name__)", "app.route('show')"),
    "strawberry": ("strawberry", "mutation", "", "mutation"),
    "strawberry_django": ("strawberry_django", "field", "", "field"),
    "ariadne": ("ariadne", "QueryType", "query = QueryType()", "query.field('show')"),
    "dash": ("dash", "Dash", "app = Dash()", "app.callback('show')"),
    "flask_socketio": ("flask_socketio", "SocketIO", "io = SocketIO()", "io.on('show')"),
    "socketio": ("socketio", "Server", "server = Server()", "server.event"),
}

# module, imported name, base class, method
BASES = {
    "django": ("django.views.generic", "ListView", "ListView", "get_queryset"),
    "rest_framework": ("rest_framework.viewsets", "ModelViewSet", "ModelViewSet", "list"),
    "django_filters": ("django_filters", "FilterSet", "FilterSet", "filter_state"),
    "ninja": ("ninja.security", "HttpBearer", "HttpBearer", "authenticate"),
    "strawberry": (
        "strawberry.permission",
        "BasePermission",
        "BasePermission",
        "has_permission",
    ),
    "flask": ("flask.views", "MethodView", "MethodView", "post"),
    "flask_restful": ("flask_restful", "Resource", "Resource", "get"),
    "flask_socketio": ("flask_socketio", "Namespace", "Namespace", "on_show"),
    "socketio": ("socketio", "Namespace", "Namespace", "on_show"),
    "flask_restx": ("flask_restx", "Resource", "Resource", "put"),
    "flask_restplus": ("flask_restplus", "Resource", "Resource", "get"),
    "flask_wtf": ("flask_wtf", "FlaskForm", "FlaskForm", "validate_name"),
    "wtforms": ("wtforms", "Form", "Form", "validate"),
    "flask_classful": ("flask_classful", "FlaskView", "FlaskView", "index"),
    "flask_appbuilder": ("flask_appbuilder.api", "BaseApi", "BaseApi", "get"),
    "flask_admin": ("flask_admin", "BaseView", "BaseView", "get"),
    "apiflask": ("apiflask.views", "MethodView", "MethodView", "get"),
    "quart": ("quart.views", "View", "View", "dispatch_request"),
    "fastapi": ("fastapi.endpoints", "HTTPEndpoint", "HTTPEndpoint", "get"),
    "starlette": ("starlette.endpoints", "HTTPEndpoint", "HTTPEndpoint", "get"),
    "aiohttp": ("aiohttp.web", "View", "View", "get"),
    "sanic": ("sanic.views", "HTTPMethodView", "HTTPMethodView", "get"),
    "tornado": ("tornado.web", "RequestHandler", "RequestHandler", "prepare"),
    "channels": ("channels.consumer", "SyncConsumer", "SyncConsumer", "receive"),
    "webapp2": ("webapp2", "RequestHandler", "RequestHandler", "get"),
    "masonite": ("masonite.controllers", "Controller", "Controller", "show"),
    "blacksheep": ("blacksheep.server.controllers", "Controller", "Controller", "get"),
    "graphene": ("graphene", "ObjectType", "ObjectType", "resolve_show"),
    "graphene_django": (
        "graphene_django",
        "DjangoObjectType",
        "DjangoObjectType",
        "mutate",
    ),
}

# module, imported name, the call that is handed the view
CALLS = {
    "django": ("django.urls", "path", "urlpatterns = [path('x/', show)]"),
    "flask": ("flask", "Flask", "Flask(__name__).add_url_rule('/x', view_func=show)"),
    "quart": ("quart", "Quart", "Quart(__name__).add_url_rule('/x', view_func=show)"),
    "fastapi": ("fastapi", "FastAPI", "FastAPI().add_api_route('/x', show)"),
    "starlette": ("starlette.routing", "Route", "routes = [Route('/x', show)]"),
    "litestar": ("litestar.di", "Provide", "dependencies = {'x': Provide(show)}"),
    "aiohttp": ("aiohttp", "web", "web.Application().router.add_get('/x', show)"),
    "sanic": ("sanic", "Sanic", "Sanic('x').add_route(show, '/x')"),
    "pyramid": ("pyramid.config", "Configurator", "Configurator().add_view(show)"),
}


def check(root: Path, template: str, parameters: str = "item", **parts: str) -> list[str]:
    text = template.format(parameters=parameters, **parts)
    return codes(root, {"views.py": text})


@pytest.mark.parametrize("framework", DECORATORS)
def test_a_decorator_makes_a_view(root: Path, framework: str) -> None:
    module, name, setup, decorator = DECORATORS[framework]
    parts = {"module": module, "name": name, "setup": setup, "decorator": decorator}
    assert check(root, DECORATED, **parts) == ["views.py:8 CEL102"]


@pytest.mark.parametrize("framework", BASES)
def test_a_method_of_a_view_class_is_a_view(root: Path, framework: str) -> None:
    module, name, base, method = BASES[framework]
    found = check(root, METHOD, module=module, name=name, base=base, method=method)
    assert found == ["views.py:7 CEL102"]


@pytest.mark.parametrize("framework", BASES)
def test_a_helper_method_of_a_view_class_is_none(root: Path, framework: str) -> None:
    module, name, base, _ = BASES[framework]
    found = check(root, METHOD, module=module, name=name, base=base, method="_fetch")
    assert found == ["views.py:7 CEL104"]


@pytest.mark.parametrize("framework", CALLS)
def test_a_function_that_is_registered_is_a_view(root: Path, framework: str) -> None:
    module, name, call = CALLS[framework]
    found = check(root, REGISTERED, module=module, name=name, call=call)
    assert found == ["views.py:6 CEL102"]


def test_a_falcon_responder_is_a_view_by_its_shape(root: Path) -> None:
    parts = {"module": "falcon", "name": "App", "base": "object", "method": "on_get"}
    found = check(root, METHOD, "req, resp, item", **parts)
    assert found == ["views.py:7 CEL102"]


def test_a_responder_that_falcon_is_handed_is_a_view(root: Path) -> None:
    text = METHOD.format(
        module="falcon", name="App", base="object", method="on_get", parameters="req, item"
    )
    text += "\n\nApp().add_route('/x', Report())\n"
    assert codes(root, {"views.py": text}) == ["views.py:7 CEL102"]


def test_the_same_names_from_elsewhere_make_no_view(root: Path) -> None:
    parts = {"module": "somewhere", "name": "route", "setup": "", "decorator": "route"}
    assert check(root, DECORATED, **parts) == ["views.py:8 CEL104"]
    parts = {"module": "somewhere", "name": "View", "base": "View", "method": "get"}
    assert check(root, METHOD, **parts) == ["views.py:7 CEL104"]


def test_every_row_has_its_tests() -> None:
    rows = {framework.top: framework for framework in FRAMEWORKS}
    assert set(DECORATORS) == {top for top, row in rows.items() if row.decorators}
    assert set(BASES) == {top for top, row in rows.items() if row.bases}
    assert {*CALLS, "falcon"} == {top for top, row in rows.items() if row.registers}
