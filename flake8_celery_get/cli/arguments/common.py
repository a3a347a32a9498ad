"""Options that several commands have."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from flake8_celery_get.options import OPTION_FIELDS

if TYPE_CHECKING:
    from typing import Any

    from flake8_celery_get.cli.arguments.parsing import Parser


def add_settings(command: Parser) -> None:
    """Where the settings come from."""
    group = command.add_argument_group("configuration").add_mutually_exclusive_group()
    group.add_argument(
        "--config",
        metavar="FILE",
        help="read [tool.celery-guard] from this file instead of the nearest pyproject.toml",
    )
    group.add_argument(
        "--isolated",
        action="store_true",
        help="ignore pyproject.toml, and any baseline that --baseline does not name",
    )


def add_color(place: Parser | argparse._ArgumentGroup) -> None:
    """Colors, which the environment can choose too."""
    place.add_argument(
        "--color",
        choices=("auto", "always", "never"),
        default="auto",
        help="when to use colors (default: auto, which means on a terminal)",
    )


def add_options(command: Parser) -> None:
    """What projects can set, in both tools."""
    group = command.add_argument_group("about the project")
    for option in OPTION_FIELDS:
        group.add_argument(
            f"--{option.name.replace('_', '-')}",
            help=option.metadata["help"],
            **_kind(option.type),
        )


def _kind(annotation: object) -> dict[str, Any]:
    if annotation == "bool":
        return {"action": argparse.BooleanOptionalAction}
    return {"metavar": "PATH" if annotation == "str" else "LIST"}
