"""``celery-guard map --format mermaid``: a flowchart for Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.project import Project

PROJECT = """\
from celery import Celery
from celery.result import AsyncResult

app = Celery("posts")
app.conf.beat_schedule = {"daily": {"task": "attic.sweep", "schedule": 60}}


@app.task
def post(to):
    return look.delay(to).get()


@app.task
def look(to): ...


def page(request, id):
    return post.delay(id).id, AsyncResult(id).get()
"""

CHART = """\
flowchart LR
    n0(["a result by its id"]):::unknown
    n1["page<br/>posts.py:17"]:::view
    n2["daily<br/>every 60 s<br/>posts.py:5"]:::schedule
    n3(["look<br/>posts.py:14"]):::task
    n4(["post<br/>posts.py:9"]):::task
    n5(["attic.sweep"]):::unknown
    n2 --> n5
    n4 ==>|sends and waits| n3
    n1 ==>|waits| n0
    n1 --> n4
    classDef task fill:#dcfce7,stroke:#15803d,color:#14532d
    classDef view fill:#dbeafe,stroke:#1d4ed8,color:#1e3a8a
    classDef schedule fill:#f3e8ff,stroke:#7e22ce,color:#581c87
    classDef unknown fill:#fff,stroke:#6b7280,color:#374151,stroke-dasharray:4 3
    linkStyle 2 stroke:#b45309,stroke-width:3px
    linkStyle 1 stroke:#dc2626,stroke-width:4px
"""


def test_a_small_project(project: Project) -> None:
    project.write("posts.py", PROJECT)
    run = project.guard("map", "--format", "mermaid")
    assert (run.code, run.err) == (0, "")
    assert run.out == CHART


def test_names_are_no_markup(project: Project) -> None:
    name = '<script> & "it" `#35;` end'
    project.write("a.py", f"from celery import Celery\nCelery().send_task({name!r})\n")
    out = project.guard("map", "--format", "mermaid").out
    (label,) = re.findall(r'\(\["(.*)"\]\):::unknown', out)
    assert label == "#60;script#62; #38; #34;it#34; #96;#35;35;#96; end"


def test_nothing_to_see(project: Project) -> None:
    project.write("fine.py", "answer = 42\n")
    assert project.guard("map", "--format", "mermaid").out == (
        'flowchart LR\n    nothing["Nothing here sends a Celery task or waits for one."]\n'
    )
