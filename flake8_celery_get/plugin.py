"""The flake8 plugin.

flake8 imports this module in every run, so the engine waits for the first file.
https://flake8.pycqa.org/en/latest/plugin-development/
"""

from __future__ import annotations

import argparse
import functools
import gc
import os
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from flake8_celery_get import __version__
from flake8_celery_get.options import OPTION_FIELDS, Options

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator, Sequence

    from flake8.options.manager import OptionManager

    from flake8_celery_get.choices.baseline import Baseline
    from flake8_celery_get.choices.configuration import Configuration
    from flake8_celery_get.choices.selection import Selection
    from flake8_celery_get.engine import Engine
    from flake8_celery_get.finding import Finding

_PREFIX = "celery_guard_"
MOST_SET_ASIDE = 500_000
"""So many objects may wait for the end of the run: some 200 MB."""


class Plugin:
    """What flake8 makes for each file; the findings come from the engine."""

    name = "celery-guard"
    version = __version__
    options: ClassVar[Options] = Options()
    selection: ClassVar[Selection | None] = None
    """What pyproject.toml selects, and opinions; flake8 selects among these afterwards."""

    reported: ClassVar[Selection | None] = None
    """What is reported in the end; None for everything."""

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
            path = os.path.abspath(self.filename)
            found = engine.check(path, text, self._is_reported)
            return [each for each in self._new(found) if self._is_wanted(each)]
        except SourceError:  # flake8 says so itself: E902, E999
            return []
        except Exception as error:
            _complain(self.filename, error)
            return []

    def _new(self, findings: list[Finding]) -> list[Finding]:
        path = self.options.baseline
        return _baseline(path).without_known(findings) if path and findings else findings

    def _is_wanted(self, finding: Finding) -> bool:
        return self.selection is None or self.selection.has(finding.code, finding.path)

    def _is_reported(self, code: str, path: str) -> bool:
        return self.reported is None or self.reported.has(code, path)

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
            if option.name in ("roots", "cache_dir", "baseline"):
                _resolve_against_config(manager)

    @classmethod
    def parse_options(
        cls, manager: OptionManager, values: argparse.Namespace, files: list[str]
    ) -> None:
        """Take over what the command line and the configuration files say."""
        from flake8_celery_get.choices import flake8_selection
        from flake8_celery_get.choices.configuration import (
            ConfigurationError,
            configuration,
        )

        try:
            said = configuration(os.getcwd())
        except ConfigurationError as error:
            _refuse(str(error))
        cls.selection = flake8_selection.selection(values, said)
        cls.reported = flake8_selection.reported(values, said)
        opinions = cls.selection.opinions if cls.selection is not None else ()
        cls.options = replace(_options(values, said), opinions=opinions)
        _check_baseline(cls.options.baseline)
        if cls.options.cache:
            _tell_refused_caches(cls.options, files or ["."])


def _options(values: argparse.Namespace, said: Configuration) -> Options:
    """Return what flake8 was told, and pyproject.toml where flake8 was told nothing."""
    from flake8_celery_get.choices.option_values import OptionError, to_options
    from flake8_celery_get.project.files import top_of

    told = {o.name: getattr(values, _PREFIX + o.name) for o in OPTION_FIELDS}
    told = {name: value for name, value in told.items() if value is not None}
    try:
        options = to_options({**said.options, **told})
    except OptionError as error:
        flag = error.option if error.option not in told else _PREFIX + error.option
        place = "" if error.option in told else "pyproject.toml: "
        _refuse(f"{place}{flag.replace('_', '-')}: {error}")
    return replace(options, top=top_of(values.filenames or ["."]))


def _refuse(reason: str) -> NoReturn:
    from flake8.exceptions import ExecutionError

    raise ExecutionError(reason) from None


def _check_baseline(path: str) -> None:
    """Refuse here what would be an error in each file."""
    if not path:
        return
    from flake8_celery_get.choices.baseline import BaselineError

    try:
        _baseline(path)
    except OSError as error:
        _refuse(f"baseline: {path}: {error.strerror}")
    except BaselineError as error:
        _refuse(f"baseline: {path}: {error}")


def _tell_refused_caches(options: Options, files: list[str]) -> None:
    """Say here once what each of flake8's processes finds out."""
    from multiprocessing import parent_process

    from flake8_celery_get.project.files import root_of
    from flake8_celery_get.project.kept.cache_files import CACHE_FOLDER, oddity

    if parent_process() is not None:
        return
    paths = map(os.path.abspath, files)
    inside = {path if os.path.isdir(path) else os.path.dirname(path) for path in paths}
    roots = {root_of(folder, options.top) for folder in inside}
    defaults = {os.path.join(root, CACHE_FOLDER) for root in roots}
    folders = {os.path.abspath(options.cache_dir)} if options.cache_dir else defaults
    for reason in sorted(filter(None, map(oddity, folders))):
        _print(f"no cache: {reason}")


@functools.lru_cache(maxsize=1)
def _baseline(path: str) -> Baseline:
    from flake8_celery_get.choices.baseline import read

    return read(path)


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

    # Fixes: flake8 has no place for them.
    engine = Engine(replace(options, fixes=False), after_analysis=_set_aside)
    # atexit is not enough: multiprocessing's workers leave without it.
    Finalize(None, _save, args=(engine,), exitpriority=0)
    return engine


def _set_aside() -> None:
    """Keep the collector from looking through what was read, for all that flake8 does next.

    That cost a third of what the plugin adds to a run. What no one needs any more is only
    collected where many projects have left very much of it. A program that calls flake8 is
    left alone: objects that are set aside are hidden from ``gc.get_referrers``, too.
    """
    if not _is_flake8(sys.argv[0]):
        return
    if gc.get_freeze_count() > MOST_SET_ASIDE:
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def _is_flake8(program: str) -> bool:
    """Whether a program is flake8 itself: its script, or ``python -m flake8``."""
    folder, name = os.path.split(program)
    name, _ = os.path.splitext(name)
    return name == "flake8" or (name == "__main__" and os.path.basename(folder) == "flake8")


def _save(engine: Engine) -> None:
    try:
        engine.save()
    except Exception as error:
        _complain("cache", error)


def _complain(subject: str, error: Exception) -> None:
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    _print(f"{subject}: internal error: {reason} (please report it)")


def _print(line: str) -> None:
    from flake8_celery_get.printing.visible import visible

    if sys.stderr is not None:
        with suppress(OSError):
            print(f"celery-guard: {visible(line)}", file=sys.stderr)
