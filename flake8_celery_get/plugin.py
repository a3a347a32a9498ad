"""The flake8 plugin.

flake8 imports this module in every run, so the engine waits for the first file.
https://flake8.pycqa.org/en/latest/plugin-development/
"""

from __future__ import annotations

import argparse
import functools
import os
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from flake8_celery_get import __version__
from flake8_celery_get.options import OPTION_FIELDS, Options

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from flake8.options.manager import OptionManager

    from flake8_celery_get.engine import Engine
    from flake8_celery_get.finding import Finding

_PREFIX = "celery_guard_"


class Plugin:
    """What flake8 makes for each file; the findings come from the engine."""

    name = "celery-guard"
    version = __version__
    options: ClassVar[Options] = Options()

    def __init__(self, tree: ast.AST, filename: str, lines: Sequence[str]) -> None:
        self.filename = filename
        self.lines = lines

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield line (from 1), column (from 0), text and type of each finding."""
        for finding in self._findings():
            text = f"{finding.code} {finding.message}"
            yield finding.line, finding.column, text, type(self)

    def _findings(self) -> list[Finding]:
        from flake8_celery_get.source.text import SourceError, normalise_newlines

        text = normalise_newlines("".join(self.lines))
        try:
            engine = _engine(self.options, os.getpid())
            return engine.check(os.path.abspath(self.filename), text)
        except SourceError:  # flake8 says so itself: E902, E999
            return []
        except Exception as error:
            _complain(self.filename, error)
            return []

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Tell flake8 which options there are."""
        for option in OPTION_FIELDS:
            manager.add_option(
                f"--celery-guard-{option.name.replace('_', '-')}",
                parse_from_config=True,
                help=option.metadata["help"],
                **_kind(option.type),
            )
            if option.name in ("roots", "cache_dir"):
                _resolve_against_config(manager)

    @classmethod
    def parse_options(
        cls, manager: OptionManager, values: argparse.Namespace, _files: list[str]
    ) -> None:
        """Take over what the command line and the configuration say."""
        from flake8_celery_get.option_values import OptionError, to_options

        given = {o.name: getattr(values, _PREFIX + o.name) for o in OPTION_FIELDS}
        try:
            cls.options = to_options(given)
        except OptionError as error:
            from flake8.exceptions import ExecutionError

            flag = (_PREFIX + error.option).replace("_", "-")
            raise ExecutionError(f"{flag}: {error}") from None


def _kind(annotation: object) -> dict[str, Any]:
    if annotation == "bool":
        return {"action": argparse.BooleanOptionalAction}
    if annotation == "str":
        return {"metavar": "PATH"}
    return {"metavar": "LIST", "comma_separated_list": True}


def _resolve_against_config(manager: OptionManager) -> None:
    """Make the newest option's paths start at the configuration file's folder.

    flake8's own ``normalize_paths`` leaves a path without a slash as it is.
    """
    option = manager.options[-1]
    normalize = option.normalize

    def resolve(value: Any, folder: str = os.curdir) -> Any:
        value = normalize(value, folder)
        if isinstance(value, list):
            return [os.path.join(folder, path) for path in value]
        return os.path.join(folder, value) if value else value

    vars(option)["normalize"] = resolve


@functools.lru_cache(maxsize=1)
def _engine(options: Options, _process: int) -> Engine:
    """Return this process's engine: flake8's workers are forked and share nothing."""
    from multiprocessing.util import Finalize

    from flake8_celery_get.engine import Engine

    engine = Engine(options)
    # atexit is not enough: multiprocessing's workers leave without it.
    Finalize(None, _save, args=(engine,), exitpriority=0)
    return engine


def _save(engine: Engine) -> None:
    try:
        engine.save()
    except Exception as error:
        _complain("cache", error)


def _complain(subject: str, error: Exception) -> None:
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    print(
        f"celery-guard: {subject}: internal error: {reason} (please report it)",
        file=sys.stderr,
    )
