"""``# noqa``, against flake8 on the same files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.project import WAITS

if TYPE_CHECKING:
    from tests.cli.project import Project

LINE_COMMENTS = (
    "",
    "# noqa",
    "#noqa",
    "# NOQA",
    "# NoQa : CEL101",
    "# noqa:CEL101",
    "# noqa: CEL101",
    "# noqa:  CEL101",
    "# noqa: cel101",
    "# noqa: CEL",
    "# noqa: CEL1",
    "# noqa: CEL102",
    "# noqa: CEL1011",
    "# noqa: E501",
    "# noqa: E501,CEL101",
    "# noqa: E501 CEL101",
    "# noqa: E501, CEL101 because it is short",
    "# noqa: because CEL101",
    "# noqa:",
    "# noqa CEL102",
    "# nothing # noqa: CEL101",
    "# type: ignore # noqa",
)

FILE_COMMENTS = (
    "# flake8: noqa",
    "  # flake8: noqa",
    "# flake8=noqa",
    "# FLAKE8: NOQA",
    "# flake8:noqa",
    "# flake8: noqa: CEL101",
    "# flake8: noqa: E501",
    "x = 1  # flake8: noqa",
    "# flake8 noqa",
    "# flake8: no",
)

SEVERAL_LINES = {
    "in_brackets": "    return add.delay(\n        x, 1\n    ).get()  # noqa\n",
    "in_brackets_first": "    return add.delay(  # noqa\n        x, 1\n    ).get()\n",
    "after_string": '    return add.delay("""\n    """, 1).get()  # noqa\n',
    "inside_string": '    return add.delay("""  # noqa\n    """, 1).get()\n',
    "f_string": '    return add.delay(f"""\n{x}\n    """, 1).get()  # noqa\n',
    "backslash": "    return \\\n        add.delay(x, 1).get() \\\n        + 1  # noqa\n",
    "line_above": "    # noqa\n    return add.delay(x, 1).get()\n",
    "block": "    if x:  # noqa\n        return add.delay(x, 1).get()\n",
    "no_line_end": "    return add.delay(x, 1).get()  # noqa",
    "form_feed": "    return add.delay('\x0c', 1).get()  # noqa\n",
    "separator": "    return add.delay('\u2028', 1).get()  # noqa\n",
}

READ = "    return add.delay(x, 1).get()\n"


@pytest.fixture
def variants(project: Project) -> Project:
    for number, comment in enumerate(LINE_COMMENTS):
        commented = READ.replace("\n", f"  {comment}\n")
        project.write(f"line_{number}.py", WAITS.replace(READ, commented))
    for number, comment in enumerate(FILE_COMMENTS):
        project.write(f"file_{number}.py", f"{comment}\n{WAITS}")
        project.write(f"end_{number}.py", f"{WAITS}\n\n{comment.lstrip()}\n")
    for name, body in SEVERAL_LINES.items():
        project.write(f"{name}.py", WAITS.replace(READ, body))
    project.write(
        "windows.py", WAITS.replace(READ, f"{READ[:-1]}  # noqa\n").replace("\n", "\r\n")
    )
    return project


def test_silences_what_flake8_silences(variants: Project) -> None:
    ours = variants.guard_places(".")
    assert ours == variants.flake8_places(".")
    assert "line_0.py:11:12 CEL101" in ours
    assert not any(place.startswith("line_1.py") for place in ours)


def test_can_be_switched_off(variants: Project) -> None:
    ours = variants.guard_places("--disable-noqa", ".")
    assert ours == variants.flake8_places("--disable-noqa", ".")
    files = {place.partition(":")[0] for place in ours}
    assert files == {path.name for path in variants.folder.glob("*.py")}


def test_a_silenced_file_may_be_broken(project: Project) -> None:
    project.write("broken.py", "# flake8: noqa\ndef f(:\n")
    assert project.guard("check").code == 0
    assert project.guard("check", "--disable-noqa").code == 2
