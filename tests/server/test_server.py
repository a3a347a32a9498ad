"""``celery-guard server``, spoken to by a real client over its standard streams."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types

from tests.server.editor import Editor, in_editor

TASKS = """\
from celery import shared_task


@shared_task
def add(x, y):
    return x + y


def fetch(n):
    return add.delay(n, 1).get(timeout=1)
"""
VIEWS = """\
from django.http import HttpResponse

from .tasks import fetch


def show(request):
    return HttpResponse(fetch(1))
"""
SAFE = """\
from celery.result import AsyncResult


def is_done(id):
    name = "🙂"; return name if AsyncResult(id).successful else ""
"""
WAITS = ["10 CEL102"]

# The client's own affair: pygls asks so, and Python 3.14 warns of it.
pytestmark = pytest.mark.filterwarnings(
    "ignore:'asyncio.iscoroutinefunction':DeprecationWarning"
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project whose view waits in a helper."""
    (tmp_path / "pyproject.toml").touch()
    package = tmp_path / "shop"
    package.mkdir()
    for name, text in {"__init__": "", "tasks": TASKS, "views": VIEWS}.items():
        (package / f"{name}.py").write_text(text, encoding="utf-8")
    return tmp_path


def test_all_files_of_a_folder_have_their_findings_at_once(shop: Path) -> None:
    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        (found,) = editor.published[editor.uri("shop/tasks.py")]
        assert found.source == "celery-guard"
        assert found.message.startswith(
            "`add.delay(n, 1).get(timeout=1)` waits in view `show`"
        )
        assert found.code_description is not None
        assert found.code_description.href.endswith("/rules/CEL102/")
        (related,) = found.related_information or []
        assert related.location.uri == editor.uri("shop/views.py")
        assert related.location.range.start == types.Position(6, 24)

    in_editor(shop, script)


def test_typing_in_one_file_changes_the_findings_of_another(shop: Path) -> None:
    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        await editor.open("shop/views.py", VIEWS)
        await editor.type("shop/views.py", VIEWS.replace("fetch(1)", "'nothing'"))
        await editor.until(lambda: editor.shown("shop/tasks.py") == [])
        await editor.type("shop/views.py", VIEWS)
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        await editor.type("shop/views.py", VIEWS.replace("fetch(1)", "'nothing'"))
        await editor.until(lambda: editor.shown("shop/tasks.py") == [])
        await editor.close("shop/views.py")  # not saved: the disk's text counts again
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)

    in_editor(shop, script)


def test_who_is_typing_keeps_the_findings(shop: Path) -> None:
    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        await editor.open("shop/tasks.py", TASKS)
        await editor.type("shop/tasks.py", TASKS + "\n\ndef more(\n")
        await editor.type("shop/tasks.py", "\n" + TASKS)
        await editor.until(lambda: editor.shown("shop/tasks.py") == ["11 CEL102"])

    in_editor(shop, script)


def test_a_file_that_is_changed_on_disk_is_read_again(shop: Path) -> None:
    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        (shop / "shop/tasks.py").write_text("\n" + TASKS, encoding="utf-8")
        await editor.tell("shop/tasks.py", types.FileChangeType.Changed)
        await editor.until(lambda: editor.shown("shop/tasks.py") == ["11 CEL102"])
        (shop / "shop/views.py").unlink()
        await editor.tell("shop/views.py", types.FileChangeType.Deleted)
        await editor.until(lambda: editor.shown("shop/tasks.py") == [])

    in_editor(shop, script)


def test_settings_are_read_again(shop: Path) -> None:
    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        await editor.open("shop/tasks.py", "\n" + TASKS)
        await editor.until(lambda: editor.shown("shop/tasks.py") == ["11 CEL102"])
        settings = "[tool.celery-guard]\nignore = ['CEL102']\n"
        (shop / "pyproject.toml").write_text(settings, encoding="utf-8")
        await editor.tell("pyproject.toml", types.FileChangeType.Changed)
        await editor.until(lambda: editor.shown("shop/tasks.py") == [])
        (shop / "pyproject.toml").write_text("", encoding="utf-8")
        await editor.tell("pyproject.toml", types.FileChangeType.Changed)
        await editor.until(lambda: editor.shown("shop/tasks.py") == ["11 CEL102"])

    in_editor(shop, script)


def test_settings_that_can_t_be_are_told(shop: Path) -> None:
    settings = "[tool.celery-guard]\nignore = 'no-such-rule'\n"
    (shop / "pyproject.toml").write_text(settings, encoding="utf-8")

    async def script(editor: Editor) -> None:
        await editor.until(lambda: bool(editor.messages))
        (message,) = editor.messages
        assert message.startswith("celery-guard: ")
        assert "ignore" in message

    in_editor(shop, script)


def test_a_fix_and_a_comment_are_offered(shop: Path) -> None:
    name = "shop/status.py"
    (shop / name).write_text(SAFE, encoding="utf-8")

    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown(name) == ["5 CEL306"])
        await editor.open(name, SAFE)
        offered = await editor.actions(name, 5)
        comment = offered.pop("Suppress CEL306 with a comment")
        assert text_after(comment, editor.uri(name), SAFE).splitlines()[4] == (
            '    name = "🙂"; return name if AsyncResult(id).successful else ""  # noqa: CEL306'
        )
        ((_title, fix),) = offered.items()
        assert fix.is_preferred
        assert 'return name if AsyncResult(id).successful() else ""' in text_after(
            fix, editor.uri(name), SAFE
        )
        assert await editor.actions(name, 1) == {}

    in_editor(shop, script)


def test_a_fix_changes_several_files(shop: Path) -> None:
    (shop / "pyproject.toml").write_text('[tool.celery-guard]\nselect = ["CEL801"]\n')
    config, reads = "shop/config.py", "shop/celery.py"
    texts = {
        config: 'BROKER_URL = "redis://"\n',
        reads: "from celery import Celery\n\nfrom shop.config import BROKER_URL\n\n"
        'app = Celery("🙂")\napp.config_from_object("shop.config")\nprint(BROKER_URL)\n',
    }
    for name, text in texts.items():
        (shop / name).write_text(text, encoding="utf-8")

    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown(config) == ["1 CEL801"])
        await editor.open(config, texts[config])
        fix = (await editor.actions(config, 1))["Write `broker_url`"]
        for name, text in texts.items():
            after = text_after(fix, editor.uri(name), text)
            assert after == text.replace("BROKER_URL", "broker_url")
        await editor.open(reads, f"{texts[reads]}if (")
        assert "Write `broker_url`" not in await editor.actions(config, 1)

    in_editor(shop, script)


def test_the_page_of_a_rule_is_shown(shop: Path) -> None:
    async def script(editor: Editor) -> None:
        await editor.until(lambda: editor.shown("shop/tasks.py") == WAITS)
        await editor.open("shop/tasks.py", TASKS)
        text = await editor.hover("shop/tasks.py", 10, 15)
        assert text.startswith("# CEL102 blocking-read-in-view")
        assert "https://" in text.splitlines()[-1]
        assert await editor.hover("shop/tasks.py", 1, 0) == ""

    in_editor(shop, script)


def text_after(action: types.CodeAction, uri: str, text: str) -> str:
    """The text with the edits of an action, whose columns are counted in UTF-16."""
    assert action.edit is not None
    assert action.edit.changes is not None
    lines = text.replace("🙂", "\ud83d\ude42").split("\n")
    for edit in sorted(
        action.edit.changes[uri], key=lambda each: each.range.start, reverse=True
    ):
        start, end = edit.range.start, edit.range.end
        before, after = (
            lines[start.line][: start.character],
            lines[end.line][end.character :],
        )
        lines[start.line : end.line + 1] = [before + edit.new_text + after]
    return "\n".join(lines).encode("utf-16", "surrogatepass").decode("utf-16")


def test_without_pygls_one_line_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "pygls.py").write_text("raise ModuleNotFoundError(name='pygls')\n")
    done = subprocess.run(
        [sys.executable, "-m", "flake8_celery_get", "server"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "celery-guard: the server needs pygls: pip install 'celery-guard[server]'\n"
    )
