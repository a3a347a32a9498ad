"""What goes round in circles, or very deep, ends, and waits in it are still found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.waiting import codes

RESULT = "from celery.result import AsyncResult\n"
WEB = "import django; "
"""Stands before the first import of a module whose classes may be views."""
DEEP = 140
"""Calls between a view and its read; what lies much deeper is not looked for."""


def chain(length: int) -> str:
    """Functions that call each other in turn; the last one reads."""
    calls = "".join(f"def f{n}(i):\n    return f{n + 1}(i)\n\n\n" for n in range(length))
    return f"{RESULT}\n\n{calls}def f{length}(i):\n    return AsyncResult(i).get()\n"


CIRCLES: dict[str, tuple[dict[str, str], list[str]]] = {
    "a function that calls itself": (
        {
            "v.py": RESULT + "def show(request, i, n=3):\n"
            "    if n:\n        return show(request, i, n - 1)\n"
            "    return AsyncResult(i).get()\n"
        },
        ["v.py:5 CEL102"],
    ),
    "a helper that calls itself": (
        {
            "v.py": RESULT + "def fetch(i, n):\n    if n:\n        return fetch(i, n - 1)\n"
            "    return AsyncResult(i).get()\n"
            "def show(request):\n    return fetch(1, 2)\n"
        },
        ["v.py:5 CEL102"],
    ),
    "two functions in two modules that call each other": (
        {
            "p/__init__.py": "",
            "p/a.py": "from p import b\ndef ping(i):\n    return b.pong(i)\n",
            "p/b.py": RESULT + "from p import a\ndef pong(i):\n    a.ping(i)\n"
            "    return AsyncResult(i).get()\n",
            "p/v.py": "from p.a import ping\nfrom p.b import pong\n"
            "def first(request):\n    return ping(1)\n"
            "def second(request):\n    return pong(1)\n",
        },
        ["p/b.py:5 CEL102"],
    ),
    "three in a ring, entered at each": (
        {
            "v.py": RESULT + "def a(i):\n    return b(i)\ndef b(i):\n    return c(i)\n"
            "def c(i):\n    a(i)\n    return AsyncResult(i).get()\n"
            "def show(request):\n    a(1)\ndef list_(request):\n    b(1)\n"
            "def item(request):\n    c(1)\n"
        },
        ["v.py:8 CEL102"],
    ),
    "modules that import each other's names": (
        {
            "p/__init__.py": "",
            "p/a.py": "from p.b import fetch\n",
            "p/b.py": "from p.a import fetch\n",
            "p/v.py": RESULT + "from p.a import fetch\n"
            "def show(request, i):\n    fetch(i)\n    return AsyncResult(i).get()\n",
        },
        ["p/v.py:5 CEL102"],
    ),
    "star imports in a ring": (
        {
            "p/__init__.py": "from p.a import *\n",
            "p/a.py": RESULT + "from p.b import *\n"
            "def fetch(i):\n    return AsyncResult(i).get()\n",
            "p/b.py": "from p import *\n",
            "p/v.py": "from p.b import fetch\ndef show(request):\n    return fetch(1)\n",
        },
        ["p/a.py:4 CEL102"],
    ),
    "a module that imports itself": (
        {
            "p/__init__.py": "",
            "p/v.py": RESULT + "from p import v\nimport p.v\n"
            "def show(request, i):\n    if i:\n        v.show(request, i - 1)\n"
            "    return AsyncResult(i).get()\n",
        },
        ["p/v.py:7 CEL102"],
    ),
    "classes that derive from themselves and from each other": (
        {
            "v.py": WEB + RESULT + "class A(A):\n    pass\nclass B(C):\n    pass\n"
            "class C(B):\n    def get(self, request):\n"
            "        return AsyncResult(1).get() and self.missing()\n"
        },
        ["v.py:8 CEL102"],
    ),
    "classes in two modules that derive from each other": (
        {
            "p/__init__.py": "",
            "p/a.py": "from p.b import B\nclass A(B):\n    pass\n",
            "p/b.py": WEB + RESULT + "from p.a import A\nclass B(A):\n"
            "    def get(self, request):\n        return AsyncResult(1).get()\n",
        },
        ["p/b.py:5 CEL102"],
    ),
    "a function that decorates itself, and two that decorate each other": (
        {
            "v.py": RESULT + "@show\ndef show(request):\n    return AsyncResult(1).get()\n"
            "@b\ndef a(f):\n    return f\n@a\ndef b(f):\n    return f\n"
            "@a\n@b\ndef item(request):\n    return AsyncResult(1).get()\n"
        },
        ["v.py:4 CEL102", "v.py:14 CEL102"],
    ),
    "a task that decorates with itself": (
        {
            "v.py": "from celery import shared_task\n"
            "@shared_task(base=run)\n@run.task\ndef run():\n    return run.delay().get()\n"
        },
        ["v.py:5 CEL101"],
    ),
    "names that are each other": (
        {
            "v.py": RESULT + "a = b\nb = a\nr = r\n"
            "def show(request):\n    a.get()\n    r.get()\n"
            "    return AsyncResult(a).get()\n"
        },
        ["v.py:8 CEL102"],
    ),
    "a list that holds itself": (
        {
            "v.py": RESULT + "def show(request, i):\n    rows = [AsyncResult(i)]\n"
            "    for _ in i:\n        rows = [rows, rows]\n        rows.append(rows)\n"
            "    r = AsyncResult(i)\n    r = [r.parent for _ in r.children]\n"
            "    return AsyncResult(i).get()\n"
        },
        ["v.py:9 CEL102"],
    ),
    "attributes that hold each other": (
        {
            "v.py": WEB
            + RESULT
            + "class A:\n    def __init__(self):\n        self.b = self.a\n"
            "        self.a = self.b\n        self.r = AsyncResult(self.a)\n"
            "    def get(self, request):\n        self.a.get()\n"
            "        return self.r.get()\n"
        },
        ["v.py:9 CEL102"],
    ),
    "a property that asks for itself": (
        {
            "v.py": WEB + RESULT + "class A:\n    @property\n    def r(self):\n"
            "        return self.r or AsyncResult(1)\n"
            "    def get(self, request):\n        return self.r.get()\n"
        },
        ["v.py:7 CEL102"],
    ),
    "closures that return themselves": (
        {
            "v.py": RESULT
            + "def show(request):\n    def inner():\n        AsyncResult(1).get()\n"
            "        return inner\n    return inner()()()\n"
        },
        ["v.py:4 CEL102"],
    ),
    "a lambda that calls itself": (
        {
            "v.py": RESULT + "f = lambda n: f(n - 1) or AsyncResult(n).get()\n"
            "def show(request):\n    return f(1)\n"
        },
        ["v.py:2 CEL102"],
    ),
}


@pytest.mark.parametrize(("files", "expected"), CIRCLES.values(), ids=CIRCLES)
def test_a_circle_ends(root: Path, files: dict[str, str], expected: list[str]) -> None:
    assert [found for found in codes(root, files) if "CEL104" not in found] == expected


def test_a_long_chain_of_calls_is_followed_to_its_end(root: Path) -> None:
    calls = chain(DEEP)
    text = f"{calls}\n\ndef show(request):\n    return f0(1)\n"
    read = calls.count("\n")
    assert codes(root, {"v.py": text}) == [f"v.py:{read} CEL102"]


def test_a_chain_over_many_modules_is_followed_to_its_end(root: Path) -> None:
    length = 20
    files = {
        f"p/m{n}.py": f"from p.m{n + 1} import f{n + 1}\n\n\ndef f{n}(i):\n    return f{n + 1}(i)\n"
        for n in range(length)
    }
    files["p/__init__.py"] = ""
    files[f"p/m{length}.py"] = (
        f"{RESULT}\n\ndef f{length}(i):\n    return AsyncResult(i).get()\n"
    )
    files["p/views.py"] = "from p.m0 import f0\n\n\ndef show(request):\n    return f0(1)\n"
    assert codes(root, files) == [f"p/m{length}.py:5 CEL102"]


@pytest.mark.parametrize("length", [150, 1_000])
def test_a_chain_that_nobody_wrote_hides_nothing_else(root: Path, length: int) -> None:
    text = chain(length) + "\n\ndef show(request):\n    f0(1)\n    AsyncResult(1).get()\n"
    lines = text.count("\n")
    assert f"v.py:{lines} CEL102" in codes(root, {"v.py": text})


def test_ways_that_multiply_are_not_walked_one_by_one(root: Path) -> None:
    levels = DEEP
    calls = "".join(
        f"def f{n}(i):\n    f{n + 1}(i)\n    return f{n + 1}(i)\n\n\n"
        for n in range(levels)
    )
    calls = f"{RESULT}\n\n{calls}def f{levels}(i):\n    return AsyncResult(i).get()\n"
    text = f"{calls}\n\ndef show(request):\n    return f0(1)\n"
    read = calls.count("\n")
    assert codes(root, {"v.py": text}) == [f"v.py:{read} CEL102"]


@pytest.mark.parametrize("kind", ["mutual", "branches", "handles"])
def test_a_large_knot_is_no_hang(root: Path, kind: str) -> None:
    size = 25
    names = range(size)
    knots = {
        "mutual": "".join(
            f"def f{n}(i):\n" + "".join(f"    f{m}(i)\n" for m in names) for n in names
        ),
        "branches": "def f0(i, x=None):\n"
        + "".join(f"    if i.a{n}:\n        x = AsyncResult({n})\n" for n in names)
        + "    while i:\n        for x in [x, x]:\n            x = x.parent\n",
        "handles": "def f0(i):\n"
        + "".join(f"    x{n} = AsyncResult({n}) if i else x{n - 1}\n" for n in names),
    }
    text = (
        RESULT
        + knots[kind]
        + "def show(request):\n    f0(request)\n    AsyncResult(1).get()\n"
    )
    lines = text.count("\n")
    assert codes(root, {"v.py": text})[-1] == f"v.py:{lines} CEL102"


DOUBLING = {
    "a tuple of itself": "    a = (a, a)\n",
    "a tuple or itself": "    a = (a, r) if i else a\n",
    "a list, a dict and a comprehension": "    a = [a, {1: a}, r] + [b for b in a]\n",
}


@pytest.mark.parametrize("line", DOUBLING.values(), ids=DOUBLING)
def test_values_that_double_come_to_an_end(tmp_path: Path, line: str) -> None:
    view = (
        f"{RESULT}def show(request, i):\n    a = r = AsyncResult(i)\n{line * 40}"
        "    return r.get()\n"
    )
    assert codes(tmp_path, {"v.py": view}) == ["v.py:44 CEL102"]
