"""All options: from this table come pytest's options, the checks of markers and their texts.

pytest loads it in every run, and takes longer to read a function than to call it. So only what a
run without the guard asks is here; ``options`` has the rest. A test holds the table of the docs and
the fields of ``Settings`` against it.
"""

from __future__ import annotations

from typing import Any

import pytest

EVERYWHERE = frozenset({"marker", "ini", "command line"})
RUN = EVERYWHERE - {"marker"}
"""Options of a whole run, which no marker has."""

MARKER = frozenset({"marker"})


class Option:
    """One option, and where it can be given. No NamedTuple: pytest makes it in every run.

    ``kind`` is what the text of an ini file or a command line becomes: a ``list`` of several
    places is added up, a ``tuple`` has several on the command line. ``choices`` have the default
    first.
    """

    __slots__ = (
        "above_zero",
        "choices",
        "default",
        "help",
        "kind",
        "name",
        "places",
    )

    def __init__(
        self,
        name: str,
        kind: type,
        help: str,
        *,
        default: Any = None,
        choices: tuple[str, ...] = (),
        above_zero: bool = False,
        places: frozenset[str] = EVERYWHERE,
    ) -> None:
        self.name, self.kind, self.help = name, kind, help
        self.default, self.choices = default, choices
        self.above_zero, self.places = above_zero, places


TABLE = (
    Option("app", str, "the Celery app under test, as package.module:name"),
    Option(
        "allow_failures",
        bool,
        "let tests pass even if a task failed and the test did not check it",
    ),
    Option("allow_leftover", bool, "let tests pass even if tasks were sent and never run"),
    Option("allow_broker", bool, "let other apps reach real brokers and result backends"),
    Option(
        "limit",
        int,
        "number of tasks after which a drain fails as an endless loop",
        default=10_000,
        above_zero=True,
    ),
    Option(
        "seed", object, "run due tasks in random order: a seed, or random for a new seed"
    ),
    Option(
        "mode",
        str,
        "where tasks run: step, eager or worker",
        choices=("step", "eager", "worker"),
    ),
    Option("broker", str, "worker mode: URL of the broker, redis:// or amqp://"),
    Option(
        "backend",
        str,
        "worker mode: URL of the Redis for results (default: the broker, if it is Redis)",
    ),
    Option(
        "timeout",
        float,
        "worker mode: seconds without progress after which a drain fails",
        default=10,
        above_zero=True,
    ),
    Option("allow", list, "codes of findings that don't fail tests, such as CEL602"),
    Option("external", list, "names of tasks that another service runs, such as billing.*"),
    Option(
        "store",
        str,
        "write results to the app's own tables, too: auto, app or guard",
        choices=("auto", "app", "guard"),
    ),
    Option("commit", bool, "run on_commit hooks when the application's transaction ends"),
    Option(
        "contract",
        str,
        "how strictly sends are checked: error, strict, warn or off",
        choices=("error", "strict", "warn", "off"),
    ),
    Option("secrets", list, "more names of keys whose values are masked, or off"),
    Option(
        "worker_signals",
        bool,
        "send the signals of a starting worker, such as worker_init, once",
    ),
    Option(
        "hostname", str, "name of the worker, as in celery worker -n (default: guard@test)"
    ),
    Option(
        "virtual_sleep", bool, "make time.sleep skip virtual time, in tasks and in the test"
    ),
    Option("conf", dict, "settings of the app to change for the test", places=MARKER),
    Option(
        "scope",
        str,
        "how long the guard is enabled: function, class, module or session",
        choices=("function", "class", "module", "session"),
        places=RUN,
    ),
    Option(
        "report",
        tuple,
        "write a report about the tasks to this file, .html or .json",
        places=RUN,
    ),
    Option(
        "min_coverage",
        float,
        "percentage of the app's tasks that must run in some test",
        places=RUN,
    ),
    Option(
        "properties",
        bool,
        "add the number of each test's tasks to its properties in JUnit XML",
        places=RUN,
    ),
    Option(
        "parity",
        bool,
        "run tests that send tasks a second time under the guard, and report what differs",
        places=RUN,
    ),
    Option(
        "parity_strict", bool, "like parity, but fail the run if a test differs", places=RUN
    ),
)

OF_RUNS = tuple(each for each in TABLE if "ini" in each.places)
"""What an ini file and a command line can give, in the order of the docs."""


WRONG_FLAG = (ValueError, pytest.UsageError)
"""What pytest raises for a flag of the ini file that is neither true nor false."""


def add_options(parser: pytest.Parser) -> None:
    """Give each option an ini name and a command line name."""
    group = parser.getgroup("celery_guard", "celery-guard")
    for each in OF_RUNS:
        name, kind, text = each.name, each.kind, each.help
        flag, ini = f"--celery-guard-{name.replace('_', '-')}", f"celery_guard_{name}"
        if kind is bool:
            parser.addini(ini, text, type="bool", default=None)
            group.addoption(flag, dest=ini, action="store_true", default=None, help=text)
        else:
            parser.addini(ini, text, default=None)
            action = "append" if kind is tuple else "store"
            group.addoption(flag, dest=ini, action=action, default=None, help=text)


def marker() -> str:
    """What ``pytest --markers`` shows."""
    of_tests = [each for each in TABLE if "marker" in each.places]
    lines = [
        f"  {each.name}: {each.help}" for each in sorted(of_tests, key=lambda e: e.name)
    ]
    return "\n".join(
        [
            "celery_guard(**options): options for celery_guard and celery_eager in a test, a"
            " class or a module, such as @pytest.mark.celery_guard(allow_leftover=True):",
            *lines,
        ]
    )


def option(config: pytest.Config, name: str) -> Any:
    """The value of the command line, else of the ini file; None when neither has one."""
    value = config.getoption(f"celery_guard_{name}")
    return config.getini(f"celery_guard_{name}") if value is None else value


def early_option(config: pytest.Config, name: str) -> Any:
    """The same while pytest still loads conftest.py; a wrong value is told later."""
    value = getattr(config.known_args_namespace, f"celery_guard_{name}", None)
    try:
        return config.getini(f"celery_guard_{name}") if value is None else value
    except WRONG_FLAG:
        return None


def is_given(config: pytest.Config) -> bool:
    """Whether the ini file or the command line says anything of the guard."""
    try:
        return any(option(config, each.name) for each in OF_RUNS)
    except WRONG_FLAG:
        return True
