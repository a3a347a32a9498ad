"""``--celery-guard-report=report.html``: a page that stands alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from pytest_celery_guard.account.record import (
    Moment,
    Record,
    SentTask,
)
from pytest_celery_guard.findings.allowed import page_of
from pytest_celery_guard.report.page import render
from pytest_celery_guard.report.run import Case, Run
from pytest_celery_guard.report.shortening import shortened, users_frames
from pytest_celery_guard.report.tally import Told, tallies_of

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
EVIL = "</script><img src=x onerror=alert(1)>"

TASKS = (
    SentTask("ask", "'A-17', cents=499", result="read"),
    SentTask("mail", "", parent=0, queue="slow", due=3600),
    SentTask(EVIL, EVIL, result="unread"),
)
MOMENTS = (
    Moment(0, 0, "sent"),
    Moment(0, 0, "started"),
    Moment(0, 1, "sent", "for +1:00:00"),
    Moment(0, 0, "RETRY", "ConnectionError('no route')", "Traceback: no route"),
    Moment(0, 2, "sent"),
    Moment(0, 2, "started"),
    Moment(0, 2, "SUCCESS", EVIL, EVIL),
    Moment(60, 0, "started"),
    Moment(60, 0, "FAILURE", "ConnectionError('no route')", "Traceback: no route"),
)
STORY = Record(TASKS, MOMENTS, problems=(f"CEL602 {EVIL}",), end=60)


def told(record: Record, *registered: str) -> Told:
    return Told(tallies_of(record), registered, record)


@pytest.fixture
def run() -> Run:
    """Two tests: one with a retry, a failure and hostile names, and a short one."""
    run = Run()
    run.add(Case("t.py::test_ask", "failed", 0.5, told(STORY, "ask", "mail", "left_out")))
    brief = Record((SentTask("mail", ""),), (Moment(0, 0, "sent"), Moment(0, 0, "started")))
    run.add(Case(f"t.py::test_mail[{EVIL}]", "passed", 1.5, told(brief)))
    return run


class Page(HTMLParser):
    """The elements of a page, its links, and the text in its tables."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str] = []
        self.rows: list[list[str]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.text += data
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def test_the_table_of_tasks_needs_no_script(run: Run) -> None:
    head, *rows = Page(render(run, "shop")).rows
    assert head == ["task", "sent", "ran", "retried", "failed", "revoked"]
    assert rows[:3] == [
        [EVIL, "1", "1", "0", "0", "0"],
        ["ask", "1", "1", "1", "1", "0"],
        ["left_out", "never sent"],
    ]


def test_the_head_of_the_page(run: Run) -> None:
    run.crashed.append("t.py::test_crash")
    page = Page(render(run, "shop"))
    assert "2 tests, 4 tasks sent, 3 ran, 1 retried, 1 failed" in page.text
    assert "CEL602 unserialisable-argument in 1 test" in page.text
    assert "t.py::test_crash crashed" in page.text
    assert "66 % of the app's 3 tasks ran" in page.text


def test_results_that_nothing_read(run: Run) -> None:
    text = Page(render(run, "shop")).text
    _, _, unread = text.partition("Results that no test read")
    assert EVIL in unread.partition("[")[0]


def test_the_page_needs_no_network(run: Run) -> None:
    text = render(run, "shop")
    addresses = set(re.findall(r"https?://[^\s\"']+", text))
    assert addresses == {"http://www.w3.org/2000/svg", page_of("CEL602")}
    page = Page(text)
    assert page.links == [page_of("CEL602"), "#q=CEL602"]  # followed by who clicks
    assert not {"link", "img", "iframe", "base"}.intersection(page.elements)
    assert "default-src 'none'" in text


def test_names_are_text_and_nothing_else(run: Run) -> None:
    text = render(run, EVIL)
    page = Page(text)
    assert page.elements.count("script") == 2  # the data and the program
    assert "img" not in page.elements
    (data,) = re.findall(r'<script type="application/json" id=data>(.*?)</script>', text)
    assert EVIL in json.loads(data)["strings"]


def test_a_run_without_the_guard() -> None:
    page = Page(render(Run(), "shop"))
    assert "0 tests, 0 tasks sent" in page.text
    assert page.rows == []


def test_a_text_stands_in_the_page_once(run: Run) -> None:
    assert render(run, "shop").count("Traceback: no route") == 1


# Long stories


def test_a_parent_that_is_left_out_is_none() -> None:
    tasks = tuple(SentTask("again", str(at), parent=at - 1) for at in range(200))
    sends = tuple(Moment(0, at, "sent") for at in range(200))
    cut = shortened(Record(tasks, sends))
    assert (len(cut.tasks), len(cut.moments), cut.left_out) == (100, 100, 100)
    assert [task.parent for task in cut.tasks[48:53]] == [47, 48, -1, 50, 51]


def test_progress_without_end_is_cut() -> None:
    moments = tuple(Moment(0, 0, "PROGRESS", "x" * 1000) for _ in range(1000))
    cut = shortened(Record((SentTask("count", ""),), (Moment(0, 0, "sent"), *moments)))
    assert len(cut.moments) == 50
    assert max(len(each.note) for each in cut.moments) == 200


def test_frames_of_libraries_are_left_out() -> None:
    theirs = '  File "/x/site-packages/celery/trace.py", line 1, in trace\n    run()\n'
    users = '  File "proj/tasks.py", line 12, in charge\n    pay()\n    ~~~^^\n'
    chained = "\n\nDuring handling of the above exception, another exception occurred:\n\n"
    head = "Traceback (most recent call last):\n"
    retry = f"{head}{theirs}celery.exceptions.Retry: in 60s"
    assert users_frames(f"{head}{theirs}{users}ValueError: no{chained}{retry}") == (
        f"{head}{users}ValueError: no"
    )
    assert users_frames(retry) == retry


# In a browser

needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


@pytest.fixture
def opened(run: Run, tmp_path: Path) -> Any:
    """Opens the page in a browser; gives the document after its scripts have run."""
    page = tmp_path / "report.html"

    def opened(address: str = "", then: str = "", width: int = 1280) -> str:
        text = render(run, "shop").replace("\nstart();\n", f"\nstart();{then}\n")
        page.write_text(text, encoding="utf-8")
        flags = (
            "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update",
            "--disable-sync", "--disable-quic", "--virtual-time-budget=3000",
        )  # fmt: skip
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        size = f"--window-size={width},844"
        url = f"file://{page}{address}"
        command = [str(CHROMIUM), *flags, profile, size, "--dump-dom", url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        return done.stdout.replace("<wbr>", "")

    return opened


def shown(document: str) -> list[str]:
    """The names of the tests in the list."""
    return re.findall(r"<b>(test_\w+)", document)


@needs_browser
def test_the_tests_are_listed(opened: Any) -> None:
    document = opened()
    assert shown(document) == ["test_ask", "test_mail"]
    assert "failed · 3 sent · 1 retried · 1 failed · 0.50 s" in document
    assert "<img" not in document


@needs_browser
@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("#q=ask", ["test_ask"]),
        ("#without=failed", ["test_mail"]),
        ("#with=retried", ["test_ask"]),
        ("#with=problems", ["test_ask"]),
        ("#with=revoked", []),
        ("#task=mail", ["test_ask", "test_mail"]),
        ("#sort=slowest", ["test_mail", "test_ask"]),
        ("#q=CEL602", ["test_ask"]),
    ],
)
def test_the_address_says_what_is_shown(
    opened: Any, address: str, found: list[str]
) -> None:
    assert shown(opened(address)) == found


def many(run: Run) -> None:
    """Tests before and after the two others, by name; most of them send nothing."""
    idle, sends = Record(), Record((SentTask("mail", ""),), (Moment(0, 0, "sent"),))
    for number in range(5):
        run.add(Case(f"a.py::test_idle[{number}]", "passed", 0.1, told(idle)))
    run.add(Case("a.py::test_wrong_though_idle", "error", 0.1, told(idle)))
    run.add(
        Case(
            "z.py::test_a_name_of_a_test_that_is_far_too_long_for_the_width_of_a_phone",
            "failed",
            0.1,
            told(sends),
        )
    )


FIRST = [
    "test_wrong_though_idle",
    "test_ask",
    "test_a_name_of_a_test_that_is_far_too_long_for_the_width_of_a_phone",
]


@needs_browser
def test_what_failed_comes_first_and_what_is_idle_is_folded(opened: Any, run: Run) -> None:
    many(run)
    document = opened()
    assert shown(document) == [*FIRST, "test_mail"]
    assert "<summary>5 tests that sent no task</summary>" in document
    assert shown(opened("#sort=name")) == [FIRST[0], FIRST[1], "test_mail", FIRST[2]]
    assert shown(opened("#q=idle[3")) == ["test_idle"]


@needs_browser
def test_a_code_leads_to_its_page(opened: Any) -> None:
    document = opened("#q=CEL602")
    link = f'<a href="{page_of("CEL602")}" title="unserialisable-argument">CEL602</a>'
    assert f"<li>{link} unserialisable-argument: " in document


WORDS = """
document.body.style.width = "390px";  // a window of Chromium's has 500 at least
for (const fold of document.querySelectorAll("details")) fold.open = true;
setTimeout(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), cut = [];
  while (walker.nextNode()) {
    const { textContent, parentElement } = walker.currentNode;
    if (parentElement.closest("script, style, select, .lanes")) continue;
    for (const { 0: word, index } of textContent.matchAll(/[A-Za-z0-9]+/g)) {
      const range = document.createRange();
      range.setStart(walker.currentNode, index);
      range.setEnd(walker.currentNode, index + word.length);
      const boxes = [...range.getClientRects()];
      const isCut = new Set(boxes.map(each => each.top)).size > 1;
      if (isCut || boxes.some(each => each.right > 390)) cut.push(word);
    }
  }
  document.title = JSON.stringify([cut, document.body.scrollWidth]);
}, 500);
"""


@needs_browser
def test_a_phone_breaks_no_word_and_needs_no_scrolling_aside(opened: Any, run: Run) -> None:
    many(run)
    run.registered.add("proj.warehouse_inventory.tasks.recompute_statistics_for_all")
    document = opened("#test=t.py::test_ask", WORDS, width=500)
    (title,) = re.findall(r"<title>(.*?)</title>", document)
    assert title == "[[],390]"


@needs_browser
def test_a_test_is_drawn(opened: Any) -> None:
    document = opened(
        "#test=t.py::test_ask", "document.querySelector('.lane').open = true;"
    )
    assert document.count('class="lane"') == 3
    assert document.count('class="run retry"') == 1
    assert document.count('class="again"') == 1  # the gap before the second run
    assert document.count('class="run failure"') == 1
    assert document.count('class="planned"') == 1
    assert ">+0:01:00</text>" in document
    assert "Traceback: no route" in document
    assert "the same traceback" in document
    assert "<img" not in document
