"""The command line: which commands and flags there are."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, NoReturn

from flake8_celery_get import __version__
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, Outcome
from flake8_celery_get.cli.reports import FORMATS
from flake8_celery_get.cli.streams import complain, deliver
from flake8_celery_get.options import OPTION_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

_EXIT_CODES = "Exit code: 0 no findings, 1 findings, 2 an error."


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = _Parser(
        prog="celery-guard",
        description="Finds where code waits for Celery results and must not.",
        epilog=_EXIT_CODES,
    )
    top.add_argument(
        "--version",
        action=_Version,
        help="print the version and exit",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_check(commands)
    _add_map(commands)
    commands.add_parser("rules", help="list the rules", description="List the rules.")
    explain = commands.add_parser(
        "explain", help="print a rule's page", description="Print a rule's page."
    )
    explain.add_argument("rule", metavar="RULE", help="a code or a name")
    return top


class _Parser(argparse.ArgumentParser):
    def parse_args(self, *given: Any, **named: Any) -> argparse.Namespace:  # type: ignore[override]
        """Refuse ``--select=--``, of which some versions of argparse make an empty list."""
        values: argparse.Namespace = super().parse_args(*given, **named)
        for name, value in vars(values).items():
            if value == [] and name != "paths":
                self.error(f"argument --{name.replace('_', '-')}: expected one argument")
        return values

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; argparse would print the usage too."""
        complain(f"{message} (try {self.prog} --help)", self.prog)
        sys.exit(BROKEN)

    def print_help(self, _file: object = None) -> None:
        """Print the help as any report: stdout may be closed or full."""
        sys.exit(deliver(Outcome(CLEAN, self.format_help())))


class _Version(argparse.Action):
    def __init__(self, option_strings: Sequence[str], dest: str, **told: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **told)

    def __call__(self, *_: object) -> NoReturn:
        sys.exit(deliver(Outcome(CLEAN, f"celery-guard {__version__}\n")))


def _add_check(commands: argparse._SubParsersAction[_Parser]) -> None:
    check = commands.add_parser(
        "check",
        help="check files and folders",
        description="Check files and folders.",
        epilog=_EXIT_CODES,
    )
    check.add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="default: this folder"
    )
    _add_choice_of_rules(check)
    _add_choice_of_files(check)
    _add_way_of_working(check)
    _add_options(check)


def _add_map(commands: argparse._SubParsersAction[_Parser]) -> None:
    drawn = commands.add_parser(
        "map",
        help="draw who sends which task, and who waits",
        description="Draw who sends which task, and who waits for whom.",
        epilog="Exit code: 0 drawn, 2 an error.",
    )
    drawn.add_argument(
        "path",
        nargs="?",
        default=".",
        metavar="PATH",
        help="a project, or a folder or file of it (default: this folder)",
    )
    drawn.add_argument(
        "--format",
        choices=("tree", "json", "mermaid", "html"),
        default="tree",
        help="default: tree",
    )
    drawn.add_argument("--output", metavar="FILE", help="write there, not to stdout")
    _add_options(drawn)


def _add_choice_of_rules(check: _Parser) -> None:
    group = check.add_argument_group("which rules", "Codes or prefixes, like CEL101,CEL2.")
    group.add_argument("--select", metavar="CODES", help="only these rules")
    group.add_argument("--ignore", metavar="CODES", help="not these rules")
    group.add_argument(
        "--extend-select", metavar="CODES", help="these too, whatever --ignore says"
    )
    group.add_argument(
        "--disable-noqa", action="store_true", help="report in spite of `# noqa`"
    )


def _add_choice_of_files(check: _Parser) -> None:
    group = check.add_argument_group("which files")
    group.add_argument(
        "--exclude",
        metavar="LIST",
        default=None,
        help="patterns of files and folders to skip",
    )


def _add_way_of_working(check: _Parser) -> None:
    _add_fixes(check)
    _add_report(check)
    group = check.add_argument_group("how")
    group.add_argument(
        "-j",
        "--jobs",
        type=_jobs,
        default=None,
        metavar="N",
        help="processes, or `auto` (the default) for as many as pay off",
    )


def _add_fixes(check: _Parser) -> None:
    group = check.add_argument_group("fixes")
    group.add_argument(
        "--fix", action="store_true", help="change the files: what is safe to change"
    )
    group.add_argument(
        "--unsafe-fixes",
        action="store_true",
        help="with --fix or --diff, also what someone has to look at",
    )
    group.add_argument(
        "--diff", action="store_true", help="print what would change, and change nothing"
    )
    group.add_argument(
        "--exit-non-zero-on-fix",
        action="store_true",
        help="exit with 1 also when all findings were fixed",
    )


def _add_report(check: _Parser) -> None:
    group = check.add_argument_group("the report")
    _add_instead_of_findings(group.add_mutually_exclusive_group())
    group.add_argument(
        "--output-format",
        choices=tuple(FORMATS),
        default="text",
        help="default: text",
    )
    group.add_argument(
        "--output-file", metavar="PATH", help="write it there, not to stdout"
    )
    group.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule"
    )
    group.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 even when there are findings"
    )


def _add_instead_of_findings(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument(
        "--write-baseline",
        action="store_true",
        help="write all findings to the baseline and report none",
    )
    group.add_argument(
        "--add-noqa",
        action="store_true",
        help="silence all findings with `# noqa` comments and report none",
    )
    group.add_argument(
        "--report-unused-noqa",
        action="store_true",
        help="also report our codes in `# noqa` comments that silence nothing",
    )


def _jobs(text: str) -> int | None:
    if text == "auto":
        return None
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number above 0 nor auto")
    return int(text)


def _add_options(check: _Parser) -> None:
    group = check.add_argument_group("about the project")
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
