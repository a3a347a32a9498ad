"""The options of a run and of a test: where they come from. Imports no Celery."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

OF_RUN: pytest.StashKey[dict[str, Any]] = pytest.StashKey()
"""The options of ini file and command line."""

OPTIONS: tuple[tuple[str, type, str], ...] = (
    ("app", str, "the Celery app under test, as package.module:name"),
    (
        "allow_failures",
        bool,
        "let tests pass even if a task failed and the test did not check it",
    ),
    ("allow_leftover", bool, "let tests pass even if tasks were sent and never run"),
    ("allow_broker", bool, "let other apps reach real brokers and result backends"),
    ("limit", int, "number of tasks after which a drain fails as an endless loop"),
    ("seed", int, "run due tasks in random order: a seed, or random for a new seed"),
    ("mode", str, "where tasks run: step, eager or worker"),
    ("broker", str, "worker mode: URL of the broker, redis:// or amqp://"),
    (
        "backend",
        str,
        "worker mode: URL of the Redis for results (default: the broker, if it is Redis)",
    ),
    ("timeout", float, "worker mode: seconds without progress after which a drain fails"),
    ("allow", list, "codes of findings that don't fail tests, such as CEL602"),
    ("external", list, "names of tasks that another service runs, such as billing.*"),
    ("store", str, "write results to the app's own tables, too: auto, app or guard"),
    ("commit", bool, "run on_commit hooks when the application's transaction ends"),
    ("contract", str, "how strictly sends are checked: error, strict, warn or off"),
    ("secrets", list, "more names of keys whose values are masked, or off"),
    (
        "worker_signals",
        bool,
        "send the signals of a starting worker, such as worker_init, once",
    ),
    ("hostname", str, "name of the worker, as in celery worker -n (default: guard@test)"),
    ("virtual_sleep", bool, "make time.sleep skip virtual time, in tasks and in the test"),
)

RUN_OPTIONS: tuple[tuple[str, type, str], ...] = (
    ("scope", str, "how long the guard is enabled: function, class, module or session"),
    ("report", tuple, "write a report about the tasks to this file, .html or .json"),
    ("min_coverage", float, "percentage of the app's tasks that must run in some test"),
    (
        "properties",
        bool,
        "add the number of each test's tasks to its properties in JUnit XML",
    ),
    (
        "parity",
        bool,
        "run tests that send tasks a second time under the guard, and report what differs",
    ),
    ("parity_strict", bool, "like parity, but fail the run if a test differs"),
)
"""Options of a whole run, which no marker has."""

ADDING_UP = tuple(name for name, kind, _ in OPTIONS if kind is list)
"""Options that are lists: what the ini file has and what a marker has is added up."""

WRONG_FLAG = (ValueError, pytest.UsageError)
"""What pytest raises for a flag of the ini file that is neither true nor false."""

REPORTING = ("report", "min_coverage", "properties")
"""Those of them that ask for a report."""


def marker() -> str:
    """What ``pytest --markers`` shows."""
    texts = {name: text for name, _, text in OPTIONS}
    texts["conf"] = "settings of the app, as a dict"
    lines = [f"  {name}: {texts[name]}" for name in sorted(texts)]
    return "\n".join(
        [
            "celery_guard(**options): options for celery_guard and celery_eager in a test, a"
            " class or a module, such as @pytest.mark.celery_guard(allow_leftover=True):",
            *lines,
        ]
    )


def add_options(parser: pytest.Parser) -> None:
    """Give each option an ini name and a command line name."""
    group = parser.getgroup("celery_guard", "celery-guard")
    for name, kind, text in (*OPTIONS, *RUN_OPTIONS):
        flag, ini = f"--celery-guard-{name.replace('_', '-')}", f"celery_guard_{name}"
        if kind is bool:
            parser.addini(ini, text, type="bool", default=None)
            group.addoption(flag, dest=ini, action="store_true", default=None, help=text)
        else:
            parser.addini(ini, text, default=None)
            action = "append" if kind is tuple else "store"
            group.addoption(flag, dest=ini, action=action, default=None, help=text)


def option(config: pytest.Config, name: str) -> Any:
    """The value of the command line, else of the ini file; None when neither has one."""
    value = config.getoption(f"celery_guard_{name}")
    return config.getini(f"celery_guard_{name}") if value is None else value


def early_option(config: pytest.Config, name: str) -> Any:
    """The same while pytest still loads conftest.py; a wrong value is told later."""
    value = getattr(config.known_args_namespace, f"celery_guard_{name}", None)
    with suppress(*WRONG_FLAG):
        value = config.getini(f"celery_guard_{name}") if value is None else value
    return value


def is_given(config: pytest.Config) -> bool:
    """Whether the ini file or the command line says anything of the guard."""
    try:
        return any(option(config, name) for name, _, _ in (*OPTIONS, *RUN_OPTIONS))
    except WRONG_FLAG:
        return True


def options_of(node: pytest.Item | pytest.Collector) -> dict[str, Any]:
    """Ini file and command line, overridden by the markers, the closest one last."""
    given: list[Mapping[str, Any]] = [options_of_run(node.config)]
    given += [each.kwargs for each in reversed(list(node.iter_markers("celery_guard")))]
    options = {name: value for each in given for name, value in each.items()}
    lists = {name: all_of([each.get(name, "") for each in given]) for name in ADDING_UP}
    return {**options, **lists}


def options_of_run(config: pytest.Config) -> dict[str, Any]:
    """Those of ini file and command line that are given, looked up once."""
    if OF_RUN not in config.stash:
        found = {name: option(config, name) for name, _, _ in OPTIONS}
        options = {name: value for name, value in found.items() if value not in {None, ""}}
        for name, kind in (("limit", int), ("timeout", float)):
            with suppress(ValueError, KeyError):  # told with the others if it is wrong
                options[name] = kind(options[name])
        config.stash[OF_RUN] = options
    return config.stash[OF_RUN]


def all_of(given: list[Any]) -> list[str]:
    """All codes or patterns that are given, as text or in lists, in several places."""
    found: list[str] = []
    for each in given:
        if isinstance(each, list | tuple | set):
            found += each
        else:
            found += str(each).replace(",", " ").split()
    return found
