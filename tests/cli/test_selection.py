"""The choice of codes, against flake8's own."""

from __future__ import annotations

from argparse import Namespace
from itertools import product

import pytest
from flake8.style_guide import Decision, DecisionEngine

from flake8_celery_get.choices.selection import Selection, SelectionError

KNOWN = ("CEL101", "CEL102", "CEL201")
CHOICES = (None, "CEL", "CEL1", "CEL101", "CEL101,CEL2", "CEL102 CEL101")


@pytest.mark.parametrize("select", CHOICES)
def test_chooses_what_flake8_chooses(select: str | None) -> None:
    for ignore, extend in product(CHOICES, CHOICES):
        ours = Selection.parse(KNOWN, select, ignore, extend)
        theirs = _flake8(select, ignore, extend)
        for code in KNOWN:
            chosen = theirs.decision_for(code) is Decision.Selected
            assert ours.has(code) is chosen, (code, select, ignore, extend)


@pytest.mark.parametrize("flag", ["select", "ignore", "extend_select"])
@pytest.mark.parametrize("prefix", ["CEL9", "cel101", "E501", "CEL1011"])
def test_refuses_a_prefix_of_no_code(flag: str, prefix: str) -> None:
    values = dict.fromkeys(("select", "ignore", "extend_select"), "")
    values[flag] = f"CEL101,{prefix}"
    with pytest.raises(SelectionError) as caught:
        Selection.parse(KNOWN, values["select"], values["ignore"], values["extend_select"])
    assert (caught.value.option, str(caught.value)) == (
        flag,
        f"no rule has the code or name {prefix!r}",
    )


def _flake8(select: str | None, ignore: str | None, extend: str | None) -> DecisionEngine:
    def listed(value: str | None) -> list[str] | None:
        return None if value is None else value.replace(",", " ").split()

    return DecisionEngine(
        Namespace(
            select=listed(select),
            ignore=listed(ignore),
            extend_select=listed(extend),
            extend_ignore=None,
            extended_default_select=["CEL"],
            extended_default_ignore=[],
        )
    )


@pytest.mark.parametrize(
    ("select", "extend", "ignore", "expected"),
    [
        (None, None, None, []),
        ("CEL", None, None, []),
        ("", None, None, []),
        ("CEL9", None, None, ["CEL901", "CEL905"]),
        ("CEL901", None, None, ["CEL901"]),
        (None, "CEL9", None, ["CEL901", "CEL905"]),
        (None, "CEL9", "CEL901", ["CEL905"]),
        ("CEL,CEL905", None, None, ["CEL905"]),
        ("CEL9", None, "CEL9", []),
    ],
)
def test_opinions_are_chosen_by_name_only(
    select: str | None, extend: str | None, ignore: str | None, expected: list[str]
) -> None:
    known = (*KNOWN, "CEL901", "CEL905")
    selection = Selection.parse(known, select, ignore, extend)
    assert [code for code in known if code > "CEL9" and selection.has(code)] == expected


def test_opinions_take_nothing_from_the_other_rules() -> None:
    known = (*KNOWN, "CEL901")
    assert all(Selection.parse(known, extend_select="CEL9").has(code) for code in known)
    assert not any(Selection.parse(known, "CEL9").has(code) for code in KNOWN)
