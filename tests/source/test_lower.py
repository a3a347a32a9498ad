"""Lowering keeps what evaluation needs: every call, and exact places."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

from flake8_celery_get.source import code
from flake8_celery_get.source.lower.definition import lower
from tests.source.corpus import sample, text_of

Place: TypeAlias = "tuple[str, code.Span]"

EXACT_IN_STRINGS = sys.version_info >= (3, 12)
"""Inside f-strings ``ast`` tells exact places from 3.12 on."""

LAZY = ("TypeVar", "TypeAlias", "ParamSpec", "TypeVarTuple")
"""What Python evaluates only when somebody asks for it can't wait."""

each_file = pytest.mark.parametrize("path", sample(), ids=lambda path: path.name)


def kept(text: str) -> set[Place]:
    """The calls and attributes that lowering keeps, and where it says they stand."""
    return {
        (type(node).__name__, node.at)
        for statement in lower(text, 1)
        for node in code.walk(statement)
        if isinstance(node, (code.Call, code.Attribute))
    }


def places(text: str) -> set[Place]:
    """Where Python itself sees calls and attributes."""
    lines = text.split("\n")
    return {
        (type(node).__name__, span(node, lines))
        for node in evaluated(ast.parse(text))
        if isinstance(node, (ast.Call, ast.Attribute))
    }


def evaluated(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run, but those inside f-strings where their places are wrong."""
    yield tree
    if isinstance(tree, ast.JoinedStr) and not EXACT_IN_STRINGS:
        return
    for node in ast.iter_child_nodes(tree):
        if type(node).__name__ not in LAZY:
            yield from evaluated(node)


def span(node: ast.expr, lines: list[str]) -> code.Span:
    """The place of a node of ``ast``, with octets turned into characters."""
    last, end = node.end_lineno or 0, node.end_col_offset or 0
    return (
        node.lineno,
        len(lines[node.lineno - 1].encode()[: node.col_offset].decode()),
        last,
        len(lines[last - 1].encode()[:end].decode()),
    )


def in_strings(text: str) -> list[code.Span]:
    """The spans of f-strings, inside which nobody can tell."""
    if EXACT_IN_STRINGS:
        return []
    lines = text.split("\n")
    nodes = ast.walk(ast.parse(text))
    return [span(node, lines) for node in nodes if isinstance(node, ast.JoinedStr)]


def is_within(inner: code.Span, outer: code.Span) -> bool:
    return outer[:2] <= inner[:2] and inner[2:] <= outer[2:]


@each_file
def test_no_call_of_real_code_is_lost(path: Path) -> None:
    text = text_of(path)
    lost = sorted(places(text) - kept(text))
    assert [place for place in lost if place[0] == "Call"] == []


@each_file
def test_places_in_real_code_are_those_of_python(path: Path) -> None:
    text = text_of(path)
    strings = in_strings(text)
    wrong = sorted(kept(text) - places(text))
    assert [
        place for place in wrong if not any(is_within(place[1], each) for each in strings)
    ] == []


PLACES = {
    "after characters of several octets": "日 = 'é'; r = 'ü'.get()\n",
    "after a tab": "if x:\n\ty = 1;\tr.get()\n",
    "after a form feed": "x = 1\n\x0c\nr.get()\n",
    "on the line of a form feed": "\x0cr.get()\n",
    "in brackets": "x = ((r).get)(\n  (1),\n)\n",
    "after a backslash": "x = 1 + \\\n  r.get()\n",
    "after a comment at a lower level": "if x:\n    y\n  # c\n\n    r.get()\n",
    "after a blank before a colon": "try :\n    x\nexcept E :\n    y\nr.get()\n",
    "after a blank before an else": "for x in y :\n    x\nelse :\n    y\nr.get()\n",
    "in decorators": "@a.b\n# c\n@c.d(\n  1\n)\ndef f(): r.get()\n",
    "without an end of line": "r.get()",
    "in a match": "match a.b():\n  case {'k': 1, **m} if r.get(): pass\n",
    "in several with items": "with (a.b() as x, r.get() as y,): z.get()\n",
    "in a star except": "try: x\nexcept* A as e : r.get()\n",
    "in a slice": "rows[1 : r.get(), 2]\n",
    "in a key": "{r.get(): 1, **s.get()}\n",
    "in the key of a comprehension": "{r.get(): x for x in s.get() if t.get()}\n",
    "in a cause": "raise E() from r.get()\n",
    "in the message of an assertion": "assert x, r.get()\n",
    "in what is deleted": "del rows[r.get()]\n",
    "in a keyword of a class": "class A(B, metaclass=r.get()): pass\n",
    "in a default": "def f(a=r.get(), /, *, b=s.get()): pass\n",
    "in an annotation": "def f(a: r.get(), *b: s.get()) -> t.get(): pass\n",
    "in a lambda": "x = lambda a=r.get(): s.get()\n",
    "in a target": "rows[r.get()].x = s.get()\n",
}


@pytest.mark.parametrize("text", PLACES.values(), ids=PLACES)
def test_calls_are_found_wherever_they_stand(text: str) -> None:
    if "except*" in text and sys.version_info < (3, 11):
        pytest.skip("Python 3.10 does not know this")
    calls = {place for place in places(text) if place[0] == "Call"}
    assert {place for place in kept(text) if place[0] == "Call"} == calls


def test_a_call_inside_an_f_string_is_kept() -> None:
    text = "x = f'é {r.get():{width.get()}}'\n"
    calls = [at for kind, at in kept(text) if kind == "Call"]
    assert sorted(calls) == [(1, 9, 1, 16), (1, 18, 1, 29)]


SHAPES = {
    "f(a, *b, c=1, **d)": [("", "a"), ("*", "b"), ("c", 1), ("**", "d")],
    "f(None, 'a' 'b', r'\\n', 0x10, 1_0.5, b'', 1j)": [
        ("", None),
        ("", "ab"),
        ("", "\\n"),
        ("", 16),
        ("", 10.5),
        ("", code.Other),
        ("", code.Other),
    ],
}


@pytest.mark.parametrize("text", SHAPES)
def test_arguments_keep_their_order_names_and_constants(text: str) -> None:
    (statement,) = lower(text, 1)
    assert isinstance(statement, code.Evaluate)
    assert isinstance(statement.value, code.Call)
    assert [(each.name, shape(each.value)) for each in statement.value.arguments] == SHAPES[
        text
    ]


def shape(node: code.Expression) -> object:
    """A constant's value, a name, or what kind of node it is."""
    if isinstance(node, code.Constant):
        return node.value
    return node.id if isinstance(node, code.Name) else type(node)


INDENTED = {
    "blanks": "    def f(self):\n        return r.get()",
    "a tab": "\tdef f(self):\n\t\treturn r.get()",
    "a form feed": "\x0c    def f(self):\n        return r.get()",
}


@pytest.mark.parametrize("text", INDENTED.values(), ids=INDENTED)
def test_indented_text_keeps_its_columns(text: str) -> None:
    (function,) = lower(text, 7)
    assert isinstance(function, code.Function)
    (call,) = (node for node in code.walk(function) if isinstance(node, code.Call))
    column = text.split("\n")[1].index("r.get")
    assert call.at == (8, column, 8, column + len("r.get()"))


GENERATORS = {
    "def f(): yield 1": True,
    "def f(): return [(yield)]": True,
    "def f(): yield from x": True,
    "def f():\n  def g(): yield 1": False,
    "def f(): return 1": False,
}


@pytest.mark.parametrize("text", GENERATORS)
def test_a_function_is_a_generator_by_its_own_yields(text: str) -> None:
    (function,) = lower(text, 1)
    assert isinstance(function, code.Function)
    assert function.yields is GENERATORS[text]
