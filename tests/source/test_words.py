"""Plain searches decide what is read at all: no miss, whatever stands around a word."""

from __future__ import annotations

import pytest

from flake8_celery_get.source.lower.nesting import DEEPEST, too_deep
from flake8_celery_get.source.words import (
    CANVAS,
    CELERY,
    SENDS,
    matters,
    mentioned,
    mentioned_in_bytes,
    speaks_of_celery,
)


@pytest.mark.parametrize("word", [*SENDS, *CELERY])
def test_a_file_speaks_of_celery_by_one_word(word: str) -> None:
    assert speaks_of_celery(f"é = 1\nx{word}(1)\n".encode())


@pytest.mark.parametrize("word", SENDS)
def test_a_definition_matters_that_keeps_what_it_sends(word: str) -> None:
    assert matters(f"result = x{word}(1)")


OF_MOCKS = [
    'with patch("proj.tasks.add.delay"):\n    post()',
    "patch.object(add, 'apply_async')",
    "add.delay.assert_called_once_with(1)",
    "sent = add.apply_async.call_args",
]


@pytest.mark.parametrize("text", OF_MOCKS)
def test_what_only_a_mock_has_does_not_matter(text: str) -> None:
    assert not matters(text)


HANDED = [
    "on_commit(add.delay)",
    "x = (add.delay, 1)",
    "sent = add.apply_async",
    "x = add.delay_on_commit(1)",
    "x = add.apply_async_on_commit((1,))",
]


@pytest.mark.parametrize("text", HANDED)
def test_a_method_that_is_handed_on_matters(text: str) -> None:
    assert matters(text)


@pytest.mark.parametrize("word", CANVAS)
def test_a_canvas_word_counts_only_beside_tasks(word: str) -> None:
    text = f"y = {'x' if word[0] == '.' else ''}{word}1)\n"
    assert speaks_of_celery(text.encode()) is ("task" in word)
    assert speaks_of_celery(f"from proj.tasks import x\n{text}".encode())
    assert matters(text)


SILENT = ["", "cache.get(key)", "queue.join()", "session.apply(f)", "x = group(1)"]


@pytest.mark.parametrize("text", SILENT)
def test_other_code_is_silent(text: str) -> None:
    assert not speaks_of_celery(text.encode())


MENTIONS = {
    "fetch(1)": {"fetch"},
    "a.fetch": {"fetch"},
    "'fetch'": {"fetch"},
    "prefetch(1)": set(),
    "fetch_all(1)": set(),
    "éfetch": set(),
    "x = 1": set(),
    "wait_for(fetch)": {"fetch", "wait_for"},
    "ünder_wait()": {"ünder_wait"},
}


@pytest.mark.parametrize("text", MENTIONS)
def test_names_are_whole_words(text: str) -> None:
    names = ["fetch", "wait_for", "ünder_wait", "wait"]
    assert mentioned(text, names) == MENTIONS[text]
    encoded = [(name, name.encode()) for name in names]
    assert mentioned_in_bytes(text.encode(), encoded) == MENTIONS[text]


def test_octets_that_are_no_text_are_searched_too() -> None:
    assert mentioned_in_bytes(b"\xff fetch \xfe", [("fetch", b"fetch")]) == {"fetch"}


DEEP = {
    "not " * (DEEPEST + 1) + "x": True,
    "x" + "()" * (DEEPEST + 1): True,
    "x = " + "a, " * 5 * DEEPEST: False,
    "x = '" + "a" * 5 * DEEPEST + "'": False,
    "f(x)\n" * 5 * DEEPEST: False,
    "": False,
}


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:6])
def test_only_what_could_overflow_the_parser_is_too_deep(text: str) -> None:
    assert too_deep(text) is DEEP[text]


@pytest.mark.timeout(20)
def test_a_text_that_never_ends_is_looked_through_once() -> None:
    assert too_deep("x = [" + "a.b, " * DEEPEST + "'''" + "\\" * 5000) is False


@pytest.mark.parametrize("text", DEEP, ids=lambda text: text[:12])
def test_so_it_is_beside_syntax_that_this_python_does_not_have(text: str) -> None:
    assert too_deep(f"{text}\nNAME = t'{{x}}'\n") is DEEP[text]
