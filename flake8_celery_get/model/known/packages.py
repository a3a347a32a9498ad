"""Settings that packages beside Celery read from an app's configuration, and their states.

Names of settings are as Celery's own: lower case, without a namespace.
"""

from __future__ import annotations

_DAEMON_OPTIONS = ("executable", "gid", "logfile", "pidfile", "uid", "umask")
"""Options of ``celery worker``, ``beat`` and ``events`` that default to a setting."""

PACKAGES_SETTINGS = frozenset(
    f"{command}_{option}"
    for command in ("beat", "events", "worker")
    for option in _DAEMON_OPTIONS
) | frozenset(
    {
        # Celery itself, from what is no setting of an app: loaders, Django
        "deprecated_settings", "namespace", "override_backends",
        # celery-once, celery-singleton
        "once", "singleton_backend_class", "singleton_backend_kwargs", "singleton_backend_url",
        "singleton_json_encoder", "singleton_key_prefix", "singleton_lock_expiry",
        "singleton_raise_on_duplicate",
        # celery-sqlalchemy-scheduler, sqlalchemy-celery-beat
        "beat_dburi", "beat_engine_options", "beat_schema",
        # tenant-schemas-celery
        "task_tenant_cache_seconds",
        # django-celery-boost
        "flow_address", "task_revoked_queue",
        # celery-redbeat, before it had names of its own
        "redbeat",
    }
)  # fmt: skip

PACKAGES_PREFIXES = (
    "boost_",  # django-celery-boost
    "django_celery_",  # django-celery-beat and -results
    "email_",  # django-celery-email
    "flower_",
    "haystack_",  # celery-haystack
    "mongodb_scheduler_",  # celerybeat-mongo
    "monitor_",  # django-celery-monitor
    "progress_",
    "redbeat_",
    "redis_scheduler_",  # celerybeat-redis
    "beatx_",
)
"""What the names of packages with many settings start with."""

STATES_OF_PACKAGES: dict[str, frozenset[str]] = {
    "celery_progress": frozenset({"PROGRESS", "IGNORED"}),
}
"""By package, as it is imported: the states that it stores for a task that is handed to it."""
