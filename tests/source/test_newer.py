"""Syntax that the running Python does not have: libcst outlines what ``ast`` can't read."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import flake8_celery_get
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.lower.newer import tree_of
from flake8_celery_get.source.outline import outline, parse
from flake8_celery_get.source.syntax import fault
from flake8_celery_get.source.text import SourceError, read
from tests.libcst_versions import needs_libcst_1_8

PACKAGE = Path(flake8_celery_get.__file__).parent
SOURCES = sorted((PACKAGE / "model").rglob("*.py"))
WAITS = """\
from celery import shared_task


@shared_task
def add(x, y):
    return x + y


{newer}


@shared_task(bind=True)
def both(self, x):
    return add.delay(x, 1).get(timeout=1)
"""
NEWER = {
    "3.12: type alias": "type Amount = int | float",
    "3.12: type parameters": "class Box[T]:\n    def first[S](self, x: S) -> T: ...",
    "3.12: quotes in an f-string": 'NAME = f"{dict(a=1)["a"]}"',
    "3.13: a default of a type parameter": "class Box[T = int]:\n    pass",
    "3.14: except without brackets": "try:\n    pass\nexcept ValueError, TypeError:\n    pass",
    "3.14: a template string": 'NAME = t"{add}"',
}
EACH_NEWER = [
    pytest.param(text, id=name, marks=needs_libcst_1_8 if name.startswith("3.14") else ())
    for name, text in NEWER.items()
]
NEVER = {
    "a statement of Python 2": 'print "sent"',
    "a line that is not finished": "x = (1,",
    "two parameters of the same name": "def f(x, x):\n    pass",
}


@pytest.mark.parametrize("newer", EACH_NEWER)
def test_a_file_in_newer_syntax_is_linted(newer: str, tmp_path: Path) -> None:
    path = tmp_path / "tasks.py"
    text = WAITS.format(newer=newer)
    path.write_text(text, encoding="utf-8")
    (finding,) = Engine(Options(cache=False)).check(str(path))
    assert (finding.code, finding.column) == ("CEL101", 11)
    assert text.splitlines()[finding.line - 1].strip().startswith("return add.delay")


MUCH_ELSE = {
    "a table": "TABLE = {\n" + "    'a': [f.a.b(1, (2, 3)), -1],\n" * 200 + "}",
    "statements": "x = f(a.b(1)[2]) + 1\n" * 200,
    "brackets in texts": "x = g('(') + h[\"[{\"]  # (((\n" * 200,
}


@pytest.mark.parametrize("newer", EACH_NEWER)
@pytest.mark.parametrize("other", MUCH_ELSE.values(), ids=MUCH_ELSE)
def test_so_is_a_long_file(newer: str, other: str, tmp_path: Path) -> None:
    path = tmp_path / "tasks.py"
    path.write_text(WAITS.format(newer=f"{newer}\n{other}"), encoding="utf-8")
    assert [each.code for each in Engine(Options(cache=False)).check(str(path))] == [
        "CEL101"
    ]


@needs_libcst_1_8
def test_so_is_a_long_function_in_newer_syntax(tmp_path: Path) -> None:
    statements = "    x = [f(a.b(1)[2]) + 1, -x]\n" * 200
    newer = f"@shared_task\ndef many():\n{statements}    t'{{x}}'\n    add.delay(1).get()\n"
    path = tmp_path / "tasks.py"
    path.write_text(WAITS.format(newer=newer), encoding="utf-8")
    found = Engine(Options(cache=False)).check(str(path))
    assert [each.code for each in found].count("CEL101") == 2


@pytest.mark.parametrize("newer", NEVER.values(), ids=NEVER)
def test_what_no_python_reads_is_an_error(newer: str, tmp_path: Path) -> None:
    path = tmp_path / "tasks.py"
    path.write_text(WAITS.format(newer=newer), encoding="utf-8")
    assert fault(str(path)).startswith("line ")
    with pytest.raises(SourceError):
        Engine(Options(cache=False)).check(str(path))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_both_ways_outline_the_same(path: Path) -> None:
    text = read(str(path))
    lines = Lines(text)
    tree = tree_of(text)
    assert tree is not None
    by_libcst, by_ast = outline(tree, lines), outline(ast.parse(text), lines)
    assert by_libcst.definitions == by_ast.definitions
    assert list(map(repr, by_libcst.imports)) == list(map(repr, by_ast.imports))


def test_columns_are_counted_in_characters() -> None:
    text = 'type Größe = int\nä = "ö"; größe = "ü"\n'
    found = outline(parse(text), Lines(text))
    assert [(each.names, each.column, each.end_column) for each in found.definitions][
        1:
    ] == [
        (("ä",), 0, 7),
        (("größe",), 9, 20),
    ]


def test_a_definition_ends_before_comments_and_empty_lines() -> None:
    text = "def f[T](x):\n    return x  # so\n\n    # and more\n\n\nx: int = 1\n"
    function, variable = outline(parse(text), Lines(text)).definitions
    assert (function.line, function.end_line, function.end_column) == (1, 2, 12)
    assert (variable.names, variable.line) == (("x",), 7)
