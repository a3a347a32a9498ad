"""What a user can set. Both fronts build their command lines from this one table."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

OPINIONS = "CEL9"
"""What the codes of rules start with that are off by default: someone has to name them."""

TEST_FILES = (
    "tests/*",
    "test/*",
    "test_*.py",
    "*_test.py",
    "tests.py",
    "conftest.py",
)
BASELINE = "celery-guard-baseline.json"
"""What a baseline is called that nobody names."""


@dataclass(frozen=True, slots=True)
class Options:
    """How a project differs from what the linter would guess.

    Names of decorators and classes are dotted (``proj.web.page``) or bare (``page``).
    """

    roots: tuple[str, ...] = field(
        default=(),
        metadata={"help": "folders that imports start from (default: found)"},
    )
    task_decorators: tuple[str, ...] = field(
        default=(),
        metadata={"help": "further decorators that make a function a Celery task"},
    )
    view_decorators: tuple[str, ...] = field(
        default=(),
        metadata={"help": "further decorators that make a function a view"},
    )
    view_bases: tuple[str, ...] = field(
        default=(),
        metadata={"help": "further base classes whose methods answer requests"},
    )
    states: tuple[str, ...] = field(
        default=(),
        metadata={"help": "further states that tasks store"},
    )
    test_files: tuple[str, ...] = field(
        default=TEST_FILES,
        metadata={"help": "patterns of files that are test code"},
    )
    baseline: str = field(
        default="",
        metadata={
            "help": "a file of findings that are known, to report only new ones "
            "(default: found)"
        },
    )
    cache: bool = field(
        default=True, metadata={"help": "keep what was learnt about each file on disk"}
    )
    cache_dir: str = field(
        default="",
        metadata={"help": "the cache folder (default: .celery_guard_cache at the root)"},
    )
    opinions: tuple[str, ...] = ()
    """Prefixes of the rules that are asked though they are off by default: by selection."""

    def asks(self, code: str) -> bool:
        """Tell whether a rule is asked at all."""
        return not code.startswith(OPINIONS) or code.startswith(self.opinions)


OPTION_FIELDS = tuple(option for option in fields(Options) if "help" in option.metadata)
