"""The command line of ``celery-guard check``. What it leaves out, pyproject.toml may say."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from flake8_celery_get.cli.arguments.common import add_color, add_options, add_settings
from flake8_celery_get.cli.arguments.parsing import Joined, jobs
from flake8_celery_get.cli.reports import FORMATS
from flake8_celery_get.cli.settings.chosen import DEFAULT_PATHS

if TYPE_CHECKING:
    from flake8_celery_get.cli.arguments.parsing import Parser

EXIT_CODES = "Exit codes: 0 no findings, 1 findings, 2 an error occurred."
SWITCH = argparse.BooleanOptionalAction


def add_check(commands: argparse._SubParsersAction[Parser]) -> None:
    """Add the command."""
    check = commands.add_parser(
        "check",
        help="check files and folders",
        description="Check files and folders.",
        epilog=EXIT_CODES,
    )
    check.add_argument(
        "paths",
        nargs="*",
        default=list(DEFAULT_PATHS),
        metavar="PATH",
        help="files and folders, or - for standard input (default: the current folder)",
    )
    _add_choice_of_rules(check)
    _add_choice_of_files(check)
    _add_fixes(check)
    _add_report(check)
    _add_way_of_working(check)
    add_settings(check)
    add_options(check)


def _add_choice_of_rules(check: Parser) -> None:
    group = check.add_argument_group(
        "rules",
        "Lists of codes, prefixes of codes and names, such as CEL101,CEL2,naive-eta. "
        "ALL stands for every rule.",
    )
    texts = {
        "--select": "report only these rules",
        "--ignore": "don't report these rules",
        "--extend-select": "also report these rules, in addition to those of --select",
    }
    for flag, text in texts.items():
        group.add_argument(flag, metavar="RULES", action=Joined, help=text)
    group.add_argument(
        "--per-file-ignores",
        metavar="LIST",
        action=Joined,
        help="don't report rules in files that match a pattern: scripts/*:CEL104,CEL2",
    )
    group.add_argument(
        "--disable-noqa", action="store_true", help="ignore `# noqa` comments"
    )


def _add_choice_of_files(check: Parser) -> None:
    group = check.add_argument_group("files")
    group.add_argument(
        "--exclude",
        metavar="LIST",
        action=Joined,
        help="skip files and folders that match these patterns",
    )
    group.add_argument(
        "--extend-exclude",
        metavar="LIST",
        action=Joined,
        help="also skip these, in addition to those of --exclude or pyproject.toml",
    )
    group.add_argument(
        "--stdin-filename",
        metavar="FILE",
        help="check standard input as if it were the content of this file",
    )


def _add_fixes(check: Parser) -> None:
    group = check.add_argument_group("fixes")
    group.add_argument("--fix", action=SWITCH, help="change the files: apply safe fixes")
    group.add_argument(
        "--unsafe-fixes",
        action=SWITCH,
        help="with --fix or --diff, also apply fixes that need a review",
    )
    group.add_argument(
        "--diff",
        action="store_true",
        help="print what --fix would change, without changing any file",
    )
    group.add_argument(
        "--exit-non-zero-on-fix",
        action="store_true",
        help="exit with 1 if something was fixed, even if no findings remain",
    )


def _add_report(check: Parser) -> None:
    group = check.add_argument_group("report")
    _add_instead_of_findings(group.add_mutually_exclusive_group())
    group.add_argument("--output-format", choices=tuple(FORMATS), help="default: text")
    group.add_argument(
        "--output-file", metavar="FILE", help="write the report to a file instead of stdout"
    )
    group.add_argument(
        "--statistics", action="store_true", help="count the findings of each rule"
    )
    group.add_argument(
        "--exit-zero", action="store_true", help="exit with 0 even if there are findings"
    )
    add_color(group)
    amount = group.add_mutually_exclusive_group()
    amount.add_argument(
        "-q", "--quiet", action="store_true", help="print only findings and errors"
    )
    amount.add_argument(
        "-v",
        "--verbose",
        action="store_true",
        help="also print which settings and files were used, and links to the rules' pages",
    )


def _add_instead_of_findings(group: argparse._MutuallyExclusiveGroup) -> None:
    group.add_argument(
        "--write-baseline",
        action="store_true",
        help="record all findings in the baseline, and report none",
    )
    group.add_argument(
        "--add-noqa",
        action="store_true",
        help="suppress all findings with `# noqa` comments, and report none",
    )
    group.add_argument(
        "--report-unused-noqa",
        action="store_true",
        help="also report our codes in `# noqa` comments that suppress nothing",
    )
    group.add_argument(
        "--show-files", action="store_true", help="list the files that would be checked"
    )
    group.add_argument(
        "--show-settings", action="store_true", help="print the settings that would be used"
    )


def _add_way_of_working(check: Parser) -> None:
    group = check.add_argument_group("running")
    group.add_argument(
        "-j",
        "--jobs",
        type=jobs,
        metavar="N",
        help="number of processes, or auto (the default) for as many as save time",
    )
    group.add_argument(
        "-w",
        "--watch",
        action="store_true",
        help="check again whenever a file changes, until Ctrl-C",
    )
