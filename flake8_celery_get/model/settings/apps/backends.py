"""Which result backends Celery 5 has: celery.app.backends, and what by_url makes of a URL."""

from __future__ import annotations

from difflib import get_close_matches

KNOWN = frozenset(
    {
        "arangodb", "azureblockblob", "cache", "cassandra", "consul", "cosmosdbsql",
        "couchbase", "couchdb", "database", "db", "disabled", "django-cache", "django-db",
        "dynamodb", "elasticsearch", "file", "gs", "mongodb", "redis", "rediss", "rpc", "s3",
        "sentinel",
    }
)  # fmt: skip
"""Celery's own, and those of django-celery-results."""

GONE = frozenset({"amqp", "riak"})
"""Those that Celery once had."""

_MEANT = {
    "amqp": "rpc",
    "amqps": "rpc",
    "pyamqp": "rpc",
    "filesystem": "file",
    "memcache": "cache+memcached",
    "memcached": "cache+memcached",
    "memory": "cache+memory",
    "mariadb": "db+mariadb",
    "mssql": "db+mssql",
    "mysql": "db+mysql",
    "oracle": "db+oracle",
    "postgres": "db+postgresql",
    "postgresql": "db+postgresql",
    "redis-sentinel": "sentinel",
    "sqlalchemy": "db",
    "sqlite": "db+sqlite",
}


def unknown_backend(setting: str, *, is_start: bool = False) -> str:
    """The name in a backend's URL that Celery knows nothing of; empty where it is fine.

    Of a text that ``is_start`` only the beginning is known.
    """
    scheme, has_scheme, _ = setting.partition("://")
    if is_start and not has_scheme:
        return ""
    name = scheme.partition("+")[0] if has_scheme else setting
    is_import = "." in name or ":" in name
    return "" if is_import or not name or name in KNOWN else name


def meant_by(name: str) -> str:
    """The scheme to write in place of an unknown one; empty where nothing comes close."""
    if name in _MEANT:
        return _MEANT[name]
    return next(iter(get_close_matches(name.lower(), sorted(KNOWN), 1, 0.75)), "")
