"""Blocking reads in web requests: through each framework's own test client."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import group
from celery.result import AsyncResult

from pytest_celery_guard import CeleryGuard

Ask = Callable[[str], object]
Read = Callable[[], object]

PATIENT = {"connect_timeout": 300.0, "request_timeout": 300.0}
"""Tornado's client gives up after 20 seconds, which a busy machine may need."""


@pytest.fixture
def reads(guard: CeleryGuard, add: Any) -> Iterator[Read]:
    """What a view does wrong; the test must look at the misuse, or allows it."""

    def fetch() -> object:
        return add.delay(1, 2).get(timeout=3)

    with guard.allow():
        yield fetch


def told(guard: CeleryGuard) -> list[tuple[str, str, list[str]]]:
    """Code, entry and functions of each misuse; the guard has none left afterwards."""
    found = [
        (each.code, each.entry, [step.function for step in each.steps])
        for each in guard.misuses
    ]
    guard._world.misuses.clear()
    return found


def test_flask(guard: CeleryGuard, reads: Read) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    pytest.importorskip("asgiref", reason="needs asgiref, for Flask's asynchronous views")
    app = flask.Flask("shop")

    @app.get("/plain")
    def plain() -> str:
        return str(reads())

    @app.get("/async")
    async def asynchronous() -> str:
        return str(reads())

    @app.get("/handed")
    async def handed() -> str:
        return str(await asyncio.to_thread(reads))

    client = app.test_client()
    assert client.get("/plain").text == "3"
    assert told(guard) == [("CEL102", "request GET /plain", ["plain", "fetch"])]
    client.get("/async")
    assert told(guard) == [("CEL102", "request GET /async", ["asynchronous", "fetch"])]
    client.get("/handed")
    with client:  # keeps the request's context for the test, whose own read is none of it
        client.get("/missing")
        reads()
    assert told(guard) == []


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_fastapi(guard: CeleryGuard, reads: Read) -> None:
    fastapi = pytest.importorskip("fastapi", reason="needs FastAPI")
    pytest.importorskip("httpx", reason="needs httpx, for FastAPI's test client")
    from fastapi.testclient import TestClient

    app = fastapi.FastAPI()

    def dependency() -> object:
        return reads()

    @app.get("/plain/{number}")
    def plain(number: int) -> object:
        return reads()

    @app.get("/async")
    async def asynchronous() -> object:
        return reads()

    @app.get("/needs")
    def needs(sum: object = fastapi.Depends(dependency)) -> object:
        return sum

    @app.get("/handed")
    async def handed() -> object:
        return await asyncio.to_thread(reads)

    client = TestClient(app)
    assert client.get("/plain/7").json() == 3
    assert told(guard) == [("CEL102", "request GET /plain/7", ["plain", "fetch"])]
    client.get("/async")
    assert told(guard) == [("CEL102", "request GET /async", ["asynchronous", "fetch"])]
    client.get("/needs")
    assert told(guard) == [("CEL102", "request GET /needs", ["dependency", "fetch"])]
    client.get("/handed")
    assert told(guard) == []


@pytest.mark.filterwarnings("ignore:Using `httpx`")
def test_starlette(guard: CeleryGuard, reads: Read) -> None:
    pytest.importorskip("starlette", reason="needs Starlette")
    pytest.importorskip("httpx", reason="needs httpx, for Starlette's test client")
    from starlette.applications import Starlette
    from starlette.background import BackgroundTask
    from starlette.middleware import Middleware
    from starlette.middleware.base import BaseHTTPMiddleware
    from starlette.responses import PlainTextResponse
    from starlette.routing import Mount, Route, WebSocketRoute
    from starlette.testclient import TestClient

    class Timed(BaseHTTPMiddleware):
        async def dispatch(self, request: Any, call_next: Any) -> Any:
            return await call_next(request)

    def plain(request: Any) -> Any:
        return PlainTextResponse(str(reads()), background=BackgroundTask(reads))

    async def socket(socket: Any) -> None:
        await socket.accept()
        await socket.send_text(str(reads()))
        await socket.close()

    inner = Starlette(routes=[Route("/plain", plain)])
    app = Starlette(
        routes=[Mount("/inner", app=inner), WebSocketRoute("/socket", socket)],
        middleware=[Middleware(Timed)],
    )
    client = TestClient(app)
    assert client.get("/inner/plain").text == "3"
    assert told(guard) == [("CEL102", "request GET /inner/plain", ["plain", "fetch"])]
    with client.websocket_connect("/socket") as connection:
        assert connection.receive_text() == "3"
    assert told(guard) == [("CEL102", "request WEBSOCKET /socket", ["socket", "fetch"])]


def test_aiohttp(guard: CeleryGuard, reads: Read) -> None:
    pytest.importorskip("aiohttp", reason="needs aiohttp")
    from aiohttp import web
    from aiohttp.test_utils import TestClient, TestServer

    async def plain(request: Any) -> Any:
        return web.Response(text=str(reads()))

    async def handed(request: Any) -> Any:
        return web.Response(text=str(await asyncio.to_thread(reads)))

    class Class(web.View):
        async def get(self) -> Any:
            return web.Response(text=str(reads()))

    async def ask() -> None:
        app = web.Application()
        app.router.add_get("/plain", plain)
        app.router.add_get("/handed", handed)
        app.router.add_view("/class", Class)
        async with TestClient(TestServer(app)) as client:
            assert await (await client.get("/plain")).text() == "3"
            assert told(guard) == [("CEL102", "request GET /plain", ["plain", "fetch"])]
            await client.get("/class")
            assert told(guard) == [("CEL102", "request GET /class", ["get", "fetch"])]
            await client.get("/handed")
            assert told(guard) == []

    asyncio.run(ask())


def test_tornado(guard: CeleryGuard, reads: Read) -> None:
    pytest.importorskip("tornado", reason="needs Tornado")
    from tornado.httpserver import HTTPServer
    from tornado.simple_httpclient import SimpleAsyncHTTPClient
    from tornado.testing import bind_unused_port
    from tornado.web import Application, RequestHandler

    class Plain(RequestHandler):
        def get(self) -> None:
            self.write(str(reads()))

    class Handed(RequestHandler):
        async def get(self) -> None:
            self.write(str(await asyncio.to_thread(reads)))

    async def ask() -> None:
        socket, port = bind_unused_port()
        server = HTTPServer(Application([("/plain", Plain), ("/handed", Handed)]))
        server.add_socket(socket)
        client = SimpleAsyncHTTPClient(force_instance=True, defaults=PATIENT)
        try:
            response = await client.fetch(f"http://127.0.0.1:{port}/plain")
            assert response.body == b"3"
            assert told(guard) == [("CEL102", "request GET /plain", ["get", "fetch"])]
            await client.fetch(f"http://127.0.0.1:{port}/handed")
            assert told(guard) == []
        finally:
            client.close()
            server.stop()
            await server.close_all_connections()

    asyncio.run(ask())


def test_sanic(guard: CeleryGuard, reads: Read) -> None:
    pytest.importorskip("sanic", reason="needs Sanic")
    pytest.importorskip("sanic_testing", reason="needs Sanic's test client")
    from sanic import Sanic
    from sanic.response import text

    Sanic.test_mode = True
    app = Sanic("shop", configure_logging=False)

    @app.get("/plain")
    def plain(request: Any) -> Any:
        return text(str(reads()))

    @app.get("/handed")
    async def handed(request: Any) -> Any:
        return text(str(await asyncio.to_thread(reads)))

    async def ask() -> None:
        _, response = await app.asgi_client.get("/plain")
        assert response.text == "3"
        assert told(guard) == [("CEL102", "request GET /plain", ["plain", "fetch"])]
        await app.asgi_client.get("/handed")
        assert told(guard) == []

    try:
        asyncio.run(ask())
    finally:
        Sanic.unregister_app(app)


def test_quart(guard: CeleryGuard, reads: Read) -> None:
    quart = pytest.importorskip("quart", reason="needs Quart")
    app = quart.Quart("shop")

    @app.get("/plain")
    def plain() -> str:
        return str(reads())

    @app.get("/async")
    async def asynchronous() -> str:
        return str(reads())

    @app.get("/handed")
    async def handed() -> str:
        return str(await asyncio.to_thread(reads))

    async def ask() -> None:
        client = app.test_client()
        assert await (await client.get("/plain")).get_data(as_text=True) == "3"
        assert told(guard) == [("CEL102", "request GET /plain", ["plain", "fetch"])]
        await client.get("/async")
        assert told(guard) == [("CEL102", "request GET /async", ["asynchronous", "fetch"])]
        await client.get("/handed")
        assert told(guard) == []

    asyncio.run(ask())


def test_a_finished_handle_may_be_read(guard: CeleryGuard, app: Any, add: Any) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    web = flask.Flask("shop")

    @web.get("/<task_id>")
    def status(task_id: str) -> str:
        result = AsyncResult(task_id, app=app)
        return str(result.get()) if result.ready() else result.state

    result = add.delay(1, 2)
    client = web.test_client()
    assert client.get(f"/{result.id}").text == "PENDING"
    guard.drain()
    assert client.get(f"/{result.id}").text == "3"
    assert guard.misuses == []


def test_a_view_in_eager_mode(app: Any, add: Any) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    web = flask.Flask("shop")

    @web.get("/")
    def view() -> str:
        result = add.delay(1, 2)
        return (
            str(result.get()) if "looks" not in flask.request.args or result.ready() else ""
        )

    client = web.test_client()
    with CeleryGuard(app, eager=True) as guard:
        assert client.get("/?looks=1").text == "3"
        assert told(guard) == []
        assert client.get("/").text == "3"
        assert told(guard) == [("CEL102", "request GET /", ["view"])]


def test_what_apply_has_run_may_be_read(guard: CeleryGuard, add: Any) -> None:
    flask = pytest.importorskip("flask", reason="needs Flask")
    web = flask.Flask("shop")

    @web.get("/")
    def total() -> str:
        parts = group(add.s(1), add.s(2)).apply()
        return str(add.apply((1, 2)).get() + sum(parts.get()))

    assert web.test_client().get("/").text == "6"
    assert guard.misuses == []
