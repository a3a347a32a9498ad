"""Writes Celery-shaped code at random: valid Python, and as knotted as people never write it.

The same seed gives the same module. Names are few, so that definitions meet: functions
call each other, handles travel, guards and loops stand around reads, modules import.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

IMPORTS = (
    "from celery import Celery, chain, chord, group, shared_task, states",
    "from celery.result import AsyncResult, GroupResult, ResultSet, allow_join_result",
    "from django.views import View",
    "import asyncio, time",
)
MODULES = ("alpha", "beta", "gamma", "delta")
NAMES = ("a", "b", "r", "rows", "task_id")
FUNCTIONS = ("fetch", "show", "load", "wait_all", "add", "total")
CLASSES = ("Report", "Page", "Base")
DECORATORS = (
    "@shared_task", "@shared_task(bind=True)", "@app.task", "@app.task(ignore_result=True)",
    "@staticmethod", "@property", "@unknown", "@fetch", "@app.route('/x')",
)  # fmt: skip
BASES = ("", "(View)", "(Base)", "(Page, Report)", "(app.Task)", "(Unknown)")


class Author:
    """Writes one module; ``depth`` bounds how deep statements and expressions nest."""

    def __init__(self, seed: object, depth: int = 3) -> None:
        self._random = Random(repr(seed))
        self._depth = depth
        self._around: list[str] = []

    def module(self) -> str:
        """A whole module."""
        parts = [*IMPORTS, "app = Celery('proj', backend='rpc://')", *self._imports()]
        parts += [self._definition(0) for _ in range(self._random.randint(2, 7))]
        parts += self._block(0, self._depth)
        return "\n".join(parts) + "\n"

    def _imports(self) -> list[str]:
        module, name = self._one(MODULES), self._one(FUNCTIONS)
        return self._some(
            f"from .{module} import {name}",
            f"from .{module} import *",
            f"from . import {module}",
            f"import proj.{module} as {self._one(NAMES)}",
            f"try:\n    from proj.{module} import {name}\nexcept ImportError:\n    {name} = None",
        )

    def _definition(self, level: int) -> str:
        return self._class(level) if self._maybe(0.3) else self._function(level)

    def _function(self, level: int) -> str:
        blanks = "    " * level
        lines = [blanks + each for each in self._some(*DECORATORS)[:2]]
        kind = "async def" if self._maybe(0.2) else "def"
        first = self._one(("self", "request", "i"))
        header = f"{kind} {self._one(FUNCTIONS)}({first}, {self._one(NAMES)}=None)"
        lines.append(f"{blanks}{header}:")
        self._around.append(kind)
        lines += self._block(level + 1, self._depth)
        self._around.pop()
        return "\n".join(lines)

    def _class(self, level: int) -> str:
        blanks = "    " * level
        header = f"{blanks}class {self._one(CLASSES)}{self._one(BASES)}:"
        methods = [self._function(level + 1) for _ in range(self._random.randint(1, 3))]
        return "\n".join([header, *methods])

    def _block(self, level: int, depth: int) -> list[str]:
        lines: list[str] = []
        for _ in range(self._random.randint(1, 4)):
            lines += self._statement(level, depth)
        return lines

    def _statement(self, level: int, depth: int) -> list[str]:
        blanks = "    " * level
        if depth <= 0 or self._maybe(0.6):
            return [blanks + self._simple()]
        if self._maybe(0.1):
            return [self._definition(level)]
        headers = self._compound()
        lines: list[str] = []
        for header in headers:
            lines += [f"{blanks}{header}:", *self._block(level + 1, depth - 1)]
        return lines

    def _simple(self) -> str:
        name, value = self._one(NAMES), self._expression(self._depth)
        statements = [
            f"{name} = {value}", f"{name}, {self._one(NAMES)} = {value}, {name}", value,
            f"{name}.handle = {value}", f"{name}[0] = {value}", f"{name} += {value}",
            f"{name}: AsyncResult = {value}", f"assert {value}", f"del {name}[{value}]",
            f"{name}.append({value})", f"raise E({value}) from {name}", "pass",
        ]  # fmt: skip
        if self._around:
            statements += [f"return {value}", "return", f"yield {value}"]
        if self._around[-1:] == ["async def"]:
            statements += [f"{name} = await ({value})", "await asyncio.sleep(1)"]
        return self._one(statements)

    def _compound(self) -> list[str]:
        test, name = self._expression(2), self._one(NAMES)
        return self._one(
            [
                [f"if {test}"],
                [f"if {test}", f"elif {self._expression(2)}", "else"],
                [f"while {test}"],
                [f"for {name} in {self._expression(2)}", "else"],
                [f"with {test} as {name}"],
                ["with allow_join_result()"],
                ["try", f"except {self._one(NAMES)} as {name}", "else", "finally"],
                ["try", "finally"],
            ]
        )

    def _expression(self, depth: int) -> str:
        if depth <= 0:
            return self._one((*NAMES, "(1)", "'SUCCESS'", "None", "self", "request"))
        inner, other = self._expression(depth - 1), self._expression(depth - 2)
        name, function = self._one(NAMES), self._one(FUNCTIONS)
        return self._one(
            [
                f"AsyncResult({inner})", f"{function}.delay({inner})", f"{function}({inner})",
                f"{function}.apply_async(({inner},), countdown={other})",
                f"{inner}.get()", f"{inner}.get(timeout={other})", f"{name}.ready()",
                f"{name}.state == {inner}", f"{name}.state in states.READY_STATES",
                f"chain({function}.s({inner}), {name})()", f"group({inner}, {other}).delay()",
                f"chord([{inner}])({other})", f"({function}.s({inner}) | {name})",
                f"~{function}.s({inner})", f"self.{function}({inner})", f"{inner}.{name}",
                f"[{inner} for {name} in rows]", f"{{{inner}: {other}}}", f"({inner}, {other})",
                f"(lambda {name}: {inner})", f"({inner} if {other} else {name})",
                f"({name} := {inner})", f"({inner} and {other})", f"(not {inner})",
                f"f'{{{name}.get()}}'", f"asyncio.run({inner})", f"map({function}, {inner})",
                f"{name}[{inner}]", f"{name}[:{inner}]", f"{name}(*{inner}, **{other})",

            ]
        )  # fmt: skip

    def _one(self, choices: Sequence[T]) -> T:
        return self._random.choice(choices)

    def _some(self, *choices: str) -> list[str]:
        return [each for each in choices if self._maybe(0.25)]

    def _maybe(self, chance: float) -> bool:
        return self._random.random() < chance
