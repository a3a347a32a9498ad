"""Modules that are programs, and what only the program that was started gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flake8_celery_get.model.calls.handing import Handed
    from flake8_celery_get.model.evaluate.world import World
    from flake8_celery_get.source.outline import Definition

_PARSERS = frozenset({"add_argument", "set_defaults"})
"""Methods of argparse by which a command's handler is given to the parser."""


def is_program(world: World, path: str) -> bool:
    """Whether a module has statements under ``if __name__ == "__main__":``."""
    return bool(_main_statements(world, path))


def is_parser(world: World, note: Handed) -> bool:
    """Whether a parser of the program's arguments, or the program, gets the function."""
    in_main = _main_statements(world, note.path)
    if in_main and note.receiver in _PARSERS:
        return True
    return any(each.spans(note.at[0]) for each in in_main)


def _main_statements(world: World, path: str) -> list[Definition]:
    return [each for each in world.scope(path).statements if each.within_main]
