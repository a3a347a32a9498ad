"""Conditions that ask for a setting: it is the same for every row."""

from __future__ import annotations

from flake8_celery_get.source import code


def is_switch(test: code.Expression) -> bool:
    """``settings.SENDS``, ``getattr(settings, "SENDS", False)``, ``settings.ENV == "live"``.

    A constant of the module is one, too: ``HAS_CELERY``.
    """
    if isinstance(test, code.Compare):
        return is_switch(test.left) and all(
            isinstance(each, code.Constant) for each in test.rights
        )
    if isinstance(test, code.Call) and code.dotted(test.function) == "getattr":
        return bool(test.arguments) and _is_settings(code.dotted(test.arguments[0].value))
    owner, _, name = code.dotted(test).rpartition(".")
    return name.isupper() and (not owner or _is_settings(owner))


def _is_settings(text: str) -> bool:
    return text.endswith("settings")
