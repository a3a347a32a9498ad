"""Options of packages that people use beside Celery: what their task classes and signals read."""

from __future__ import annotations

OF_PACKAGES: dict[str, frozenset[str]] = {
    "celery-once": frozenset({"once"}),
    "celery-singleton": frozenset({"unique_on", "raise_on_duplicate", "lock_expiry"}),
    "celery-batches": frozenset({"flush_every", "flush_interval"}),
    "celery-heimdall": frozenset({"heimdall"}),
    "jobtastic": frozenset(
        {
            "significant_kwargs", "herd_avoidance_timeout", "cache_duration",
            "cache_prefix", "memleak_threshold",
        }
    ),
    "tenant-schemas-celery": frozenset({"tenant_cache_seconds", "tenant_databases"}),
    "openrelik-worker-common": frozenset({"metadata"}),
    "django-celery-results": frozenset({"periodic_task_name"}),
    "sentry-sdk": frozenset({"sentry-monitor-slug"}),
    "opentelemetry": frozenset({"traceparent"}),
    "periodic_task of Celery 3": frozenset({"run_every", "relative", "options"}),
}  # fmt: skip
"""By package: what is given to tasks or sends there is read by someone."""

KNOWN = frozenset().union(*OF_PACKAGES.values())
