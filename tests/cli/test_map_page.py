"""``celery-guard map --format html``: a page that stands alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.cli.project import Project

EXAMPLES = Path(__file__).parents[2] / "examples"
SHOP = str(EXAMPLES / "shop/wrong")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")

EVIL = "</script><img src=x onerror=alert(1)>"
ODD = f"""\
from celery import Celery

app = Celery("odd")


@app.task(name="<script>alert(1)</script>")
def odd():
    return odd.delay().get()


app.send_task({EVIL!r})
app.send_task("a&b#c d")
"""


class Page(HTMLParser):
    """The elements of a page, the items of its lists, and the drawing's data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        given = dict(attrs)
        self.ids += [given["data-id"] or ""] if "data-id" in given else []
        self.links += [value or "" for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data: str) -> None:
        self.text += data


def written(project: Project, *arguments: str) -> str:
    run = project.guard("map", "--no-cache", "--format", "html", *arguments)
    assert (run.code, run.err) == (0, "")
    return run.out


def data_of(page: str) -> Any:
    (data,) = re.findall(r'<script type="application/json" id=data>(.*?)</script>', page)
    return json.loads(data)


def test_the_page_has_every_task_and_caller_of_the_shop(project: Project) -> None:
    page = Page(written(project, SHOP))
    document = project.guard("map", "--no-cache", "--format", "json", SHOP).json
    assert page.ids == [node["id"] for node in document["callers"] + document["tasks"]]
    assert "view:shop.views.report_status" in page.ids
    assert f"{len(document['tasks'])} tasks, 4 views, 3 functions" in page.text
    assert "through shop.services.yearly_report shop/services.py:5" in page.text


def test_the_page_needs_no_network(project: Project) -> None:
    text = written(project, str(EXAMPLES / "report/wrong"))
    assert set(re.findall(r"https?://[^\s\"']+", text)) == {"http://www.w3.org/2000/svg"}
    page = Page(text)
    assert all(link.startswith("#node=") for link in page.links)
    assert not {"link", "img", "iframe", "base"}.intersection(page.elements)
    assert "default-src 'none'" in text


def test_names_are_text_and_nothing_else(project: Project) -> None:
    project.write("odd.py", ODD)
    text = written(project)
    page = Page(text)
    assert page.elements.count("script") == 2  # the data and the program
    assert "img" not in page.elements
    assert EVIL in page.text
    assert "<script>alert(1)</script>" in page.text
    names = {node["name"] for node in data_of(text)["nodes"]}
    assert names == {"odd", "<script>alert(1)</script>", EVIL, "a&b#c d"}
    assert "#node=task%3Aa%26b%23c%20d" in page.links


def test_a_project_without_celery(project: Project) -> None:
    project.write("fine.py", "answer = 42\n")
    page = Page(written(project))
    assert "Nothing here sends a Celery task or waits for one." in page.text
    assert page.ids == []


needs_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


def in_browser(page: Path, address: str, profile: Path) -> str:
    """The document after its scripts have run."""
    flags = (
        "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-quic", "--virtual-time-budget=3000",
    )  # fmt: skip
    command = [str(CHROMIUM), *flags, f"--user-data-dir={profile}", "--dump-dom"]
    done = subprocess.run(
        [*command, f"{page.as_uri()}{address}"], capture_output=True, text=True, timeout=60
    )
    return done.stdout


def boxes(document: str) -> set[str]:
    """The nodes in the drawing."""
    groups = re.findall(r'<g class="node ([^"]*)"[^>]*data-id="([^"]*)"', document)
    return {name.rpartition(".")[2] for kind, name in groups if "far" not in kind.split()}


@needs_browser
@pytest.mark.parametrize(
    ("address", "nodes", "waits_in_tasks"),
    [
        ("#q=mail", {"report_by_mail", "mail_report", "send_welcome_mail"}, 1),
        (
            "#without=view,function&q=report",
            {"build_report", "mail_report", "schedule:yearly report"},
            2,
        ),
        ("#q=signup&waits=1", {"signup"}, 0),
        ("#q=nowhere", set(), 0),
    ],
)
def test_the_drawing_shows_what_the_address_asks_for(
    project: Project, tmp_path: Path, address: str, nodes: set[str], waits_in_tasks: int
) -> None:
    page = project.write("map.html", written(project, SHOP))
    document = in_browser(page, address, tmp_path / "profile")
    assert boxes(document) == nodes
    assert document.count('class="edge in-task') == waits_in_tasks


@needs_browser
def test_a_name_runs_nothing_in_a_browser(project: Project, tmp_path: Path) -> None:
    project.write("odd.py", ODD)
    page = project.write("map.html", written(project))
    document = in_browser(page, "#q=odd", tmp_path / "profile")
    assert "<img" not in document.partition("<svg")[2].partition("</svg>")[0]
    assert len(boxes(document)) == 2
