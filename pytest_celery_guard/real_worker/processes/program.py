"""What ``celery -A`` loads in the worker's process: the user's app, at the run's address."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from threading import Thread
from typing import Any

from celery.utils.imports import symbol_by_name

from pytest_celery_guard.app.overrides import as_keys
from pytest_celery_guard.private import celery as private
from pytest_celery_guard.real_worker.processes import consumer, sends
from pytest_celery_guard.real_worker.processes.address import Address
from pytest_celery_guard.real_worker.processes.journal import Journal
from pytest_celery_guard.real_worker.processes.process import PLAN
from pytest_celery_guard.real_worker.processes.results import Telling, backend_of
from pytest_celery_guard.real_worker.processes.servers import clean


def load(name: str, file: str | None) -> Any:
    """A module by its name, else, as pytest may have done it, from its file."""
    import sys

    try:
        return import_module(name)
    except ImportError:
        if file is None:
            raise
    spec = spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def end_with_parent(address: Address) -> None:
    """Leave nothing behind when the tests end without stopping their worker."""
    os.read(0, 1)  # returns when the other end of the pipe is gone
    try:
        clean(address, app.amqp.queues)
    finally:
        os.killpg(0, signal.SIGKILL)


def prepared(plan: dict[str, Any]) -> Any:
    """The app of the plan, with broker, backend and witnesses in place."""
    files = dict(plan["modules"])
    module, name = plan["app"]
    app = getattr(load(module, files.get(module)), name)
    app.finalize()
    app.loader.import_default_modules()
    for each, file in plan["modules"]:
        load(each, file)
    use_databases(plan["databases"])
    app.conf.finalize()
    change_tasks(app, plan["conf"])
    app.conf.maps.insert(0, as_keys(app.conf, {**plan["settings"], **plan["conf"]}))
    witness(app, Journal(Path(plan["journal"])), Address(**plan["address"]).backend)
    return app


def change_tasks(app: Any, conf: dict[str, Any]) -> None:
    """A task has copied these settings already, unless it sets them itself."""
    for attribute, setting in app.Task.from_config:
        if setting in conf:
            before = app.conf[setting]
            for task in app.tasks.values():
                if getattr(task, attribute) == before:
                    setattr(task, attribute, conf[setting])


def witness(app: Any, journal: Journal, url: str) -> None:
    """Have the journal told of sends, results and what the worker does."""
    backend = backend_of(app, url, Telling, journal=journal)
    for owner, name in list(private.backend_places(app)):
        setattr(owner, name, backend)
    amqp = app.amqp
    amqp.send_task_message = sends.telling(private.task_sender(amqp), journal)
    base = symbol_by_name(app.conf.worker_consumer)
    consumer.tell_of_requeues(journal)
    app.conf.worker_consumer = consumer.telling_consumer(base, journal)
    amqp.queues.deselect(list(amqp.queues))  # it takes nothing before it is told to


def use_databases(names: dict[str, str | None]) -> None:
    """Use the databases that Django's test runner made; block the others."""
    if not names:
        return
    from django.conf import settings
    from django.db import connections

    for alias, name in names.items():
        for databases in (settings.DATABASES, connections.settings):
            if name is None:
                databases[alias]["ENGINE"] = "django.db.backends.dummy"
            else:
                databases[alias]["NAME"] = name
    connections.close_all()
    for alias in names:
        with suppress(AttributeError):  # not connected yet
            del connections[alias]


plan = json.loads(os.environ[PLAN])
address = Address(**plan["address"])
Thread(target=end_with_parent, args=(address,), daemon=True).start()
app = prepared(plan)
