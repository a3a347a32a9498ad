"""The answers for an app's settings that no rule shows by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flake8_celery_get.model.ask.model import Model
from flake8_celery_get.model.settings.answers import Answer, CantTell, NotSet, SetTo
from flake8_celery_get.options import Options
from flake8_celery_get.project.project import Project

if TYPE_CHECKING:
    from pathlib import Path

IMPORT = "import os\nfrom celery import Celery\n"


def model_of(root: Path, **files: str) -> Model:
    """The model of a small project; ``celery`` stands for ``proj/celery.py``."""
    (root / "pyproject.toml").touch()
    (root / "proj").mkdir()
    for name, text in files.items():
        (root / "proj" / f"{name}.py").write_text(text, encoding="utf-8")
    project = Project(str(root), Options(cache=False))
    project.open()
    return Model(project)


def answer(root: Path, name: str, text: str, **files: str) -> Answer:
    """What a setting of the project's first app is."""
    model = model_of(root, celery=IMPORT + text, **files)
    return next(iter(model.apps)).setting(name)


def said(found: Answer) -> object:
    """The value of an answer that has one; else its kind."""
    return found.value if isinstance(found, SetTo) else type(found)


VALUES: dict[str, tuple[str, str, object]] = {
    "a broker by keyword": ("broker_url", 'Celery("p", broker="redis://")', "redis://"),
    "a broker by place": (
        "broker_url",
        'Celery("p", None, None, None, None, None, None, True, None, "redis://")',
        "redis://",
    ),
    "no broker": ("broker_url", 'Celery("p")', NotSet),
    "a broker's old name": (
        "broker_url",
        'app = Celery("p")\napp.conf.update(BROKER_URL="redis://")',
        "redis://",
    ),
    "started tasks are tracked": (
        "task_track_started",
        'app = Celery("p")\napp.conf.task_track_started = True',
        True,
    ),
    "by the old name": (
        "task_track_started",
        'app = Celery("p", CELERY_TRACK_STARTED=True)',
        True,
    ),
    "not tracked, aloud": (
        "task_track_started",
        'Celery("p", task_track_started=False)',
        False,
    ),
    "not tracked": ("task_track_started", 'Celery("p")', NotSet),
    "tracked, perhaps": (
        "task_track_started",
        'app = Celery("p")\nif os.name:\n    app.conf.task_track_started = True',
        CantTell,
    ),
    "errors of ignored tasks": (
        "task_store_errors_even_if_ignored",
        'Celery("p", task_store_errors_even_if_ignored=True)',
        True,
    ),
    "a serializer": ("task_serializer", 'Celery("p", task_serializer="pickle")', "pickle"),
    "the results' serializer": (
        "result_serializer",
        'Celery("p", changes={"CELERY_RESULT_SERIALIZER": "yaml"})',
        "yaml",
    ),
    "what is accepted": (
        "accept_content",
        'app = Celery("p")\napp.conf["accept_content"] = ["json", "pickle"]',
        ("json", "pickle"),
    ),
    "what is accepted, computed": (
        "accept_content",
        'app = Celery("p")\napp.conf["accept_content"] = ["json", os.name]',
        CantTell,
    ),
    "ignored results": ("task_ignore_result", 'Celery("p", task_ignore_result=True)', True),
    "the last of two": (
        "result_backend",
        'app = Celery("p", backend="redis://")\napp.conf.result_backend = "rpc://"',
        "rpc://",
    ),
    "conf before objects": (
        "result_backend",
        'app = Celery("p")\napp.conf.result_backend = "rpc://"\n'
        'app.config_from_object({"result_backend": "redis://"})',
        "rpc://",
    ),
    "objects before defaults": (
        "result_backend",
        'app = Celery("p")\napp.add_defaults({"result_backend": "rpc://"})\n'
        'app.config_from_object({"result_backend": "redis://"})',
        "redis://",
    ),
    "no backend is only said": (
        "result_backend",
        'app = Celery("p", backend=None)\n'
        'app.config_from_object({"result_backend": "redis://"})',
        "redis://",
    ),
    "set again after all was open": (
        "result_backend",
        'app = Celery("p")\napp.conf.update(load())\napp.conf.result_backend = "rpc://"',
        "rpc://",
    ),
    "opened after it was set": (
        "result_backend",
        'app = Celery("p", backend="rpc://")\napp.conf.update(load())',
        CantTell,
    ),
    "handed over and set again": (
        "result_backend",
        'app = Celery("p", backend="rpc://")\nconfigure(app)\n'
        'app.conf.result_backend = "redis://"',
        "redis://",
    ),
    "one of two": (
        "result_backend",
        'app = Celery("p", backend="rpc://" if os.name else "redis://")',
        CantTell,
    ),
    "the same on both ways": (
        "result_backend",
        'app = Celery("p")\nif os.name:\n    app.conf.result_backend = "rpc://"\n'
        'else:\n    app.conf.result_backend = "rpc://"',
        CantTell,
    ),
}


@pytest.mark.parametrize(("name", "text", "expected"), VALUES.values(), ids=VALUES)
def test_answer(root: Path, name: str, text: str, expected: object) -> None:
    assert said(answer(root, name, text)) == expected


def test_the_place_is_that_of_the_setting(root: Path) -> None:
    found = answer(
        root,
        "broker_url",
        'app = Celery("p")\napp.config_from_object("proj.config")',
        config='timezone = "UTC"\nbroker_url = "redis://"\n',
    )
    assert isinstance(found, SetTo)
    assert found.place == (str(root / "proj" / "config.py"), (2, 0, 2, 23))


def test_a_text_is_known_by_its_beginning(root: Path) -> None:
    found = answer(root, "broker_url", 'Celery("p", broker=f"redis://{os.name}/0")')
    assert isinstance(found, SetTo)
    assert (found.value, found.is_start, found.may_differ) == ("redis://", True, False)


@pytest.mark.parametrize(
    "value", ['os.environ.get("B", "redis://")', 'os.environ.get("B") or "redis://"']
)
def test_the_environment_may_say_otherwise(root: Path, value: str) -> None:
    found = answer(root, "broker_url", f'Celery("p", broker={value})')
    assert isinstance(found, SetTo)
    assert (found.value, found.is_start, found.may_differ) == ("redis://", False, True)


def test_apps_are_found_by_their_sites(root: Path) -> None:
    model = model_of(root, celery=f'{IMPORT}one = Celery("one")\ntwo = Celery("two")\n')
    assert [(app.name, app.at[0]) for app in model.apps] == [("one", 3), ("two", 4)]
    assert [model.app(app.key) for app in model.apps] == list(model.apps)
    assert model.app(()) is None


def test_the_only_app_needs_no_site(root: Path) -> None:
    model = model_of(
        root,
        celery=f'{IMPORT}one = Celery("one")\n',
        test_it=f'{IMPORT}other = Celery("other")\n',
    )
    only = model.app(())
    assert only is not None
    assert only.name == "one"


def test_a_package_without_an_app_has_none(root: Path) -> None:
    model = model_of(root, tasks="from celery import shared_task\n")
    assert list(model.apps) == []
    assert model.app(()) is None
