"""What each setting is called: https://docs.celeryq.dev/en/stable/userguide/configuration.html

Old names hold beside new ones, with a namespace too. Celery looks for all of them.
"""

from __future__ import annotations

from flake8_celery_get.model.known.celery_settings import SETTINGS


def names_of(setting: str, namespace: str = "") -> frozenset[str]:
    """Every name under which Celery finds a setting; ``namespace`` is without its ``_``."""
    names = {setting, SETTINGS[setting]} - {""}
    if namespace:
        name = f"{namespace.rstrip('_')}_{setting}"
        names.add(name.upper() if namespace.isupper() else name)
    return frozenset(names)


def every_name(setting: str) -> frozenset[str]:
    """Names that tell of a setting wherever they stand, in code or beside it."""
    return names_of(setting) | {f"CELERY_{setting.upper()}", setting.upper()}


CONSTRUCTOR = (
    "main", "loader", "backend", "amqp", "events", "log", "control", "set_as_current",
    "tasks", "broker", "include", "changes", "config_source", "fixups", "task_cls",
    "autofinalize", "namespace", "strict_typing", "config_source_silent",
)  # fmt: skip
"""The parameters of ``Celery`` in order."""

SETTING_OF_PARAMETER = {
    "backend": "result_backend",
    "broker": "broker_url",
    "include": "include",
}

OWN_CONFIGURATION = frozenset(
    {
        "__init__", "_get_backend", "_get_default_loader", "_load_config", "backend_cls",
        "builtin_fixups", "conf", "config_from_object", "loader_cls", "on_configure",
        "on_init", "prepare_config", "setup_defaults",
    }
)  # fmt: skip
"""What a class derived from ``Celery`` can define that decides about its settings."""
