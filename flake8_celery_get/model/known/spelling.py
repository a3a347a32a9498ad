"""Whether Celery knows a setting by some name, and which one was meant.

https://docs.celeryq.dev/en/stable/userguide/configuration.html
"""

from __future__ import annotations

import re
from difflib import get_close_matches

from flake8_celery_get.model.known.celery_settings import SETTINGS
from flake8_celery_get.model.known.packages import PACKAGES_PREFIXES, PACKAGES_SETTINGS

_OLD = {old: name for name, old in SETTINGS.items() if old}
_PREFIX = re.compile(r"celery(?:d|beat)?_", re.IGNORECASE)
_OLD_BODIES = {_PREFIX.sub("", old, count=1).lower(): name for old, name in _OLD.items()}
"""Settings by their names before Celery 4, without the prefix, which people mix up."""

_FAMILIES = ("beat_", "broker_", "result_", "task_", "worker_")
"""Starts of names that are Celery's alone, where they stand behind its own prefix."""

CLOSE = 0.88
SHORTEST = 6
"""Shorter names come close to too many others."""

LONG_ENOUGH = 10
"""Names without their family mean something from this length on."""

_SYNONYMS = {
    "ack_late": "task_acks_late",
    "autodiscover": "imports",
    "backend": "result_backend",
    "broker": "broker_url",
    "content_encoding": "accept_content",
    "default_time_limit": "task_time_limit",
    "eager": "task_always_eager",
    "max_tasks": "worker_max_tasks_per_child",
    "schedule_file": "beat_schedule_filename",
    "task_eager": "task_always_eager",
    "task_eager_propagates_exceptions": "task_eager_propagates",
    "task_message_compression": "task_compression",
    "task_result_backend": "result_backend",
    "task_result_expires": "result_expires",
    "task_retry_delay": "",
    "task_send_events": "worker_send_task_events",
    "worker_time_limit": "task_time_limit",
    "worker_soft_time_limit": "task_soft_time_limit",
    "worker_task_time_limit": "task_time_limit",
    "worker_task_soft_time_limit": "task_soft_time_limit",
}
"""What people write, and what they mean; empty for what is no setting at all."""


_GONE = frozenset(
    {
        "BROKER_INSIST", "CELERYBEAT_LOG_FILE", "CELERYBEAT_LOG_LEVEL", "CELERYD_AUTORELOADER",
        "CELERYD_ETA_SCHEDULER", "CELERYD_ETA_SCHEDULER_PRECISION", "CELERYD_FORCE_EXECV",
        "CELERYD_LOG_FILE", "CELERYD_LOG_LEVEL", "CELERYD_MEDIATOR",
        "CELERY_AMQP_TASK_RESULT_CONNECTION_MAX", "CELERY_AMQP_TASK_RESULT_EXCHANGE",
        "CELERY_AMQP_TASK_RESULT_EXPIRES", "CELERY_CHORD_PROPAGATES",
        "CELERY_SEND_TASK_ERROR_EMAILS", "CELERY_TASK_ERROR_WHITELIST",
        "CELERY_TASK_SEND_ERROR_EMAILS",
    }
)  # fmt: skip
"""Settings of Celery 3 that nothing stands in for."""


_WITHOUT_FAMILY = {
    name.removeprefix(family): name
    for name in sorted(SETTINGS)
    for family in _FAMILIES
    if name.startswith(family) and len(name.removeprefix(family)) >= LONG_ENOUGH
}
"""Settings by their names without `task_` and the like, which people leave out."""


def is_gone(name: str) -> bool:
    """Whether Celery once had the setting."""
    return name in _GONE


def is_known(name: str, namespace: str) -> bool:
    """Whether Celery, or a package beside it, reads a setting of this name.

    ``namespace`` is that of the app, without its ``_``; empty for none.
    """
    if name in SETTINGS or name in _OLD:
        return True
    bare = without_namespace(name, namespace)
    if bare in SETTINGS or bare in PACKAGES_SETTINGS or bare.startswith(PACKAGES_PREFIXES):
        return True
    short = _PREFIX.sub("", name, count=1).lower()
    return short in PACKAGES_SETTINGS or short.startswith(PACKAGES_PREFIXES)


def without_namespace(name: str, namespace: str) -> str:
    """The setting's own name, where a namespace stands in front of it as Celery wants it."""
    prefix = f"{namespace}_" if namespace else ""
    if not prefix or not name.startswith(prefix):
        return name
    if prefix.isupper() and not name.isupper():
        return name
    return name[len(prefix) :].lower() if prefix.isupper() else name[len(prefix) :]


def is_in_family(name: str, namespace: str) -> bool:
    """Whether a name can be meant for nobody but Celery."""
    prefix = f"{namespace}_" if namespace else ""
    bare = name[len(prefix) :].lower() if prefix and name.startswith(prefix) else ""
    return bare.startswith(_FAMILIES) or (name.islower() and name.startswith(_FAMILIES))


def lacks_prefix(name: str) -> bool:
    """Whether it is one of Celery's own names in upper case, without any prefix."""
    return (
        name.isupper() and name.lower() in SETTINGS and name.lower().startswith(_FAMILIES)
    )


def lacks_namespace(name: str) -> bool:
    """Whether it is a name since Celery 4 as ``namespace="CELERY"`` wants it."""
    return name.isupper() and name.removeprefix("CELERY_").lower() in SETTINGS


def needs_no_namespace(name: str) -> bool:
    """Whether it is a name before Celery 4 that ``namespace="CELERY"`` would not give."""
    return name in _OLD and not (name.startswith("CELERY_") and lacks_namespace(name))


def meant_by(name: str, namespace: str) -> str:
    """The setting that was meant, by its name since Celery 4; empty where nothing is close."""
    body = name.lower()
    if namespace and body.startswith(f"{namespace.lower()}_"):
        body = body[len(namespace) + 1 :]
    short = _PREFIX.sub("", body, count=1)
    for text in dict.fromkeys((body, short)):
        found = _meant(text)
        if found:
            return found
    return ""


def _meant(body: str) -> str:
    if body in SETTINGS:
        return body
    if body in _SYNONYMS:
        return _SYNONYMS[body]
    for family in ("task_", "worker_", "result_", "beat_", "broker_"):
        if f"{family}{body}" in SETTINGS:
            return f"{family}{body}"
    if body in _OLD_BODIES:
        return _OLD_BODIES[body]
    if len(body) < SHORTEST:
        return ""
    close = get_close_matches(body, [*sorted(SETTINGS), *_WITHOUT_FAMILY], 1, CLOSE)
    if not close and len(body) >= LONG_ENOUGH:
        olds = get_close_matches(body, sorted(_OLD_BODIES), 1, CLOSE)
        return next((_OLD_BODIES[name] for name in olds), "")
    return next((_WITHOUT_FAMILY[n] if n not in SETTINGS else n for n in close), "")


def is_old(name: str) -> bool:
    """Whether it is a name before Celery 4: an app can't have such names beside new ones."""
    return name in _OLD


def written_as(setting: str, name: str, namespace: str, *, as_before_4: bool) -> str:
    """How the setting is to be written where ``name`` stands now."""
    if not name.isupper():
        return setting
    if not namespace:
        return (as_before_4 and SETTINGS[setting]) or setting
    return f"{namespace}_{setting}".upper() if namespace.isupper() else setting
