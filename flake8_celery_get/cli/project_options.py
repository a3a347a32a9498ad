"""What the command line and pyproject.toml say about the project; the command line wins."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from flake8_celery_get.cli.outcome import UsageError
from flake8_celery_get.configuration import (
    FILE,
    Configuration,
    ConfigurationError,
    configuration,
)
from flake8_celery_get.option_values import OptionError, to_options
from flake8_celery_get.options import OPTION_FIELDS

if TYPE_CHECKING:
    import argparse

    from flake8_celery_get.options import Options


def configured() -> Configuration:
    """Read what pyproject.toml says for the working directory. Raises `UsageError`."""
    try:
        return configuration(os.getcwd())
    except ConfigurationError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"the working directory: {error.strerror}") from None


def project_options(values: argparse.Namespace, said: Configuration) -> Options:
    """Return the options that were given; raises `UsageError`."""
    given = {option.name: getattr(values, option.name, None) for option in OPTION_FIELDS}
    typed = {name: value for name, value in given.items() if value is not None}
    try:
        return to_options({**said.options, **typed})
    except OptionError as error:
        raise UsageError(f"{where(error.option, error.option in typed)}: {error}") from None


def where(option: str, is_typed: bool) -> str:
    """Return how a message names the place that an option's value comes from."""
    name = option.replace("_", "-")
    return f"--{name}" if is_typed else f"{FILE}: {name}"
