"""The whole command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.cli.arguments.check import EXIT_CODES, add_check
from flake8_celery_get.cli.arguments.common import add_color, add_options, add_settings
from flake8_celery_get.cli.arguments.parsing import Parser, Version

if TYPE_CHECKING:
    import argparse


def parser() -> Parser:
    """Return the parser of the whole command line."""
    top = Parser(
        prog="celery-guard",
        description="Find bugs in code that uses Celery.",
        epilog=EXIT_CODES,
    )
    top.add_argument("-V", "--version", action=Version, help="print the version and exit")
    commands = top.add_commands()
    add_check(commands)
    _add_map(commands)
    _add_rules(commands)
    _add_explain(commands)
    _add_server(commands)
    return top


def _add_map(commands: argparse._SubParsersAction[Parser]) -> None:
    drawn = commands.add_parser(
        "map",
        help="draw which code sends which task, and where it waits",
        description="Draw which code sends which task, and where it waits for results.",
        epilog="Exit codes: 0 the map was drawn, 2 an error occurred.",
    )
    drawn.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a project, or a folder or file in it (default: the current folder)",
    )
    drawn.add_argument(
        "--format",
        "--output-format",
        choices=("tree", "json", "mermaid", "html"),
        default=None,
        help="default: by the ending of --output, otherwise tree",
    )
    drawn.add_argument(
        "--output",
        "--output-file",
        metavar="FILE",
        help="write the map to a file: .html, .json, .mmd, or any other for a tree",
    )
    add_settings(drawn)
    add_color(drawn)
    add_options(drawn)


def _add_rules(commands: argparse._SubParsersAction[Parser]) -> None:
    rules = commands.add_parser(
        "rules",
        help="list all rules",
        description="List all rules: what the linter and the pytest plugin report.",
    )
    rules.add_argument(
        "--output-format",
        choices=("text", "json", "markdown"),
        default="text",
        help="default: text",
    )


def _add_explain(commands: argparse._SubParsersAction[Parser]) -> None:
    explain = commands.add_parser(
        "explain",
        help="print the documentation of rules",
        description="Print the documentation of one or more rules.",
    )
    explain.add_argument("rules", nargs="+", metavar="RULE", help="a code or a name")


def _add_server(commands: argparse._SubParsersAction[Parser]) -> None:
    commands.add_parser(
        "server",
        help="run the language server for editors",
        description="Run the language server on standard input and output. Editors start it, and "
        "show findings as you type, fixes, and the pages of rules.",
    )
