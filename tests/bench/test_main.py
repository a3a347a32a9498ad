from __future__ import annotations

import pytest

from bench import __main__ as bench
from bench.page import PAGE


@pytest.mark.parametrize(
    "arguments", [["--repeat", "0"], ["--corpus", "x"], ["--section", "x"]]
)
def test_a_wrong_argument_is_told(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        bench.main(arguments)
    assert stopped.value.code == 2
    assert arguments[0] in capsys.readouterr().err


def test_each_section_has_its_place_on_the_page() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for section in bench.SECTIONS:
        assert text.count(f"<!-- {section} -->") == text.count(f"<!-- /{section} -->") == 1
