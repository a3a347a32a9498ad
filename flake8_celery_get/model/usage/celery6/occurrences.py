"""Where one file has a setting's name, as far as everything there that has it is understood."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.source.outline import parse
from flake8_celery_get.source.text import SourceError

if TYPE_CHECKING:
    from flake8_celery_get.source.code import Span

IsSettings: TypeAlias = Callable[[str, int], bool]
"""Whether a module with so many leading dots is one of the settings in question."""

_OVERRIDES = ("override_settings", "modify_settings", "settings", "configure")
_ATTRIBUTES = ("getattr", "hasattr", "setattr", "delattr")
_ENVIRONMENT = re.compile(r"(?i)(?:^|\.)(?:environ|getenv|_?env|config)\b")
_CALLED_SETTINGS = re.compile(r"(?i)settings$")


class NotUnderstoodError(Exception):
    """The name stands for something that nobody can tell."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A setting's name, and what is known of the file that may have it.

    ``is_settings`` knows the settings by their imports. ``in_django``: Django's settings have
    the name, too. ``is_bare``: the file is one of the settings, or takes all names from one.
    ``places`` are those where the setting is known to be set.
    """

    name: str
    is_settings: IsSettings
    in_django: bool
    is_bare: bool
    is_test: bool
    places: frozenset[Span] = frozenset()


def occurrences(text: str, lines: Sequence[str], sought: Sought) -> set[Span] | None:
    """What has to be renamed in a file together with the setting; None where that is unclear."""
    try:
        file = _File(lines, sought, parse(text))
        return set(file.spans())
    except (NotUnderstoodError, SourceError, RecursionError):
        return None


@dataclass(slots=True)
class _File:
    lines: Sequence[str]
    sought: Sought
    tree: ast.Module
    _objects: set[str] = field(default_factory=set)
    """Dotted names of settings: objects and modules that have the name as an attribute."""

    _bare: bool = False
    _around: dict[ast.AST, ast.AST] = field(default_factory=dict)

    def spans(self) -> Iterator[Span]:
        """All places to rename."""
        self._bare = self.sought.is_bare
        for node in ast.walk(self.tree):
            self._around |= dict.fromkeys(ast.iter_child_nodes(node), node)
            if isinstance(node, ast.Import):
                self._import(node)
            elif isinstance(node, ast.ImportFrom):
                yield from self._import_from(node)
        for node in ast.walk(self.tree):
            yield from self._node(node)

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            if self.sought.is_settings(alias.name, 0):
                self._objects.add(alias.asname or alias.name)

    def _import_from(self, node: ast.ImportFrom) -> Iterator[Span]:
        module = node.module or ""
        is_ours = self.sought.is_settings(module, node.level)
        for alias in node.names:
            name = alias.asname or alias.name
            below = f"{module}.{alias.name}" if module else alias.name
            if is_ours and alias.name == self.sought.name:
                self._bare = self._bare or alias.asname is None
                yield self._span(alias, 0)
            elif is_ours and alias.name == "*":
                self._bare = True
            elif self.sought.name in (alias.name, name):
                raise NotUnderstoodError
            elif self.sought.is_settings(below, node.level) or below == self._django():
                self._objects.add(name)

    def _django(self) -> str:
        return "django.conf.settings" if self.sought.in_django else ""

    def _node(self, node: ast.AST) -> Iterator[Span]:
        name = self.sought.name
        if isinstance(node, ast.Name) and node.id == name:
            if not self._bare:
                raise NotUnderstoodError
            yield self._span(node, 0)
        elif isinstance(node, ast.Attribute) and node.attr == name:
            yield from self._attribute(node)
        elif isinstance(node, ast.keyword) and node.arg == name:
            yield from self._keyword(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if name in node.value:
                yield from self._text(node, node.value)
        elif name in _other_names(node):
            raise NotUnderstoodError

    def _attribute(self, node: ast.Attribute) -> Iterator[Span]:
        owner = _dotted(node.value)
        if self._is_object(owner):
            end = node.end_col_offset or 0
            yield self._span(node, end - len(node.attr.encode()), node.end_lineno or 0)
        elif owner.rpartition(".")[2] != "conf":  # an app has it by both names
            raise NotUnderstoodError

    def _is_object(self, owner: str) -> bool:
        if owner in self._objects:
            return True
        in_tests = self.sought.in_django and self.sought.is_test
        return in_tests and _CALLED_SETTINGS.search(owner) is not None

    def _keyword(self, node: ast.keyword) -> Iterator[Span]:
        call = self._around.get(node)
        called = _dotted(call.func) if isinstance(call, ast.Call) else ""
        span = self._span(node, 0)
        if self.sought.in_django and called.rpartition(".")[2] in _OVERRIDES:
            yield span
        elif span not in self.sought.places:
            raise NotUnderstoodError

    def _text(self, node: ast.Constant, value: str) -> Iterator[Span]:
        name = self.sought.name
        if not re.search(rf"\b{name}\b", value):
            return
        if value != name:
            if re.search(r"\s", value):
                return  # a sentence about it
            raise NotUnderstoodError
        around = self._around.get(node)
        if self._is_of_settings(around):
            yield self._span(node, node.col_offset + 1, node.lineno)
        elif not self._is_environments(around):
            raise NotUnderstoodError

    def _is_of_settings(self, around: ast.AST | None) -> bool:
        return (
            isinstance(around, ast.Call)
            and _dotted(around.func) in _ATTRIBUTES
            and self._is_object(_dotted(around.args[0]))
        )

    @staticmethod
    def _is_environments(around: ast.AST | None) -> bool:
        if isinstance(around, ast.Call):
            return _ENVIRONMENT.search(_dotted(around.func)) is not None
        if isinstance(around, ast.Subscript):
            return _ENVIRONMENT.search(_dotted(around.value)) is not None
        return isinstance(around, ast.Expr)

    def _span(self, node: ast.AST, octets: int, row: int = 0) -> Span:
        """The place of the name, which begins with the node or so many octets into the row."""
        row = row or node.lineno  # type: ignore[attr-defined]
        octets = octets or node.col_offset  # type: ignore[attr-defined]
        line = self.lines[row - 1]
        start = len(line.encode()[:octets].decode(errors="replace"))
        end = start + len(self.sought.name)
        if line[start:end] != self.sought.name:
            raise NotUnderstoodError  # inside a text, or quoted in another way
        return row, start, row, end


def _other_names(node: ast.AST) -> Sequence[str]:
    if isinstance(node, ast.arg):
        return [node.arg]
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    return node.names if isinstance(node, ast.Global | ast.Nonlocal) else ()


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
