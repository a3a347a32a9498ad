"""What a user can set. Both fronts build their command lines from this one table."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TypeVar

OPINIONS = ("CEL8", "CEL9")
"""What the codes of rules start with that are off by default: someone has to name them.

Those about Celery 6, which is not out yet, and opinions.
"""

TEST_FILES = (
    "tests/*",
    "test/*",
    "testing/*",
    "test_*.py",
    "*_test.py",
    "*_tests.py",
    "tests.py",
    "conftest.py",
)
BASELINE = "celery-guard-baseline.json"
"""What a baseline is called that nobody names."""

_NAMES = "A name is dotted (`proj.web.page`) or bare (`page`)."


T = TypeVar("T")


def _option(default: T, help: str, *, example: T, more: str = "") -> T:
    """A field with its words: ``help`` for terminals, ``more`` for the documentation."""
    metadata = {"help": help, "example": example, "more": more}
    made: T = field(default=default, metadata=metadata)
    return made


@dataclass(frozen=True, slots=True)
class Options:
    """How a project differs from what the linter would guess.

    Names of decorators and classes are dotted (``proj.web.page``) or bare (``page``).
    """

    roots: tuple[str, ...] = _option(
        (),
        "folders that imports start from (default: detected automatically)",
        example=("src", "libs/billing"),
        more="By default, these are the folder of the nearest `pyproject.toml`,"
        " `setup.cfg`, `setup.py`, "
        "`manage.py` or `.git`, its `src/`, and the folder above the file's own package.",
    )
    task_decorators: tuple[str, ...] = _option(
        (),
        "additional decorators that define Celery tasks",
        example=("proj.queue.job",),
        more=_NAMES,
    )
    view_decorators: tuple[str, ...] = _option(
        (),
        "additional decorators that define views",
        example=("proj.web.page", "endpoint"),
        more=_NAMES,
    )
    view_bases: tuple[str, ...] = _option(
        (),
        "additional base classes whose methods answer requests",
        example=("proj.web.Page",),
        more=_NAMES,
    )
    states: tuple[str, ...] = _option(
        (),
        "additional states that tasks store",
        example=("PROGRESS",),
        more="Use it for states that other code stores, or whose names are computed.",
    )
    test_files: tuple[str, ...] = _option(
        TEST_FILES,
        "patterns of files that are test code",
        example=("specs/*", "*_spec.py"),
        more="Waits in tests are not reported. A pattern matches whole names: `test_*.py` matches "
        "files, and `specs/*` everything below a folder `specs`. By default, a package `test` is "
        "no test code if it looks like an application, contains no tests, and is imported from "
        "elsewhere.",
    )
    baseline: str = _option(
        "",
        "file of recorded findings, which are not reported (default: detected automatically)",
        example="known.json",
        more=f"By default, this is the nearest `{BASELINE}`, from the working directory up to the "
        "folder of `pyproject.toml`. An empty value disables it. "
        "[Baseline for existing projects](adopting.md) describes how to create one.",
    )
    cache: bool = _option(
        True,
        "keep information about each file on disk, so that the next run is faster",
        example=False,
        more="The cache makes the next run faster. You can delete it at any time.",
    )
    cache_dir: str = _option(
        "",
        "the cache folder (default: .celery_guard_cache at the root)",
        example="build/celery-guard",
    )
    opinions: tuple[str, ...] = ()
    """Prefixes of the rules that are asked though they are off by default: by selection."""

    fixes: bool = True
    """Whether fixes are made: they cost time, and some reports don't show them."""

    top: str = field(default="", compare=False, repr=False)
    """The root of what no file marks as a project: the folder that was given."""

    def asks(self, code: str) -> bool:
        """Tell whether a rule is asked at all."""
        return not code.startswith(OPINIONS) or code.startswith(self.opinions)


OPTION_FIELDS = tuple(option for option in fields(Options) if "help" in option.metadata)
