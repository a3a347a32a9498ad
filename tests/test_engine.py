"""The engine: one answer for a file, and no work that an earlier run has done."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from flake8_celery_get.engine import Engine
from flake8_celery_get.model.ask import model
from flake8_celery_get.options import Options
from flake8_celery_get.source.lower import definition as lower
from flake8_celery_get.source.text import SourceError
from tests.project.sample import FILES, Sample, noted

VIEW = "proj/views.py"
WAITS = [f"{VIEW}:5 CEL102"]
WAITING_VIEW = (
    "from proj.tasks import add\n\n\ndef show(request):\n    return add.delay(1, 2).get()\n"
)


@pytest.fixture
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The small project, checked and saved once."""
    made = Sample(
        tmp_path_factory.mktemp("sample").resolve(), tmp_path_factory.mktemp("cache")
    )
    for name, text in FILES.items():
        made.write(name, text)
    assert made.places() == WAITS
    return made


RUN = """
import sys
from flake8_celery_get.engine import Engine
from flake8_celery_get.options import Options
engine = Engine(Options(cache_dir=sys.argv[1]))
found = [each for path in sys.argv[2:] for each in engine.check(path, open(path).read())]
engine.save()
print(len(found), *(name for name in %r if name in sys.modules))
"""
DEAR = ("libcst", "flake8_celery_get.model.ask.model", "flake8_celery_get.catalog")


def in_a_new_process(sample: Sample) -> str:
    """How many findings a run gives, and which dear modules it imports."""
    command = [sys.executable, "-c", RUN % (DEAR,), str(sample.cache), *sample.paths()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_run_in_which_nothing_changed_imports_nothing_dear(sample: Sample) -> None:
    assert in_a_new_process(sample) == "1"


def test_a_changed_file_without_celery_imports_nothing_dear(sample: Sample) -> None:
    sample.write("proj/models.py", "class Report:\n    title = 'report'\n")
    assert in_a_new_process(sample) == "1"


def test_a_changed_celery_file_is_evaluated(sample: Sample) -> None:
    sample.write("proj/other.py", WAITING_VIEW)
    assert in_a_new_process(sample) == " ".join(("2", *DEAR))
    assert in_a_new_process(sample) == "2"


def test_text_that_is_the_same_on_disk_is_not_parsed(sample: Sample) -> None:
    texts = [(path, Path(path).read_text(encoding="utf-8")) for path in sample.paths()]
    engine = sample.engine()
    with noted(ast, "parse") as parsed:
        assert sum(len(engine.check(path, text)) for path, text in texts) == 1
    assert parsed == []


def test_a_new_time_alone_is_no_change(sample: Sample) -> None:
    for path in sample.paths():
        os.utime(path, ns=(1, 1))
    with noted(model, "Model") as evaluated:
        assert sample.places() == WAITS
        assert sample.places() == WAITS
    assert evaluated == []


def test_only_the_changed_file_is_read_again(sample: Sample) -> None:
    text = FILES["proj/helper.py"].replace("(n, 1)", "(1, n)")
    sample.write("proj/helper.py", text)
    with noted(lower, "lower") as lowered:
        assert sample.places() == WAITS
    assert lowered
    assert all(part in text for part in lowered)


LEAD_NOWHERE = {
    "a test that inherits a helper which waits": {
        "unittests/base.py": "from proj.helper import fetch\n\n\nclass Base:\n"
        "    def make(self):\n        return fetch(1)\n",
        "unittests/test_views.py": "from unittests.base import Base\n\n\nclass TestViews(Base):\n"
        "    def test_task(self):\n        self.make()\n",
    },
    "a test that calls one, about an endpoint": {
        "tests/test_endpoints.py": "from proj.helper import fetch\n\n\n"
        "class EndpointTest(Base):\n    def test_a_task(self):\n        fetch(1)\n",
    },
    "a table with the name of one": {
        "proj/migrations/0001_first.py": "from django.db import migrations\n\n"
        "operations = [\n    migrations.AddField('fetch', fetch=1, name='fetch'),\n]\n",
    },
}


@pytest.mark.parametrize("files", LEAD_NOWHERE.values(), ids=LEAD_NOWHERE)
def test_what_leads_nowhere_is_not_read(files: dict[str, str], sample: Sample) -> None:
    for name, text in files.items():
        sample.write(name, text)
    *_, text = files.values()
    with noted(lower, "lower") as lowered:
        assert sample.places() == WAITS
    assert [part for part in lowered if part in text] == []


Change = Callable[[Sample], object]
CHANGES: dict[str, tuple[Change, list[str]]] = {
    "the helper no longer waits": (
        lambda s: s.write("proj/helper.py", "def fetch(n):\n    return n\n"),
        [],
    ),
    "the helper is gone": (lambda s: (s.folder / "proj/helper.py").unlink(), []),
    "the task is none": (
        lambda s: s.write("proj/tasks.py", "def add(x, y):\n    return x + y\n"),
        [],
    ),
    "the view moves down": (
        lambda s: s.write(VIEW, "\n\n" + FILES[VIEW]),
        [f"{VIEW}:7 CEL102"],
    ),
    "the view calls something else": (
        lambda s: s.write(VIEW, FILES[VIEW].replace("fetch(1)", "print(1)")),
        ["proj/helper.py:5 CEL104"],
    ),
    "another view comes": (
        lambda s: s.write("proj/other.py", WAITING_VIEW),
        ["proj/other.py:5 CEL102", *WAITS],
    ),
    "a file without Celery begins to call the helper": (
        lambda s: s.write(
            "proj/models.py",
            "from proj import helper\n\n\ndef show(request):\n    helper.fetch(2)\n",
        ),
        ["proj/models.py:5 CEL102", *WAITS],
    ),
    "only the view calls the helper": (
        lambda s: s.write(
            "proj/helper.py", FILES["proj/helper.py"].partition("\n\n\ndef export")[0]
        ),
        ["proj/helper.py:5 CEL102"],
    ),
    "the view is renamed": (
        lambda s: (s.folder / VIEW).rename(s.folder / "proj/pages.py"),
        ["proj/pages.py:5 CEL102"],
    ),
    "a package takes the helper's place": (
        lambda s: s.write("proj/helper/__init__.py", "def fetch(n):\n    return n\n"),
        ["proj/helper.py:5 CEL104"],
    ),
}


APP = {
    "proj/celery.py": (
        "import os\n\nfrom celery import Celery\n\n"
        'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "proj.settings")\n\n'
        'app = Celery("proj")\n'
        'app.config_from_object("django.conf:settings", namespace="CELERY")\n'
    ),
    "proj/settings.py": "from proj.base import *\n\nDEBUG = True\n",
    "proj/base.py": "DEBUG = False\n",
}
POOR = ["proj/celery.py:7 CEL201"]
BACKEND = 'CELERY_RESULT_BACKEND = "redis://"\n'
SETTINGS: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda _: None, POOR),
    "the settings set it": (
        lambda s: s.write("proj/settings.py", APP["proj/settings.py"] + BACKEND),
        WAITS,
    ),
    "what they import sets it": (lambda s: s.write("proj/base.py", BACKEND), WAITS),
    "what they import sets it to what is unknown": (
        lambda s: s.write("proj/base.py", BACKEND.replace("redis", "amqp")),
        ["proj/base.py:1 CEL206", *WAITS],
    ),
    "they import something else": (
        lambda s: s.write("proj/settings.py", "from local import *\n"),
        WAITS,
    ),
    "the settings are gone": (lambda s: (s.folder / "proj/settings.py").unlink(), WAITS),
    "others are chosen": (
        lambda s: s.write("manage.py", 'x = {"DJANGO_SETTINGS_MODULE": 1}\n'),
        POOR,
    ),
    "a second choice comes": (
        lambda s: s.write(
            "manage.py",
            'import os\n\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "local")\n',
        ),
        WAITS,
    ),
    "a file that spoke of nothing mentions it": (
        lambda s: s.write("proj/models.py", 'NAME = "result_backend"\n'),
        WAITS,
    ),
    "a new file mentions it": (lambda s: s.write("proj/live.py", BACKEND), WAITS),
    "a file beside the code mentions it": (
        lambda s: s.write(".env", "CELERY_RESULT_BACKEND=redis://\n"),
        WAITS,
    ),
    "a file beside the code mentions something else": (
        lambda s: s.write(".env", "DEBUG=1\n"),
        POOR,
    ),
}


@pytest.mark.parametrize(("change", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_a_warm_run_sees_every_change_of_settings(
    sample: Sample, change: Change, expected: list[str]
) -> None:
    for name, text in APP.items():
        sample.write(name, text)
    assert sample.places() == POOR
    change(sample)
    assert sample.places(sample.engine(cache=False)) == expected
    assert sample.places() == expected


def test_a_given_text_of_settings_is_believed(sample: Sample) -> None:
    for name, text in APP.items():
        sample.write(name, text)
    assert sample.places() == POOR
    base = str(sample.folder / "proj/base.py")
    found = sample.engine().check(base, BACKEND.replace("redis", "amqp"))
    assert [each.code for each in found] == ["CEL206"]


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_warm_run_sees_every_change(
    sample: Sample, change: Change, expected: list[str]
) -> None:
    change(sample)
    assert sample.places(sample.engine(cache=False)) == expected
    assert sample.places() == expected


def test_a_given_text_is_believed_even_with_the_same_size_and_time_on_disk(
    sample: Sample,
) -> None:
    path = sample.folder / VIEW
    before = path.stat()
    path.write_text(FILES[VIEW].replace("fetch(1)", "print(1)"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size
    assert sample.engine().check(str(path), path.read_text(encoding="utf-8")) == []


def test_given_text_is_not_kept(sample: Sample) -> None:
    path = str(sample.folder / VIEW)
    engine = sample.engine()
    assert engine.check(path, "") == []
    assert len(engine.check(path, FILES[VIEW] + FILES[VIEW].replace("show", "list_"))) == 2
    engine.save()
    assert sample.places() == WAITS


def test_given_text_needs_no_file(sample: Sample) -> None:
    path = str(sample.folder / "proj" / "unsaved.py")
    assert [found.line for found in sample.engine().check(path, WAITING_VIEW)] == [5]


def test_a_file_alone_needs_no_project(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("alone")
    path = folder / "views.py"
    path.write_text(
        "from celery.result import AsyncResult\n\n\n"
        "def show(request, name):\n    return AsyncResult(name).get()\n",
        encoding="utf-8",
    )
    assert [found.code for found in Engine(Options(cache=False)).check(str(path))] == [
        "CEL102"
    ]


def test_a_path_may_be_relative(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sample.folder / "proj")
    (found,) = sample.engine().check("views.py")
    assert found.path == str(sample.folder / VIEW)
    assert found.related[-1].path == str(sample.folder / "proj/helper.py")


UNUSABLE = {
    "syntax": (b"def f(:\n", "line 1: invalid syntax"),
    "encoding": (b"# coding: klingon\n", "unknown encoding: klingon"),
    "octets": (b"\n\nx = '\xff'\n", "line 3: byte 0xff is not valid utf-8"),
    "null": (b"x = '\0'\n", "source code cannot contain null bytes"),
    "nesting": (b"[" * 5_000, "line 1: too many nested parentheses"),
}


@pytest.mark.parametrize(("octets", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_file_is_one_line_and_the_others_are_checked(
    sample: Sample, octets: bytes, reason: str
) -> None:
    path = sample.folder / "proj" / "broken.py"
    path.write_bytes(octets)
    engine = sample.engine()
    with pytest.raises(SourceError) as caught:
        engine.check(str(path))
    assert str(caught.value) == reason
    assert len(engine.check(str(sample.folder / VIEW))) == 1


def test_a_broken_helper_hides_only_its_own_waits(sample: Sample) -> None:
    sample.write("proj/helper.py", "def fetch(:\n")
    sample.write("proj/other.py", WAITING_VIEW)
    engine = sample.engine()
    assert engine.check(str(sample.folder / VIEW)) == []
    assert len(engine.check(str(sample.folder / "proj/other.py"))) == 1


def test_a_missing_file_is_one_line(sample: Sample) -> None:
    with pytest.raises(SourceError, match=r"^No such file or directory$"):
        sample.engine().check(str(sample.folder / "gone.py"))


def test_a_project_inside_another_one_has_findings_and_edits_of_its_own(
    tmp_path: Path,
) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("pyproject.toml", "inner/pyproject.toml"):
        (tmp_path / name).touch()
    tasks = TASK_THAT_WAITS.format(name="outer")
    (tmp_path / "tasks.py").write_text(tasks, encoding="utf-8")
    inner = tmp_path / "inner" / "jobs.py"
    inner.write_text(TASK_THAT_WAITS.format(name="inner"), encoding="utf-8")
    engine = Engine(Options(cache=False))
    found = engine.findings(str(tmp_path))
    assert [
        (path, [each.code for each in each_found]) for path, each_found in found.items()
    ] == [
        (str(inner), ["CEL101"]),
        (str(tmp_path / "tasks.py"), ["CEL101"]),
    ]
    assert found[str(inner)] == engine.check(str(inner))
    change = engine.edit(str(inner), "x = 1\n")
    assert (change.findings, change.others) == ([], {})
    assert engine.findings(str(tmp_path)).keys() == {str(tmp_path / "tasks.py")}


def test_a_fix_that_is_gone_counts_as_another_finding(tmp_path: Path) -> None:
    app = tmp_path / "mails.py"
    app.write_text(APP_WITHOUT_BACKEND.format(name="mails"), encoding="utf-8")
    other = tmp_path / "shop.py"
    without_read = APP_WITHOUT_BACKEND.format(name="shop")
    other.write_text(without_read, encoding="utf-8")
    engine = Engine(Options(cache=False))
    found = engine.findings(str(tmp_path))[str(app)]
    assert [each.fix is None for each in found] == [False]
    change = engine.edit(str(other), without_read + "\nprint(add.delay(1).get())\n")
    assert [each.fix for each in change.others[str(app)]] == [None]


APP_WITHOUT_BACKEND = """\
from celery import Celery

app = Celery("{name}", broker="redis://")


@app.task
def add(x):
    return x
"""

TASK_THAT_WAITS = """\
from celery import shared_task


@shared_task
def {name}(x):
    return {name}.delay(x).get(timeout=1)
"""
