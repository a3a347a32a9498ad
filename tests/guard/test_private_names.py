"""Private names of other packages: all are listed, all are there, and used in one room only."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import ModuleType
from typing import Any, Generic

import pytest

import pytest_celery_guard
from pytest_celery_guard.private.names import DOCUMENTED, LIBRARIES

PACKAGE = Path(pytest_celery_guard.__file__).parent
ROOM = PACKAGE / "private"
FILES = sorted(PACKAGE.rglob("*.py"))
NAMES = [
    (library, name)
    for library, found in LIBRARIES.items()
    for name in (*found.private, *found.extended, *found.undocumented)
    if sys.version_info < found.gone_in
]
OWN = "_celery_guard"
OURS = {"self", "guard", "other"}
"""Variables that hold something of the guard's."""


@pytest.mark.parametrize("name", LIBRARIES)
def test_the_installed_version_is_one_that_was_checked(name: str) -> None:
    try:
        installed = version(name)
    except PackageNotFoundError:
        pytest.skip(f"{name} is not installed")
    assert any(
        installed == each or installed.startswith(f"{each}.")
        for each in LIBRARIES[name].versions
    )


@pytest.mark.parametrize(("library", "name"), NAMES)
def test_each_name_is_there(library: str, name: str) -> None:
    pytest.importorskip(library)
    path = name.partition(":")[2]
    owner: Any = import_module(name.partition(":")[0])
    for part in filter(None, path.split(".")):
        if not hasattr(owner, part):  # set on instances, or by a function
            assert re.search(rf"\b{part}\b", source_of(owner)), name
            return
        owner = getattr(owner, part)


def source_of(owner: Any) -> str:
    """The text of a class with its bases, of a function or a module."""
    line = owner.__mro__[:-1] if isinstance(owner, type) else [owner]
    return "".join(text_of(each) for each in line if each is not Generic)  # it is C code


def text_of(owner: Any) -> str:
    """The text of one of them; a test before may have dropped its module."""
    if isinstance(owner, type):
        import_module(owner.__module__)
    return inspect.getsource(owner)


def test_the_room_has_all_that_are_listed_and_no_others() -> None:
    files = (path for path in ROOM.glob("*.py") if path.stem != "names")
    in_room = {name for path in files for name in foreign_names(path)}
    listed = {last(name) for each in LIBRARIES.values() for name in each.private}
    assert in_room - DOCUMENTED <= listed
    assert listed <= in_room | {name for _, name in overridden()}


def last(name: str) -> str:
    """The private part of a name: its last one, or the module itself."""
    return re.split(r"[.:]", name.rstrip(":"))[-1]


@pytest.mark.parametrize(
    "path",
    [each for each in FILES if each.parent != ROOM],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_no_other_room_uses_a_private_name(path: Path) -> None:
    extended = {last(name) for each in LIBRARIES.values() for name in each.extended}
    assert foreign_names(path) <= DOCUMENTED | extended


def foreign_names(path: Path) -> set[str]:
    """The private names in a file that it does not define itself, also those in strings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    own = {
        node.name
        for node in nodes
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    own |= {
        node.attr for node in nodes if isinstance(node, ast.Attribute) and on_ours(node)
    }
    stored = (node for node in nodes if isinstance(node, ast.Name))
    own |= {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    return {name for name in used_in(nodes) if is_private(name)} - own


def used_in(nodes: list[ast.AST]) -> Iterator[str]:
    strings = (node for node in nodes if isinstance(node, ast.JoinedStr))
    parts = {id(each) for string in strings for each in string.values}
    for node in nodes:
        if isinstance(node, ast.Attribute) and not on_ours(node):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (node.module or "").split(".")
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Constant) and id(node) not in parts:
            yield from names_in(node.value)


def names_in(value: object) -> list[str]:
    """The parts of a string that may be a dotted name."""
    is_name = isinstance(value, str) and re.fullmatch(r"[\w.]+", value)
    return [] if not is_name or str(value).endswith(".py") else str(value).split(".")


def is_private(name: str) -> bool:
    return bool(re.match(r"_[a-z]", name)) and not name.startswith(OWN)


def on_ours(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in OURS


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_private_name_is_put_together(path: Path) -> None:
    """``getattr(x, f"_{name}")`` would hide one; of ``self`` it is the guard's own."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"getattr", "setattr"}:
            owner, name = ast.unparse(node.args[0]), ast.unparse(node.args[1])
            assert owner in OURS or not re.match(r"f?['\"]_?\{?.*['\"]_", name)
            assert owner in OURS or not name.startswith(("f'_", "'_' +"))


def test_subclasses_override_and_call_only_what_is_listed() -> None:
    listed = {
        last(name)
        for each in LIBRARIES.values()
        for name in (*each.private, *each.extended)
    }
    found = {(where, name) for where, name in overridden() if name not in listed}
    assert found == set()


def overridden() -> Iterator[tuple[str, str]]:
    """The private names of a foreign base class that classes of the guard have or use."""
    for module in filter(None, map(imported, FILES)):
        for kind in list(vars(module).values()):
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                yield from ((kind.__qualname__, name) for name in foreign_of(kind))


def imported(path: Path) -> ModuleType | None:
    if path.stem == "program":  # of the worker's own process
        return None
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return import_module(".".join(each for each in parts if each != "__init__"))


def foreign_of(kind: type) -> Iterator[str]:
    packages = {*LIBRARIES, "_pytest"}
    bases = [each for each in kind.__mro__ if each.__module__.split(".")[0] in packages]
    if not bases:
        return
    text = text_of(kind)
    for name in {*re.findall(r"(?:self|super\(\))\.(_[a-z]\w*)", text), *vars(kind)}:
        if is_private(name) and any(has(base, name) for base in bases):
            yield name


def has(base: type, name: str) -> bool:
    return name in vars(base) or f"self.{name} =" in text_of(base)


def test_a_string_name_is_seen(tmp_path: Path) -> None:
    code = """
getattr(thing, "_hidden")
swap(undo, thing, "_patched", None)
monkeypatch.setattr("package._module.Class._method", None)
thing._plain
text = f"{thing}_down"
"""
    file = tmp_path / "code.py"
    file.write_text(code, encoding="utf-8")
    assert foreign_names(file) == {"_hidden", "_patched", "_module", "_method", "_plain"}
