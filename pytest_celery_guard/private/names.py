"""Which private names there are, and the versions in which each was found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Library(NamedTuple):
    """A package, its checked versions, and its names: ``module:Class.name``.

    ``extended`` are methods that a subclass overrides, as the documentation says.
    ``undocumented`` have no underscore, and nobody promises them either.
    From the Python ``gone_in`` on, the library does without the names.
    """

    versions: tuple[str, ...]
    private: tuple[str, ...] = ()
    extended: tuple[str, ...] = ()
    undocumented: tuple[str, ...] = ()
    gone_in: tuple[int, int] = (4, 0)


_CHANNEL, _TRANSPORT = (
    "kombu.transport.virtual:Channel",
    "kombu.transport.virtual:Transport",
)

LIBRARIES: Mapping[str, Library] = {
    "celery": Library(
        ("5.3", "5.4", "5.5", "5.6", "5.7"),
        (
            "celery:_state",
            "celery._state:_get_active_apps",
            "celery._state:_on_app_finalizers",
            "celery._state:_register_app",
            "celery._state:_set_current_app",
            "celery._state:_task_stack",
            "celery._state:_tls",
            "celery.app.amqp:AMQP._create_task_sender",
            "celery.app.amqp:AMQP._producer_pool",
            "celery.app.autoretry:add_autoretry_behaviour._orig_run",
            "celery.app.base:Celery._backend_cache",
            "celery.app.base:Celery._pool",
            "celery.app.task:Task._backend",
            "celery.app.task:Task._exec_options",
            "celery.app.task:Task._get_request",
            "celery.app.trace:_localized",
            "celery.backends.base:Backend._get_task_meta_for",
            "celery.backends.base:Backend._restore_group",
            "celery.backends.base:Backend._save_group",
            "celery.result:AsyncResult._cache",
            "celery.result:AsyncResult._set_cache",
            "celery.worker.consumer:Consumer._pending_operations",
        ),
        extended=("celery.backends.base:Backend._sleep",),
        undocumented=(
            "celery.contrib.testing.app:Trap",
            "celery.result:task_join_will_block",
            "celery.utils.dispatch.signal:Signal.receivers",
        ),
    ),
    "kombu": Library(
        ("5.3", "5.4", "5.5", "5.6", "5.7"),
        (
            "kombu:Connection._establish_connection",
            "kombu.resource:Resource._closed",
            "kombu.resource:Resource._dirty",
            "kombu.transport.redis:Channel._get_message_priority",
            "kombu.transport.redis:Channel._in_poll",
            "kombu.transport.redis:Channel._q_for_pri",
            "kombu.transport.virtual:QoS._delivered",
            "kombu.transport.virtual:QoS._dirty",
            f"{_TRANSPORT}._callbacks",
        ),
        extended=(
            f"{_CHANNEL}._get",
            f"{_CHANNEL}._has_queue",
            f"{_CHANNEL}._inplace_augment_message",
            f"{_CHANNEL}._new_queue",
            f"{_CHANNEL}._purge",
            f"{_CHANNEL}._put",
            f"{_CHANNEL}._restore",
            f"{_CHANNEL}._restore_at_beginning",
            f"{_CHANNEL}._size",
            f"{_TRANSPORT}._deliver",
        ),
    ),
    "amqp": Library(("5",), ("amqp.channel:Channel._basic_publish",)),
    # Of Python itself, from 3.10 to 3.15.
    "multiprocessing": Library((), ("multiprocessing.forkserver:_forkserver",)),
    "os": Library((), ("os:environ._data",), undocumented=("os:environ.encodekey",)),
    "weakref": Library((), (), undocumented=("_weakrefset:WeakSet.data",)),
    "pytest": Library(
        ("8", "9"),
        (
            "_pytest:",
            "_pytest.config:Config._get_unknown_ini_keys",
            "_pytest.fixtures:FixtureDef._scope",
            "_pytest.fixtures:FixtureRequest._arg2fixturedefs",
            "_pytest.fixtures:FixtureRequest._fixture_defs",
            "_pytest.fixtures:SubRequest._fixturedef",
            "_pytest.main:Session._fixturemanager",
            "_pytest.main:Session._setupstate",
            "_pytest.monkeypatch:MonkeyPatch._setattr",
            "_pytest.monkeypatch:MonkeyPatch._setitem",
            "_pytest.outcomes:_use_item_location",
            "_pytest.python:Function._fixtureinfo",
            "_pytest.python:Function._request",
        ),
        undocumented=(
            "_pytest.fixtures:FixtureDef.finish",
            "_pytest.runner:SetupState.stack",
            "_pytest.runner:runtestprotocol",
        ),
    ),
    "django": Library(
        ("4.2", "5.0", "5.1", "5.2", "6.0", "6.1"),
        ("django.db.transaction:Atomic._from_testcase",),
        undocumented=(
            "django.db.backends.base.base:BaseDatabaseWrapper.atomic_blocks",
            "django.db.backends.base.base:BaseDatabaseWrapper.in_atomic_block",
            "django.db.backends.base.base:BaseDatabaseWrapper.run_on_commit",
            "django.db.utils:ConnectionHandler.settings",
        ),
    ),
    # Python 3.12 has a mark of its own, which inspect.iscoroutinefunction() knows.
    "asgiref": Library(
        ("3",), ("asgiref.sync:markcoroutinefunction._is_coroutine",), gone_in=(3, 12)
    ),
    "aiohttp": Library(("3",), ("aiohttp.web_protocol:RequestHandler._handle_request",)),
    "tornado": Library(("6",), ("tornado.web:RequestHandler._execute",)),
    "sqlalchemy": Library(("1.4", "2.0"), ("sqlalchemy.orm.base:_sa_instance_state",)),
}
"""Each library by the name that it is installed under."""

DOCUMENTED = frozenset(
    {
        *("_asdict", "_replace"),  # of a named tuple
        "_getframe",  # of sys
        "_get_running_loop",  # of asyncio, for libraries such as this
        *("_meta", "_state"),  # of a Django model
    }
)
"""Public in spite of their names."""
