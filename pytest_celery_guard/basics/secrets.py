"""Values that no report may show: those of keys that name a secret, wherever they turn up."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pytest_celery_guard.basics.meant import closest, did_you_mean
from pytest_celery_guard.basics.undo import Undo
from pytest_celery_guard.errors import WrongOptionError

NAMES = (
    *("password", "passwd", "passphrase", "secret", "token", "authorization"),
    *("api_key", "apikey", "access_key", "private_key", "credential", "cookie"),
)
"""A key that has one of these among its words names a secret: ``db_password``, ``accessToken``."""

OFF = "off"
"""In place of further names: nothing is masked."""

MASK = "***"

SHORTEST = 4
"""So long a secret must be to be found again in a text that does not name it."""

URL = re.compile(r"(?P<before>\b[a-zA-Z][\w+.-]*://[^\s/@:'\"]*:)[^\s/@'\"]+(?=@)")
"""A password before the host of a URL."""

SCHEME = re.compile(r"(?P<before>\b(?:Bearer|Basic|Digest) )[\w.~+/=-]{6,}")
"""What an Authorization header has behind the name of its scheme."""

KEY = re.compile(
    r"(?P<quote>['\"]?)\b(?P<key>[A-Za-z_][\w-]*)(?P=quote)\s*(?:=>|=(?!=)|:(?!//))\s*"
)
"""A key and what stands between it and its value, in Python, JSON, headers and queries."""

VALUE = re.compile(
    r"[bru]{0,2}(?P<quote>['\"])(?:\\.|(?!(?P=quote)).)*(?:(?P=quote)|$)"
    r"|(?:Bearer|Basic|Digest|Token) [^\s'\",;&]+"
    r"|[^\s,;&'\"<>()\[\]{}]+",
    re.S,
)
"""A value: in quotes, which may be cut short; with its scheme; or one word."""

HARMLESS = frozenset({"None", "null", "True", "False", "true", "false", "***", "'***'"})

OPENING = {"[": "]", "{": "}", "(": ")"}

Parameters = Callable[[str], Sequence[str]]
"""The names of a task's parameters, by the name of the task."""


def no_parameters(task: str) -> Sequence[str]:
    """Where no guard is on, nobody knows the tasks."""
    return ()


@dataclass(frozen=True, eq=False)
class Secrets:
    """What is masked now: by the names of keys, and by the ``known`` values of such keys."""

    names: tuple[str, ...] = NAMES
    parameters: Parameters = no_parameters
    sends: Callable[[], Sequence[Any]] = tuple
    known: set[str] = field(default_factory=set)

    def is_secret(self, key: object) -> bool:
        """Whether a key names a secret."""
        pattern = pattern_of(self.names)
        return isinstance(key, str) and pattern.search(words_of(key)) is not None


_stack: list[Secrets] = [Secrets()]


def keep(
    undo: Undo,
    names: Iterable[str],
    parameters: Parameters,
    sends: Callable[[], Sequence[Any]] = tuple,
) -> None:
    """Mask what these names say, until ``undo`` is closed; ``sends`` is what may hold secrets."""
    secrets = Secrets(names_of(tuple(names)), parameters, sends)
    _stack.append(secrets)
    undo.callback(_stack.remove, secrets)


@lru_cache(maxsize=100)
def names_of(further: tuple[str, ...]) -> tuple[str, ...]:
    """All names: those of the guard and further ones, without those behind a ``-``."""
    if OFF in further:
        return ()
    left_out = {each[1:] for each in further if each.startswith("-")}
    added = [each for each in further if not each.startswith("-")]
    for each in left_out - {*NAMES, *added}:
        raise WrongOptionError(unknown(each))
    return tuple(each for each in (*NAMES, *added) if each not in left_out)


@lru_cache(maxsize=100)
def pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    """What finds these names among the words of a key."""
    words = "|".join(re.escape(words_of(name)) for name in names)
    return re.compile(rf"(?<![a-z])(?:{words})s?(?![a-z])" if words else r"(?!)")


def unknown(name: str) -> str:
    """What to write in place of a name that is to be left out, and that nobody has put in."""
    hint = did_you_mean(closest(name, NAMES), shown="'-{}'".format)
    return f"celery_guard's option secrets has '-{name}', but {name!r} is not in its list.{hint}"


def learn(sends: Iterable[Any]) -> None:
    """Take note of the secrets in what was sent: an exception may repeat them."""
    for send in sends:
        str(send.arguments)


def masked_told(text: str) -> str:
    """A text about a task without secrets, also those that only the sends of the test name."""
    learn(_stack[-1].sends())
    return masked_text(text)


def masked(value: Any, key: object = "") -> Any:
    """A value without secrets; ``key`` is its own name."""
    secrets = _stack[-1]
    if value is None or isinstance(value, bool):
        return value
    if secrets.is_secret(key):
        secrets.known.update(texts_in(value))
        return MASK
    if type(value) is dict:
        return {name: masked(each, name) for name, each in value.items()}
    if type(value) in {list, tuple, set}:
        return type(value)(map(masked, value))
    return masked_text(value) if type(value) is str else value


def masked_args(task: str, args: Sequence[Any]) -> list[Any]:
    """Positional arguments without secrets: a parameter's name may be that of one."""
    names = _stack[-1].parameters(task)[: len(args)]
    padded = [*names, *[""] * (len(args) - len(names))]
    return [masked(value, name) for name, value in zip(padded, args, strict=True)]


def masked_text(text: str) -> str:
    """A text without secrets: known ones, those in URLs, and those that a key names."""
    secrets = _stack[-1]
    if not secrets.names:
        return text
    for known in secrets.known:
        text = text.replace(known, MASK)
    text = SCHEME.sub(rf"\g<before>{MASK}", URL.sub(rf"\g<before>{MASK}", text))
    return "".join(_without_values(text, secrets))


def _without_values(text: str, secrets: Secrets) -> Iterator[str]:
    done = 0
    for found in KEY.finditer(text):
        if found.start() < done or not secrets.is_secret(found["key"]):
            continue
        end = end_of_value(text, found.end())
        value = text[found.end() : end]
        if not value or value in HARMLESS:
            continue
        yield text[done : found.end()]
        yield f"'{MASK}'" if value[0] in "'\"[{(bru" and value[-1:] in "'\"]})" else MASK
        done = end
    yield text[done:]


def end_of_value(text: str, start: int) -> int:
    """Where the value that begins at ``start`` ends; a bracket ends with its partner."""
    closing = OPENING.get(text[start : start + 1])
    if closing is None:
        value = VALUE.match(text, start)
        return value.end() if value else start
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] == text[start]) - (text[at] == closing)
        if not depth:
            return at + 1
    return len(text)


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a secret that are long enough to be known again."""
    if isinstance(value, str):
        if len(value) >= SHORTEST:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from texts_in(each)
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from texts_in(each)


def words_of(key: str) -> str:
    """A key in lower case, its words apart: ``access_token`` for ``accessToken``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", key).lower().replace("-", "_")
