"""Files are found by the words that they hold, also after edits and whatever the letters."""

from __future__ import annotations

import random
import re

import pytest

from flake8_celery_get.project.texts import FEW_NAMES, Texts

TEXTS = {
    "a.py": "send = fetch_all(1)  # fetch",
    "b.py": "prefetch, fetch2, _fetch, fetché, éfetch, fetch_all_of",
    "c.py": "größe = 'fetch—all'",
    "d.py": "",
}
NAMES = {"fetch", "fetch_all", "größe", "send", "app.send", "é", "all"}
MANY = {f"unrelated_{number}" for number in range(FEW_NAMES)}


def _texts() -> Texts:
    texts = Texts()
    texts.given.update(TEXTS)
    return texts


def _mentioning(texts: Texts, names: set[str]) -> dict[str, set[str]]:
    return {path: found for path, found in texts.mentioning(names, TEXTS) if found}


FOUND = {
    "a.py": {"fetch", "fetch_all", "send"},
    "c.py": {"fetch", "all", "größe"},
}


@pytest.mark.parametrize("more", [set(), MANY])
def test_whole_words_are_found_one_by_one_and_by_the_index(more: set[str]) -> None:
    assert _mentioning(_texts(), NAMES | more) == FOUND


def test_an_edited_file_is_looked_into_again() -> None:
    texts = _texts()
    texts.mentioning(MANY | {"send"}, TEXTS)
    texts.give("a.py", "sent = 1")
    texts.give("d.py", "größe = send")
    assert _mentioning(texts, NAMES) == {"c.py": FOUND["c.py"], "d.py": {"größe", "send"}}


def test_the_index_finds_what_a_search_finds() -> None:
    chance = random.Random(0)
    letters = ["fetch", "all", "_", "é", "—", " ", ".", "(", "\n", "2", "ü", "\x00"]
    texts = Texts()
    for number in range(200):
        text = "".join(chance.choices(letters, k=chance.randrange(20)))
        texts.given[f"{number}.py"] = text
    names = {"fetch", "all", "fetchall", "fetch_all", "éfetch", "2", "_"}
    for path, found in texts.mentioning(names | MANY, texts.given):
        words = set(re.findall(r"\w+", texts.given[path]))
        assert found == words & names, texts.given[path]
