"""Guards by every form of condition: guarded reads are silent, their mirror images are not."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.model.waiting import codes

HEAD = "from celery import states\nfrom celery.result import AsyncResult\n\n\n"

FINISHED = [
    "r.ready()",
    "r.successful()",
    "r.failed()",
    "r.state == 'SUCCESS'",
    "'SUCCESS' == r.state",
    "r.status == states.SUCCESS",
    "r.state in ('SUCCESS', 'FAILURE')",
    "r.state in states.READY_STATES",
    "r.ready() is True",
    "bool(r.ready())",
    "not not r.ready()",
    "(r.ready() and i)",
    "r.state == 'SUCCESS' or r.state == 'FAILURE'",
]
RUNNING = [
    "i",
    "r",
    "r.id",
    "not r.ready()",
    "r.state == 'PENDING'",
    "r.state in ('SUCCESS', 'STARTED')",
    "r.state in states.UNREADY_STATES",
    "r.ready",
    "(r.ready() or i)",
    "other.ready()",
]
READS_WHERE_TRUE = {
    "if": "if {test}:\n        return r.get()",
    "else of not": "if not ({test}):\n        return 1\n    else:\n        return r.get()",
    "after return": "if not ({test}):\n        return 1\n    return r.get()",
    "after raise": "if not ({test}):\n        raise KeyError\n    return r.get()",
    "after continue": (
        "for _ in i:\n        if not ({test}):\n            continue\n        r.get()"
    ),
    "ternary": "return r.get() if {test} else 1",
    "and": "return ({test}) and r.get()",
    "or": "return not ({test}) or r.get()",
    "variable": "done = {test}\n    if done:\n        return r.get()",
    "walrus": "if done := ({test}):\n        return r.get()",
    "nested": "if i:\n        if {test}:\n            return r.get()",
    "try": "try:\n        if {test}:\n            return r.get()\n    finally:\n        i()",
    "while not": "while not ({test}):\n        return 1\n    return r.get()",
    "elif": "if i == 3:\n        return 1\n    elif {test}:\n        return r.get()",
    "comprehension": "return [r.get() for _ in i if {test}]",
}


def view(body: str, test: str) -> str:
    return (
        f"{HEAD}def show(request, i, other):\n    r = AsyncResult(i)\n"
        f"    {body.format(test=test)}\n"
    )


@pytest.mark.parametrize("form", READS_WHERE_TRUE)
def test_a_read_where_the_handle_is_finished_is_silent(root: Path, form: str) -> None:
    files = {
        f"v{number}.py": view(READS_WHERE_TRUE[form], test)
        for number, test in enumerate(FINISHED)
    }
    loud = {found.split(":")[0] for found in codes(root, files) if "CEL105" not in found}
    assert [FINISHED[int(name[1:-3])] for name in sorted(loud)] == []


@pytest.mark.parametrize("form", READS_WHERE_TRUE)
def test_a_read_where_nothing_is_known_is_found(root: Path, form: str) -> None:
    files = {
        f"v{number}.py": view(READS_WHERE_TRUE[form], test)
        for number, test in enumerate(RUNNING)
    }
    loud = {found.split(":")[0] for found in codes(root, files) if "CEL102" in found}
    assert [test for n, test in enumerate(RUNNING) if f"v{n}.py" not in loud] == []


REBOUND = {
    "by a new handle": "r = AsyncResult(2)",
    "by a loop": "for r in map(AsyncResult, i):\n            pass",
    "by a with": "with open(i) as other:\n            r = other.handle = AsyncResult(other)",
}


@pytest.mark.parametrize("way", REBOUND)
def test_a_guard_ends_where_its_handle_is_replaced(root: Path, way: str) -> None:
    body = f"if r.ready():\n        {REBOUND[way]}\n        return r.get()"
    (found,) = codes(root, {"v.py": view(body, "")})
    assert found.endswith("CEL102")


def test_a_guard_on_one_branch_only_is_none_after_it(root: Path) -> None:
    for test, jump in product(["r.ready()", "not r.ready()"], ["pass", "i()"]):
        body = f"if {test}:\n        {jump}\n    return r.get()"
        assert codes(root, {"v.py": view(body, "")}) == ["v.py:9 CEL102"]
