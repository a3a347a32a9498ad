from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from accuracy.candidates import candidates


def words(folder: Path, source: str) -> list[tuple[int, str]]:
    (folder / "module.py").write_text(dedent(source), encoding="utf-8")
    return [(found.line, found.word) for found in candidates(folder)]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("result.get()", "get"),
        ("result.get(30)", "get"),
        ("group.join_native(timeout=3)", "join_native"),
        ("~signature", "~"),
        ("with allow_join_result(): pass", "allow_join_result"),
        ("for part in group: part.state", "poll"),
        ("AsyncResult(id)", "AsyncResult"),
        ("GroupResult.restore(id)", "restore"),
        ("result.save()", "save"),
        ("group_result.save()", "save"),
        ("later.failed()", "failed"),
        ("print(result.state)", "state"),
        ("result.forget()", "forget"),
        ("later.result()", "result()"),
        ("if result: pass", "value"),
        ("x = result + 1", "value"),
        ("json.dumps({'result': result})", "value"),
        ("f = lambda: not result", "value"),
        ("chord(header)(body)", "chord"),
        ("group(a.s(), b.s()) | c.s()", "|"),
        ("if later.state == 'DONE': pass", "compared"),
        ("if state in {'SUCCESS', 'FAILURE'}: pass", "compared"),
        ("match reply['status']:\n case _: pass", "match"),
        ("task.update_state(state='FAILURE')", "update_state"),
        ("app = Celery('shop')", "app"),
        ("app = ShopCelery('shop')", "app"),
        ("app.conf.result_backend = 'rpc://'", "result_backend"),
        ("app.conf.update(result_expires=None)", "result_expires"),
        ("settings = {'CELERY_RESULT_BACKEND': url}", "CELERY_RESULT_BACKEND"),
    ],
)
def test_a_line_where_a_finding_could_stand_is_listed(
    tmp_path: Path, line: str, word: str
) -> None:
    # The first line speaks of Celery: a file that doesn't is not read.
    assert words(tmp_path, f"result = celery_task.delay()\n{line}\n") == [(2, word)]


def test_a_line_is_listed_once_for_each_kind(tmp_path: Path) -> None:
    source = """\
        app = Celery(backend="rpc://")
        result = task.delay()
        while not result.ready(): pass
        def view(): return result
    """
    assert words(tmp_path, source) == [
        (1, "app"),
        (1, "backend"),
        (3, "poll"),
        (3, "ready"),
        (4, "value"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "d.get('key')",
        "', '.join(names)",
        "d.get(a, b, c)",
        "self.successful = True",
        "row.save()",
        "logger.info('sent')",
        "if row: pass",
        "flags = READ | WRITE",
        "if row.name == 'DONE': pass",
        "Task(backend='rpc://')",
    ],
)
def test_a_line_that_no_handle_could_stand_in_is_not(tmp_path: Path, line: str) -> None:
    assert words(tmp_path, f"result = celery_task.delay()\n{line}\n") == []


def test_a_file_without_a_word_of_celery_is_not_read(tmp_path: Path) -> None:
    source = "mapping.get(key)\nif row.state == 'DONE': restore(row)\n"

    assert words(tmp_path, source) == []


def test_a_folder_may_be_named_like_a_module(tmp_path: Path) -> None:
    (tmp_path / "conf.py").mkdir()

    assert words(tmp_path, "result = task.delay()\nresult.get()\n") == [(2, "get")]
