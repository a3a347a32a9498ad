"""What pyproject.toml and the command line say about a project; the command line wins."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from flake8_celery_get.choices.configuration import (
    NOTHING_SAID,
    Configuration,
    ConfigurationError,
    configuration,
)
from flake8_celery_get.choices.option_values import OptionError, to_options
from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.cli.terminal.paths import shown_path
from flake8_celery_get.options import OPTION_FIELDS
from flake8_celery_get.project.files import top_of

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.options import Options


def configured(values: argparse.Namespace) -> Configuration:
    """Read the configuration that the command line means. Raises `UsageError`."""
    if values.isolated:
        return NOTHING_SAID
    file = os.path.abspath(values.config) if values.config else ""
    try:
        return configuration(os.getcwd(), file)
    except (ConfigurationError, ValueError) as error:
        raise UsageError(f"{'--config: ' if file else ''}{error}") from None
    except OSError as error:
        raise UsageError(f"the working directory: {error.strerror}") from None


def project_options(values: argparse.Namespace, said: Configuration) -> Options:
    """Return the options that were given; raises `UsageError`."""
    given = {option.name: getattr(values, option.name, None) for option in OPTION_FIELDS}
    typed = {name: value for name, value in given.items() if value is not None}
    try:
        options = to_options({**said.options, **typed})
    except OptionError as error:
        place = where(error.option, said, is_typed=error.option in typed)
        raise UsageError(f"{place}: {error}") from None
    return replace(options, top=top_of(_paths(values)))


def _paths(values: argparse.Namespace) -> list[str]:
    """What is checked or drawn: of standard input, the file that it stands for."""
    named = getattr(values, "stdin_filename", None)
    paths = getattr(values, "paths", None) or [getattr(values, "path", None) or "."]
    return [named] if named else [path for path in paths if path != "-"]


def where(option: str, said: Configuration, *, is_typed: bool) -> str:
    """Return how a message names the place that an option's value comes from."""
    name = option.replace("_", "-")
    return f"--{name}" if is_typed else f"{shown_path(said.path)}: {name}"
