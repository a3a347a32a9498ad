"""Tasks that are classes: what a worker calls of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_words import celery_word

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import ClassSymbol, FunctionSymbol

_RUN = re.compile(rb"(?m)^[ \t]+(?:async[ \t]+)?def[ \t]+run\b")
_REGISTERS = re.compile(r"\.(?:register_task|tasks\.register)\(\s*([A-Za-z_]\w*)\b")


def run_methods(world: Surroundings) -> Iterator[FunctionSymbol]:
    """The methods ``run`` of classes that the same module registers, and that run as written.

    Test code is left out, and so are classes of which some base may call ``run`` its own way.
    """
    for path in world.project.celery_files(_RUN):
        if world.is_test(path):
            continue
        registered = set(_REGISTERS.findall(world.project.source(path).text))
        for symbol in world.scope(path).all_classes():
            method = symbol.methods.get("run")
            if (
                method is not None
                and symbol.name in registered
                and _is_plain(world, symbol)
            ):
                yield method


def _is_plain(world: Surroundings, symbol: ClassSymbol) -> bool:
    """Whether Celery's own Task calls ``run``, which no decorator changes."""
    bases = world.classes.outside_bases(symbol)
    return (
        bool(bases)
        and all(celery_word(base).endswith("Task") for base in bases)
        and world.classes.method(symbol, "__call__") is None
        and not symbol.methods["run"].definition.decorators
    )
