"""Packages that are installed beside Celery: no module of a project takes their place."""

from __future__ import annotations

import sys

from flake8_celery_get.model.known.web.frameworks import framework_of

_BESIDE_CELERY = frozenset(
    {
        "amqp", "billiard", "boto3", "celery", "django_celery_beat", "django_celery_results",
        "elasticsearch", "eventlet", "flower", "gevent", "kombu", "pymongo", "redbeat",
        "redis", "requests", "sqlalchemy", "vine",
    }
)  # fmt: skip


def is_known_package(name: str) -> bool:
    """Whether ``import name`` surely means a package outside the project."""
    if name in _BESIDE_CELERY or name in sys.stdlib_module_names:
        return True
    return framework_of(name) is not None
