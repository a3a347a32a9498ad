"""Random edits of a project, as people make them: small ones, and those of whole files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from random import Random
from typing import TypeAlias

Files: TypeAlias = Mapping[str, str]
"""The text of each file by its name."""

Edit: TypeAlias = dict[str, "str | None"]
"""The files that an edit changes; None is the text of one that is gone."""

_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_SPEAKS = re.compile(r"celery|shared_task|\.delay|apply_async|AsyncResult")
_TELLING = (
    "result_backend",
    "ignore_result=True",
    "bind=True",
    "task_ignore_result",
    "task_always_eager",
    "result_expires",
    "task_track_started",
    "CELERY_RESULT_BACKEND",
)


def random_edit(random: Random, files: Files, others: Files) -> Edit:
    """One edit of ``files``; ``others`` has texts that can come in."""
    kinds = [kind for kind, weight in _KINDS for _ in range(weight)]
    edit: Edit = {}
    while not edit:
        edit = random.choice(kinds)(random, files, others)
    return edit


def _replace_file(random: Random, files: Files, others: Files) -> Edit:
    return {_name(random, files): others[_name(random, others)]}


def _delete_file(random: Random, files: Files, _others: Files) -> Edit:
    return {_name(random, files): None} if len(files) > 1 else {}


def _add_file(random: Random, files: Files, others: Files) -> Edit:
    name = _name(random, others)
    return {} if name in files else {name: others[name]}


def _move_file(random: Random, files: Files, _others: Files) -> Edit:
    name = _name(random, files)
    folder = _name(random, files).rpartition("/")[0]
    target = f"{folder}/{name.rpartition('/')[2]}".lstrip("/")
    return {} if target in files else {name: None, target: files[name]}


def _rename_file(random: Random, files: Files, _others: Files) -> Edit:
    name = _name(random, files)
    target = f"{name.removesuffix('.py')}{random.randrange(9)}.py"
    return {} if target in files else {name: None, target: files[name]}


def _rename_word(random: Random, files: Files, _others: Files) -> Edit:
    """A name, a base class, an option or a setting becomes another one of the project."""
    name, giver = _name(random, files), _name(random, files)
    words, others = _WORD.findall(files[name]), _WORD.findall(files[giver])
    if not words or not others:
        return {}
    old, new = random.choice(words), random.choice(others)
    pattern = rf"\b{old}\b"
    return {name: re.sub(pattern, new, files[name], count=random.choice([0, 1]))}


def _tell_otherwise(random: Random, files: Files, _others: Files) -> Edit:
    """A word that a rule depends on goes."""
    word = random.choice(_TELLING)
    holders = [name for name, text in files.items() if word in text]
    if not holders:
        return {}
    name = random.choice(holders)
    return {name: files[name].replace(word, "something" + "=1" * ("=" in word))}


def _drop_block(random: Random, files: Files, _others: Files) -> Edit:
    name = _name(random, files)
    blocks = _blocks(files[name])
    del blocks[random.randrange(len(blocks))]
    return {name: "\n\n\n".join(blocks)}


def _borrow_block(random: Random, files: Files, others: Files) -> Edit:
    name = _name(random, files)
    block = random.choice(_blocks(others[_name(random, others)]))
    return {name: f"{files[name].rstrip()}\n\n\n{block}\n"}


def _import_all(random: Random, files: Files, _others: Files) -> Edit:
    name = _name(random, files)
    module = _name(random, files).removesuffix(".py").replace("/", ".")
    return {name: f"from {module} import *\n{files[name]}"}


def _move_down(random: Random, files: Files, _others: Files) -> Edit:
    name = _name(random, files)
    return {name: "\n\n" + files[name]}


def _break_off(random: Random, files: Files, _others: Files) -> Edit:
    """Somebody is in the middle of typing."""
    name = _name(random, files)
    lines = files[name].splitlines(keepends=True)
    lines.insert(
        random.randrange(len(lines) + 1), random.choice(["(\n", "def f(\n", "x.\n"])
    )
    return {name: "".join(lines)}


def _name(random: Random, files: Files) -> str:
    """A file: every other time one of those that speak of Celery."""
    telling = sorted(name for name, text in files.items() if _SPEAKS.search(text))
    return random.choice(telling if telling and random.random() < 0.5 else sorted(files))


def _blocks(text: str) -> list[str]:
    """What two empty lines part."""
    return text.strip("\n").split("\n\n\n")


_KINDS: tuple[tuple[Callable[[Random, Files, Files], Edit], int], ...] = (
    (_replace_file, 2),
    (_delete_file, 1),
    (_add_file, 2),
    (_move_file, 1),
    (_rename_file, 1),
    (_rename_word, 6),
    (_tell_otherwise, 2),
    (_drop_block, 3),
    (_borrow_block, 4),
    (_import_all, 1),
    (_move_down, 2),
    (_break_off, 1),
)
