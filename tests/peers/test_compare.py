"""What counts as found, false and missed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from accuracy.verdicts import Site, Verdict
from bench.corpora import Corpus
from peers import compare
from peers.judged import Judged
from peers.kept import Answer, keep, kept
from peers.meanings import AUDIT, BY_FILE, BY_PROJECT, BY_STATEMENT, OURS, PIE, STUBS
from peers.places import place_of
from peers.tools.run import Report, ToolError, command, output
from peers.tools.stubs import OTHER, subject

CODE = """\
@app.task(
    bind=True,
    queue="reports",
)
@other
def build(
    self,
):
    if self:
        send(
            1,
            2,
        )
    else:
        return 3
"""


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """A corpus whose cache folder is the test's own."""
    monkeypatch.setenv("CELERY_GUARD_CORPORA", str(tmp_path / "corpora"))
    made = Corpus("shop", "1", "a test")
    made.folder.mkdir(parents=True)
    (made.folder / "tasks.py").write_text(CODE, encoding="utf-8")
    return made


@pytest.mark.parametrize(
    ("line", "start"),
    [
        (1, 6),
        (3, 6),
        (5, 6),
        (7, 6),
        (9, 9),
        (10, 10),
        (12, 10),
        (13, 10),
        (15, 15),
        (99, 99),
    ],
)
def test_a_place_is_the_first_line_of_its_statement(
    corpus: Corpus, line: int, start: int
) -> None:
    site = Site("tasks.py", line, "CEL901")
    assert place_of(site, corpus.folder, BY_STATEMENT) == ("tasks.py", start)


def test_a_place_can_be_a_file_or_a_project(corpus: Corpus) -> None:
    site = Site("tasks.py", 3, "CEL901")
    assert place_of(site, corpus.folder, BY_FILE) == ("tasks.py", 0)
    assert place_of(site, corpus.folder, BY_PROJECT) == ("", 0)


@pytest.mark.parametrize("content", ["def (:\n", "x = 1\0\n"])
def test_a_file_that_cannot_be_parsed_keeps_its_lines(corpus: Corpus, content: str) -> None:
    (corpus.folder / "old.py").write_text(content, encoding="utf-8")
    site = Site("old.py", 1, "CEL901")
    assert place_of(site, corpus.folder, BY_STATEMENT) == ("old.py", 1)


def answers(**reported: set[tuple[int, str]] | None) -> dict[tuple[str, str], Answer]:
    """The reports of the tools on the corpus; None for one that can't check it."""
    found: dict[tuple[str, str], Answer] = {}
    for name, tool in (("ours", OURS), ("audit", AUDIT), ("pie", PIE), ("stubs", STUBS)):
        sites = reported.get(name, set())
        found[tool, "shop"] = (
            ToolError("no")
            if sites is None
            else Report(frozenset(Site("tasks.py", *site) for site in sites), 1.0)
        )
    return found


def rows(
    corpus: Corpus, found: dict[tuple[str, str], Answer], code: str
) -> list[compare.Row]:
    """The rows of one rule."""
    return [row for row in compare.rows(found, [corpus]) if row.meaning.code == code]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader found the task in line 6 without a name, and nothing in line 9."""
    right, wrong = Site("tasks.py", 6, "CEL901"), Site("tasks.py", 9, "CEL901")
    monkeypatch.setattr(compare, "verdicts_of", lambda _: [Verdict(right, "no name")])
    monkeypatch.setattr(compare, "judged", lambda _: [Judged(wrong, False)])


@pytest.mark.usefixtures("read")
def test_reports_are_counted_by_what_a_reader_says(corpus: Corpus) -> None:
    found = answers(ours={(6, "CEL901")}, audit={(9, "CEL015")}, pie={(1, "PIE783")})
    counted = {
        row.tool: (row.projects, row.found, row.false, row.missed)
        for row in rows(corpus, found, "CEL901")
    }
    assert counted == {OURS: (1, 1, 0, 0), AUDIT: (1, 0, 1, 1), PIE: (1, 1, 0, 0)}


@pytest.mark.usefixtures("read")
def test_a_project_with_a_report_that_nobody_read_does_not_count(corpus: Corpus) -> None:
    found = answers(pie={(15, "PIE783")})
    assert [row.projects for row in rows(corpus, found, "CEL901")] == [0, 0, 0]
    assert list(compare.unread(found, [corpus])) == ["CEL901 shop tasks.py:15"]


@pytest.mark.usefixtures("read")
def test_a_project_that_one_tool_cannot_check_does_not_count(corpus: Corpus) -> None:
    found = answers(ours={(6, "CEL901")}, audit=None)
    assert [row.projects for row in rows(corpus, found, "CEL901")] == [0, 0, 0]


@pytest.mark.usefixtures("corpus")
def test_an_answer_is_kept() -> None:
    report = Report(frozenset({Site("tasks.py", 6, "CEL901")}), 1.5)
    keep(OURS, "shop", report)
    assert kept(OURS, "shop") == report


@pytest.mark.usefixtures("corpus")
def test_a_failure_is_kept_and_nothing_is_no_report() -> None:
    keep(OURS, "shop", ToolError("no configuration"))
    assert str(kept(OURS, "shop")) == "no configuration"
    assert str(kept(PIE, "shop")) == "not run"


@pytest.mark.parametrize("name", ["nothing-of-this-name", "celery-audit-9"])
def test_a_tool_that_is_not_installed_is_told(corpus: Corpus, name: str) -> None:
    with pytest.raises(ToolError, match="is not installed"):
        output([command(name)], corpus.folder, (0,))


def test_a_tool_that_fails_is_told_by_its_first_error(corpus: Corpus) -> None:
    script = "import sys; print('reading'); sys.exit('error: no such thing')"
    with pytest.raises(ToolError, match=r"^error: no such thing$"):
        output([sys.executable, "-c", script], corpus.folder, (0,))
    assert output([sys.executable, "-c", script], corpus.folder, (1,)).text == "reading\n"


@pytest.mark.parametrize(
    ("message", "about"),
    [
        ('Too many arguments for "delay" of "Task"  [call-arg]', "task argument"),
        ('Argument 1 to "s" of "Task" has incompatible type "str"', "task argument"),
        (
            'Unexpected keyword argument "countdown" for "delay" of "Task"',
            "option of delay",
        ),
        ('Unexpected keyword argument "ttl" for "apply_async" of "Task"', "send option"),
        ('No overload variant of "shared_task" matches argument type "int"', "task option"),
        ('"AsyncResult[Any]" has no attribute "value"', "result"),
        ('"GroupResult" has no attribute "value"', "result"),
        ('Name "task" already defined on line 3', OTHER),
    ],
)
def test_an_error_of_mypy_is_named_after_what_it_is_about(message: str, about: str) -> None:
    assert subject(message) == about
