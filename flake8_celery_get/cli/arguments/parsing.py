"""How the command line is parsed: one line for each mistake, and help for near misses."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING, NoReturn

from flake8_celery_get import __version__
from flake8_celery_get.cli.outcome import BROKEN, CLEAN, Outcome
from flake8_celery_get.cli.terminal.streams import complain, deliver
from flake8_celery_get.printing.near_misses import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

_CHOICE = re.compile(
    r"argument (?P<of>.+): invalid choice: '(?P<word>.*)' \(choose from (?P<choices>.*)\)",
    re.DOTALL,
)
"""What argparse says of a word that is none of several, in the words of each version."""

COMMAND = "COMMAND"


class Parser(argparse.ArgumentParser):
    """The whole command line, or that of one command."""

    commands: argparse._SubParsersAction[Parser] | None = None

    def __init__(self, **named: Any) -> None:
        # Abbreviations would change their meaning with each new option.
        super().__init__(**{**named, "allow_abbrev": False})
        # Python 3.15 would guess, too, but not at options, nor at files instead of commands.
        self.suggest_on_error = False

    def add_commands(self) -> argparse._SubParsersAction[Parser]:
        """Let commands be added, one of which has to be given."""
        self.commands = self.add_subparsers(dest="command", metavar=COMMAND)
        return self.commands

    def parse_args(self, *given: Any, **named: Any) -> argparse.Namespace:  # type: ignore[override]
        """Parse everything; what is wrong with a command is told by its own parser."""
        values: argparse.Namespace
        values, unknown = self.parse_known_args(*given, **named)
        command = self._chosen(self.commands.choices, values) if self.commands else self
        if unknown:
            command.refuse(unknown[0])
        # Of ``--select=--`` some versions of argparse make an empty list.
        for name, value in vars(values).items():
            if value == [] and name != "paths":
                command.error(f"--{name.replace('_', '-')}: expected one argument")
        return values

    def _chosen(self, commands: Mapping[str, Parser], values: argparse.Namespace) -> Parser:
        if values.command is None:
            self.error(f"a command is required: {', '.join(commands)}")
        return commands[values.command]

    def refuse(self, word: str) -> NoReturn:
        """Say that there is no such option, or no room for one more argument."""
        if not word.startswith("-"):
            self.error(f"unexpected argument {word!r}")
        name = word.partition("=")[0]
        known = [flag for flag in self._option_string_actions if flag.startswith("--")]
        self.error(f"unknown option {name}{did_you_mean(name, known)}")

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; argparse would print the usage too."""
        complain(f"{_plain(message)} (try {self.prog} --help)", self.prog)
        sys.exit(BROKEN)

    def print_help(self, _file: object = None) -> None:
        """Print the help as any report: stdout may be closed or full."""
        sys.exit(deliver(Outcome(CLEAN, self.format_help())))


def _plain(message: str) -> str:
    """The message without what only argparse's users understand."""
    found = _CHOICE.fullmatch(message)
    if found is None:
        return message.removeprefix("argument ").replace(
            "allowed with argument", "allowed with"
        )
    choices = [each.strip(" '") for each in found["choices"].split(",")]
    word, place = found["word"], found["of"]
    hint = did_you_mean(word, choices) or f"; choose from {', '.join(choices)}"
    if place != COMMAND:
        return f"{place}: {word!r} is not a valid choice{hint}"
    if os.path.exists(word):
        hint = f"; to check files, write `celery-guard check {word}`"
    return f"there is no command {word!r}{hint}"


class Joined(argparse.Action):
    """An option whose values add up when it is given several times."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        """Append the value, after a comma."""
        before = getattr(namespace, self.dest)
        joined = values if before is None else f"{before},{values}"
        setattr(namespace, self.dest, joined)


class Version(argparse.Action):
    """Prints the version."""

    def __init__(self, option_strings: Sequence[str], dest: str, **told: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **told)

    def __call__(self, *_: object) -> NoReturn:
        """Print it and leave."""
        sys.exit(deliver(Outcome(CLEAN, f"celery-guard {__version__}\n")))


def jobs(text: str) -> int:
    """A number of processes; 0 for as many as pay off."""
    if text == "auto":
        return 0
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number above 0 nor auto")
    return int(text)
