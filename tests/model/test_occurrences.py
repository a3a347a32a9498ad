"""What of a file is renamed together with a setting, and what is left in peace."""

from __future__ import annotations

import pytest

from flake8_celery_get.model.usage.celery6.occurrences import Sought, occurrences

NAME = "BROKER_URL"
DJANGO = "from django.conf import settings\n"


def found(text: str, *, is_bare: bool = False, is_test: bool = False) -> int | None:
    """How many places are renamed; None where the file is not understood."""
    sought = Sought(
        NAME,
        lambda module, level: (module, level) in {("proj.config", 0), ("config", 1)},
        in_django=True,
        is_bare=is_bare,
        is_test=is_test,
    )
    spans = occurrences(text, text.split("\n"), sought)
    if spans is None:
        return None
    lines = text.split("\n")
    assert {lines[row - 1][start:end] for row, start, _, end in spans} <= {NAME}
    return len(spans)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (f"{DJANGO}x = settings.{NAME} + 'ü' + settings.{NAME}\n", 2),
        (f"{DJANGO}x = 'üü', settings.{NAME}\n", 1),
        (f"from django import conf\nx = conf.settings.{NAME}\n", None),
        (f"from django.conf import settings as s\nx = s.{NAME}\n", 1),
        (f"from proj.config import {NAME}\nprint({NAME})\n", 2),
        (f"from proj.config import {NAME} as URL\nprint(URL)\n", 1),
        (f"from proj.config import *\nprint({NAME})\n", 1),
        (f"from proj import config\nprint(config.{NAME})\n", 1),
        (f"from . import config\nprint(config.{NAME})\n", 1),
        (f"from .config import {NAME}\nprint({NAME})\n", 2),
        (f"import proj.config\nprint(proj.config.{NAME})\n", 1),
        (f"import proj.config as c\nprint(c.{NAME})\n", 1),
        (f"def f():\n    from proj.config import {NAME}\n    return {NAME}\n", 2),
        (f"{DJANGO}x = getattr(settings, '{NAME}', 1)\n", 1),
        (f"import os\nx = os.environ['{NAME}'], os.getenv('{NAME}')\n", 0),
        (f"x = app.conf.{NAME}\n", 0),
        (f'"""Reads {NAME} and more."""\n', 0),
        (f"# {NAME}\nx = '{NAME}S'\n", 0),
    ],
)
def test_what_is_understood(text: str, count: int | None) -> None:
    assert found(text) == count


@pytest.mark.parametrize(
    "text",
    [
        f"print({NAME})\n",
        f"from other import {NAME}\n",
        f"from other import URL as {NAME}\n",
        f"x = other.{NAME}\n",
        f"x = load()['{NAME}']\n",
        f"x = 'proj.config.{NAME}'\n",
        f"f({NAME}=1)\n",
        f"def f({NAME}):\n    return {NAME}\n",
        f"def {NAME}():\n    pass\n",
        f"from proj.config import *\ndef f():\n    global {NAME}\n",
        f"from proj.config import *\nx = f'{{{NAME}!r:{{w}}}}' if x else (\n",
        f"{DJANGO}x = getattr(settings, 'BROKER' '_URL', '{NAME}')\n",
        f"{DJANGO}x = getattr(settings, ('''{NAME}'''))\n",
    ],
)
def test_what_nobody_can_tell(text: str) -> None:
    assert found(text) is None


def test_settings_in_tests_are_known_by_their_name() -> None:
    text = f"def test_it(settings, mock_settings):\n    settings.{NAME} = mock_settings.{NAME}\n"
    assert found(text) is None
    assert found(text, is_test=True) == 2


def test_a_settings_file_uses_its_own_names() -> None:
    text = f"{NAME} = 'redis://'\nRESULTS = {NAME} or f'{{x}}'\n"
    assert found(text, is_bare=True) == 2
