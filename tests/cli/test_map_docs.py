"""What the page about the map shows is what a reader gets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.project import Project

PAGE = (Path(__file__).parents[2] / "docs/map.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.M | re.S)


def given(project: Project) -> Project:
    """The project of the page, in a folder named as there."""
    shop = type(project)(project.folder / "shop")
    (code,) = [text for kind, text in BLOCKS if kind == "python"]
    shop.write("shop/orders.py", code)
    shop.write("setup.cfg", "")
    return shop


def test_the_tree_is_what_the_command_prints(project: Project) -> None:
    (shown,) = [text for kind, text in BLOCKS if text.startswith("$ celery-guard map\n")]
    run = given(project).guard("map")
    assert (run.code, run.err) == (0, "")
    assert run.out == shown.partition("\n")[2]


def test_the_page_is_written(project: Project) -> None:
    shop = given(project)
    (line,) = [text for kind, text in BLOCKS if "--output" in text]
    run = shop.guard(*line.split()[2:])
    assert (run.code, run.out, run.err) == (0, "", "")
    assert (shop.folder / "map.html").read_text("utf-8").startswith("<!doctype html>")


def test_every_field_is_documented(project: Project) -> None:
    document = given(project).guard("map", "--format", "json").json
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.M))
    assert list(rows) == list(document)
    for part in ("apps", "tasks", "callers", "sends", "waits"):
        assert re.findall(r"`(\w+)`", rows[part]) == list(document[part][0])
    assert document["version"] == 1
    (setting,) = {tuple(app["broker"]) for app in document["apps"]}
    assert all(f"`{name}`" in PAGE for name in setting)
