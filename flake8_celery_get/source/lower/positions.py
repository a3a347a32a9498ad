"""Exact places of libcst nodes, by writing the code out once and counting characters.

Costs a fifth of the parse; libcst's own position providers cost twice the parse.
"""

from __future__ import annotations

from bisect import bisect_right
from types import TracebackType
from typing import TYPE_CHECKING, Any

from libcst._nodes.internal import CodegenState

from flake8_celery_get.source.code import Span

if TYPE_CHECKING:
    from libcst import CSTNode, Module


class _Mark:
    """Notes where one node starts and ends; brackets and blanks around it don't count."""

    __slots__ = ("node", "start", "state")

    def __init__(self, state: _CountingState, node: CSTNode) -> None:
        self.state = state
        self.node = node

    def __enter__(self) -> None:
        self.start = self.state.offset

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.state.places[id(self.node)] = (self.start, self.state.offset)


class _CountingState(CodegenState):
    """Writes nothing, counts everything."""

    def __init__(self, module: Module) -> None:
        super().__init__(
            default_indent=module.default_indent,
            default_newline=module.default_newline,
        )
        self.offset = 0
        self.places: dict[int, tuple[int, int]] = {}

    def add_token(self, value: str) -> None:
        self.offset += len(value)

    def add_indent_tokens(self) -> None:
        self.offset += sum(map(len, self.indent_tokens))

    def record_syntactic_position(self, node: CSTNode, **_between: Any) -> Any:
        return _Mark(self, node)


class Positions:
    """Answers where a node of ``module`` stands in the file its text was cut from."""

    def __init__(self, module: Module, text: str, first_line: int) -> None:
        state = _CountingState(module)
        module._codegen(state)
        self._places = state.places
        self._origins: list[int] | None = None
        if state.offset != len(text) + 1:  # it always ends what it writes with a newline
            self._origins = _aligned(module.code, text)
        self._first_line = first_line
        self._line_starts = [0]
        for line in text.split("\n"):
            self._line_starts.append(self._line_starts[-1] + len(line) + 1)

    def has(self, node: CSTNode) -> bool:
        """Whether the place of a node is known: operators, say, have none."""
        return id(node) in self._places

    def span(self, node: CSTNode) -> Span:
        """The node's span; the node must be part of the module."""
        start, end = self._places[id(node)]
        return (*self._point(start), *self._point(end))

    def _point(self, offset: int) -> tuple[int, int]:
        if self._origins is not None:
            offset = self._origins[min(offset, len(self._origins) - 1)]
        row = bisect_right(self._line_starts, offset) - 1
        return row + self._first_line, offset - self._line_starts[row]


def _aligned(written: str, text: str) -> list[int]:
    """For each offset in what libcst writes, the offset in the text that it read.

    It leaves out a blank here and there: before the colon of ``except``, a form feed.
    """
    origins: list[int] = []
    at = 0
    for character in written:
        while at < len(text) and text[at] != character and text[at].isspace():
            at += 1
        origins.append(at)
        if at < len(text) and text[at] == character:
            at += 1
    return [*origins, at]
