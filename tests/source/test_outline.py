"""An outline says what stands where; the text it cuts out is code that can be read alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.source import code
from flake8_celery_get.source.declared import Keywords, ParameterSpec
from flake8_celery_get.source.lines import Lines
from flake8_celery_get.source.lower.definition import lower
from flake8_celery_get.source.outline import Definition, outline, parse
from flake8_celery_get.source.text import SourceError, decode
from tests.source.corpus import definitions, sample, text_of


def find(text: str, name: str) -> Definition:
    """The one definition with that name, at any depth."""
    (found,) = (each for each in definitions(text) if each.name == name)
    return found


def cut(text: str, name: str) -> str:
    return find(text, name).text(Lines(text))


@pytest.mark.parametrize("path", sample(), ids=lambda path: path.name)
def test_every_definition_of_real_code_can_be_read_alone(path: Path) -> None:
    text = text_of(path)
    lines = Lines(text)
    for definition in definitions(text):
        (lowered, *more) = lower(definition.text(lines), definition.line) or [code.Node()]
        assert more == []
        if definition.kind == "function":
            assert isinstance(lowered, code.Function)
            assert lowered.name == definition.name
            line, column, end_line, end_column = lowered.at
            assert line == end_line
            assert lines[line - 1][column:end_column] == definition.name


LAYOUTS = {
    "plain": "def f(): r.get()\n",
    "decorated": "@a\n@b(\n  1\n)\n# c\n\ndef f(): r.get()\n",
    "decorated after a blank": "@  a\ndef f(): r.get()\n",
    "decorated in brackets": "@(\n  a\n)\ndef f(): r.get()\n",
    "decorated after a backslash": "@\\\na\ndef f(): r.get()\n",
    "decorated in a class": "class A:\n    @a\n    def f(self): r.get()\n",
    "decorated by a matrix product": "@(\n  a @ b\n)\ndef f(): r.get()\n",
    "in a class": "class A:\n    def f(self):\n        r.get()\n",
    "in a class with tabs": "class A:\n\tdef f(self):\n\t\tr.get()\n",
    "in a class after a form feed": "class A:\n\x0c    def f(self):\n        r.get()\n",
    "on the line of a form feed": "x = 1\n\x0cdef f(): r.get()\n",
    "in a class in a class": "class A:\n  class B:\n    def f(self): r.get()\n",
    "under if": "if x:\n    def f(): r.get()\n",
    "under elif": "if x:\n    pass\nelif y:\n    def f(): r.get()\n",
    "under else": "if x:\n    pass\nelse:\n    def f(): r.get()\n",
    "under try": "try:\n    def f(): r.get()\nfinally:\n    pass\n",
    "under except": "try:\n    pass\nexcept E:\n    def f(): r.get()\n",
    "under finally": "try:\n    pass\nfinally:\n    def f(): r.get()\n",
    "under with": "with x:\n    def f(): r.get()\n",
    "two deep": "if x:\n  try:\n    def f(): r.get()\n  finally: pass\n",
    "non-ASCII": "class É:\n    'ü'\n    @é('日')\n    def f(self, ü='日'): r.get()\n",
    "async": "async def f(): r.get()\n",
    "with a comment further left": "class A:\n    def f(self):\n# c\n        r.get()\n",
    "with a string further left": "class A:\n  def f(self):\n    '''\nx'''\n    r.get()\n",
    "continued further left": "class A:\n    def f(self):\n        x = \\\n1; r.get()\n",
}


@pytest.mark.parametrize("text", LAYOUTS.values(), ids=LAYOUTS)
def test_a_function_is_read_at_its_place(text: str) -> None:
    lines = Lines(text)
    definition = find(text, "f")
    (function,) = lower(definition.text(lines), definition.line)
    assert isinstance(function, code.Function)
    assert [lines[at[0] - 1][at[1] : at[3]] for at in calls(function)][-1] == "r.get()"


def calls(node: code.Node) -> list[code.Span]:
    """The places of calls, decorators first."""
    return [each.at for each in code.walk(node) if isinstance(each, code.Call)]


STATEMENTS = {
    "x = 1; y = r.get(); z = 2\n": "       y = r.get()",
    "é = '日'; y = r.get()\n": "         y = r.get()",
    "class A: x = 1; y = r.get()\n": "                y = r.get()",
    "class A:\n    x = 1; y = r.get()\n": "           y = r.get()",
    "if x: y = r.get()\n": "if x: y = r.get()",
    "x = 1; \\\n  y = r.get()\n": "  y = r.get()",
    "x = '''\n'''; y = r.get(\n)\n": "     y = r.get(\n)",
}


@pytest.mark.parametrize("text", STATEMENTS)
def test_a_statement_is_cut_out_where_it_stands(text: str) -> None:
    (definition,) = (each for each in definitions(text) if each.names == ("y",))
    assert definition.text(Lines(text)) == STATEMENTS[text]
    (statement,) = lower(STATEMENTS[text], definition.line)
    (call,) = calls(statement)
    lines = Lines(text)
    assert lines[call[0] - 1][call[1] :].startswith("r.get(")


def test_other_line_ends_make_no_difference() -> None:
    text = (
        "class A:\n    @a\n    def f(self):\n        '''x\n        '''\n        r.get()\n"
    )
    expected = definitions(decode(text.encode()))
    for end in ("\r\n", "\r"):
        assert definitions(decode(text.replace("\n", end).encode())) == expected


def test_a_definition_tells_what_others_need_to_know() -> None:
    text = (
        "@app.task(bind=True, ignore_result=False, base=A, name='f', **more)\n"
        "@other[0]\n@(lambda f: f)\n"
        "async def f(self, /, a, *, b): pass\n"
        "@deco\nclass A(Base, proj.Mixin[int], make(), key=1):\n    x = y = 1\n    def g(): pass\n"
        "if __name__ == '__main__':\n    z: int = 1\n"
    )
    function, class_, variable, method, main = definitions(text)[:3] + definitions(text)[3:]
    assert function.kind == "function"
    assert function.is_async
    assert function.decorators == ("app.task", "other", "")
    assert function.keywords == Keywords(
        ("bind",), ("ignore_result",), ("base", "name"), True
    )
    assert function.positional == ("self", "a")
    assert function.parameters[-1] == ParameterSpec("b", "keyword")
    assert class_.bases == ("Base", "proj.Mixin", "make")
    assert class_.decorators == ("deco",)
    assert [each.names for each in class_.members] == [("x", "y"), ("g",)]
    assert (variable.within_main, variable.names) == (True, ("z",))
    assert {method.name, main.name} == {"x", "g"}


IMPORTS = {
    "import a": [("a", "a", "", 0)],
    "import a.b": [("a", "a", "", 0)],
    "import a.b as c": [("c", "a.b", "", 0)],
    "from a.b import c as d, e": [("d", "a.b", "c", 0), ("e", "a.b", "e", 0)],
    "from . import a": [("a", "", "a", 1)],
    "from ..a import *": [("*", "a", "*", 2)],
    "try:\n    import a\nexcept ImportError:\n    import b": [
        ("a", "a", "", 0),
        ("b", "b", "", 0),
    ],
    "if TYPE_CHECKING:\n    from a import b": [("b", "a", "b", 0)],
}


@pytest.mark.parametrize("text", IMPORTS)
def test_imports_are_told_as_they_bind(text: str) -> None:
    found = outline(parse(text), Lines(text)).imports
    assert [(each.alias, each.module, each.name, each.level) for each in found] == IMPORTS[
        text
    ]


UNPARSABLE = {
    "def f(:": "line 1: invalid syntax",
    "x = 1\n  y = 2": "line 2: unexpected indent",
    "x = " + "[" * 1000: "line 1: too many nested parentheses",
}


@pytest.mark.parametrize("text", UNPARSABLE)
def test_what_python_cannot_parse_is_one_line(text: str) -> None:
    with pytest.raises(SourceError) as caught:
        parse(text)
    assert str(caught.value) == UNPARSABLE[text]
