"""What the page about fixes shows is what a reader gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.project import Project

PAGE = (Path(__file__).parents[2] / "docs/fixing.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"^```console\n\$ celery-guard (.*?)\n(.*?)^```$", PAGE, re.M | re.S)


def test_every_command_prints_what_is_shown(project: Project) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.M | re.S)
    project.write("orders/status.py", code)
    assert len(CONSOLE) == 3
    for command, shown in CONSOLE:
        run = project.guard(*command.split())
        assert (run.out, run.err, run.code) == (shown, "", 1)


def test_the_fields_of_a_fix_are_documented(project: Project) -> None:
    project.write("a.py", "from celery.result import AsyncResult\nAsyncResult('1').id()\n")
    (found,) = project.guard("check", "--output-format=json").json["findings"]
    fields = re.findall(r"^\| `(\w+)` \| ", PAGE.partition("## Fixes in reports")[2], re.M)
    assert fields == list(found["fix"])
