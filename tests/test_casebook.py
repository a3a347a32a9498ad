"""The harness itself: a case that promises something wrong is red."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_celery_get.finding import Finding, Related
from tests.casebook import CaseError, differences, load, marks, parse

ROOT = Path("/project").absolute()
PAGE = """
# A chapter

Only prose.

## A view waits

Text.

`proj/views.py`:

```python
def show(request):
    return fetch()  # error: CEL102@12 "fetch"
```

`proj/tasks.py`:

```python
def fetch(): ...
```

```toml
view_bases = ["Page"]
```

# Silence

```python
x = 1
```
"""


def found(code: str = "CEL102", line: int = 2, column: int = 11) -> Finding:
    """One finding in the view of the page above."""
    path = str(ROOT / "proj/views.py")
    hop = Related(str(ROOT / "proj/tasks.py"), 1, 4, "reads")
    return Finding(
        path, line, column, line, column + 7, code, "name", "`fetch()` waits", (hop,)
    )


def told(findings: list[Finding], page: str = PAGE) -> list[str]:
    """The differences of the first case of the page."""
    return differences(next(parse(page, "page.md")), findings, ROOT)


def test_a_page_gives_its_cases_with_files_and_options() -> None:
    view, silence = parse(PAGE, "CEL102/page.md")
    assert view.id == "CEL102/page:a-view-waits"
    assert [name for name, _ in view.files] == ["proj/views.py", "proj/tasks.py"]
    assert view.settings().view_bases == ("Page",)
    assert view.settings().cache is False
    assert [name for name, _ in silence.files] == ["proj/views.py"]


def test_the_promised_finding_gives_no_difference() -> None:
    assert told([found()]) == []


def test_a_promised_finding_that_is_absent_is_told() -> None:
    assert told([]) == ['not found  proj/views.py:2:12 CEL102 "fetch"']


@pytest.mark.parametrize(
    "other",
    [found(code="CEL101"), found(line=1), found(column=12)],
    ids=["code", "line", "column"],
)
def test_a_finding_that_is_not_the_promised_one_is_told_from_both_sides(
    other: Finding,
) -> None:
    assert [line[:9] for line in told([other])] == ["not due  "] * 2 + ["not found"]


def test_another_message_is_told() -> None:
    assert told([found()], PAGE.replace('"fetch"', '"load"'))


def test_the_same_finding_twice_is_told() -> None:
    assert told([found(), found()]) == [
        "not due    proj/views.py:2:12 CEL102 `fetch()` waits",
        "not due        proj/tasks.py:1:5 reads",
    ]


def test_a_finding_of_a_silent_case_is_told() -> None:
    silent = list(parse(PAGE, "page.md"))[1]
    assert differences(silent, [found()], ROOT)


def test_several_marks_on_one_line_each_want_their_finding() -> None:
    page = PAGE.replace('CEL102@12 "fetch"', "CEL106, CEL102@12")
    assert told([found(), found(code="CEL106")], page) == []
    assert told([found()], page) == ["not found  proj/views.py:2 CEL106"]


def test_an_expected_report_is_compared_to_the_letter() -> None:
    report = (
        "\n```text expected\nproj/views.py:2:12 CEL102 `fetch()` waits\n"
        "    proj/tasks.py:1:5 reads\n```\n\n# Silence"
    )
    page = PAGE.replace("\n# Silence", report)
    assert told([found()], page) == []
    assert told([found()], page.replace("1:5 reads", "1:6 reads"))


@pytest.mark.parametrize("mark", ["CEL1", "CEL101 CEL102", "CEL101@", "cel101", '"x"'])
def test_a_mark_that_nobody_can_read_is_an_error(mark: str) -> None:
    with pytest.raises(CaseError, match="can't read the mark"):
        list(marks("proj/views.py", f"get()  # error: {mark}"))


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("# A\n```python\n", "never closed"),
        ("# A\n```python\n```\n```python\n```\n", "given twice"),
        ("# A\n```python\n```\n# A\n```python\n```\n", "used twice"),
        ("# A\n```console\n```\n", "can't use a 'console' block"),
    ],
)
def test_a_page_that_is_not_well_formed_is_an_error(page: str, reason: str) -> None:
    with pytest.raises(CaseError, match=reason):
        list(parse(page, "page.md"))


def test_a_written_case_is_a_project(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "page.md").write_text(PAGE, encoding="utf-8")
    case = load(tmp_path)[0]
    assert case.source == "pages/page.md"
    paths = case.write(tmp_path / "pages")
    assert [path.read_text(encoding="utf-8") for path in paths] == [
        text for _, text in case.files
    ]
    assert (tmp_path / "pages" / "pyproject.toml").exists()
