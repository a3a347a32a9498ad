"""Where a finding stands follows from all files: a warm run sees each of them change."""

from __future__ import annotations

import pytest

from tests.project.sample import Sample

TASKS = (
    "from celery import shared_task\n\n\n@shared_task\ndef add(x, y):\n    return x + y\n"
)
VIEWS = """\
from tasks import add


def first(thing):
    return thing.get()


def show(request):
    return first(add.delay(1, 2))
"""
IN_HELPER, IN_VIEW = ["views.py:5 CEL102"], ["views.py:9 CEL102"]
OTHERS = {
    "a script calls it": "import views\n\nprint(views.first({}))\n",
    "a function calls it": "def main():\n    import views\n    return views.first({})\n",
    "it is kept": "from views import first\n\nFIRST = [first]\n",
    "it has another name": "from views import first as f\n\nprint(f({}))\n",
    "it is called through another module": "from more import also\n\nprint(also({}))\n",
}


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A helper that only a view calls; no other file has to do with Celery."""
    made = Sample(tmp_path_factory.mktemp("sample"), tmp_path_factory.mktemp("cache"))
    made.write("pyproject.toml", "")
    made.write("tasks.py", TASKS)
    made.write("views.py", VIEWS)
    made.write("more.py", "from views import first as also\n")
    made.write("other.py", "# first of all\n")
    assert made.places() == IN_HELPER
    return made


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
@pytest.mark.parametrize("name", ["other.py", "new.py"])
def test_somebody_else_begins_and_ends_to_use_the_helper(
    sample: Sample, name: str, text: str
) -> None:
    path = sample.write(name, text)
    assert sample.places() == IN_VIEW
    assert sample.places(sample.engine(cache=False)) == IN_VIEW
    path.write_text("# first of all, nothing\n", encoding="utf-8")
    assert sample.places() == IN_HELPER


@pytest.mark.parametrize("path", ["test_other.py", "tests/other.py"])
def test_test_code_is_left_out(sample: Sample, path: str) -> None:
    sample.write(path, OTHERS["a script calls it"])
    assert sample.places() == IN_HELPER
