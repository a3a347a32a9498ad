"""Turns what users typed into `Options`, or says in one line what is wrong with it."""

from __future__ import annotations

import keyword
import os
from typing import TYPE_CHECKING, Any

from flake8_celery_get.options import OPTION_FIELDS, Options

if TYPE_CHECKING:
    from collections.abc import Mapping

LISTS = tuple(option.name for option in OPTION_FIELDS if option.type == "tuple[str, ...]")

_BOOLEANS = {
    **dict.fromkeys(("1", "yes", "true", "on"), True),
    **dict.fromkeys(("0", "no", "false", "off"), False),
}


class OptionError(ValueError):
    """A value that its option can't have; ``str()`` is one line without the option."""

    def __init__(self, option: str, reason: str) -> None:
        super().__init__(reason)
        self.option = option


def to_options(values: Mapping[str, object]) -> Options:
    """Build `Options` from text, lists of text or booleans, keyed by field name.

    Fields that are left out or ``None`` keep their defaults. Raises `OptionError`.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name, value in given.items():
        _refuse_null(name, value)
    lists: dict[str, Any] = {n: _words(given[n]) for n in LISTS if n in given}
    for name in ("task_decorators", "view_decorators", "view_bases"):
        _require_dotted_names(name, lists.get(name, ()))
    roots = tuple(_folder(root) for root in lists.pop("roots", ()))
    return Options(
        roots=roots,
        cache=_boolean(given.get("cache", Options().cache)),
        cache_dir=_cache_folder(str(given.get("cache_dir", ""))),
        baseline=_absolute(str(given.get("baseline", ""))),
        **lists,
    )


def _refuse_null(option: str, value: object) -> None:
    """Refuse here what no call of the operating system takes."""
    for part in value if isinstance(value, (list, tuple)) else (value,):
        if "\0" in str(part):
            raise OptionError(option, f"{str(part)!r} contains a null character")


def _words(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, (list, tuple)) else str(value).split(",")
    return tuple(word for part in parts if (word := str(part).strip()))


def _require_dotted_names(option: str, names: tuple[str, ...]) -> None:
    for name in names:
        if not all(map(_is_name, name.split("."))):
            raise OptionError(option, f"{name!r} is not a dotted name")


def _is_name(part: str) -> bool:
    return part.isidentifier() and not keyword.iskeyword(part)


def _folder(root: str) -> str:
    if not os.path.isdir(root):
        raise OptionError("roots", f"{root!r} is not a folder")
    return os.path.abspath(root)


def _cache_folder(path: str) -> str:
    if not path:
        return ""
    if os.path.exists(path) and not os.path.isdir(path):
        raise OptionError("cache_dir", f"{path!r} is not a folder")
    return os.path.abspath(path)


def _absolute(path: str) -> str:
    return os.path.abspath(path) if path else ""


def _boolean(value: object) -> bool:
    if isinstance(value, bool):
        return value
    try:
        return _BOOLEANS[str(value).strip().lower()]
    except KeyError:
        raise OptionError("cache", f"{str(value)!r} is neither true nor false") from None
