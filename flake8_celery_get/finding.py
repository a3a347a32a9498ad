"""What a rule reports: plain data, the same for flake8, the terminal and JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from flake8_celery_get.printing.visible import visible


@dataclass(frozen=True, slots=True, order=True)
class Related:
    """Another place that has to do with a finding: a step to its cause, or who suffers.

    ``line`` is 1-based, ``column`` is 0-based and counts characters. ``message`` quotes
    the user's code and is made printable. ``suffers``: it is one of perhaps many that a
    fix of the finding fixes, too.
    """

    path: str
    line: int
    column: int
    message: str
    suffers: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", visible(self.message))


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text to put in the place of what stands between two points of a file.

    The points are those of `Finding`; where both are the same, the text is inserted.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What to write instead, in the file of the finding.

    ``description`` says it in a few words. One that ``is_safe`` changes nothing but what
    the finding is about. ``others`` are further files of the project, by their absolute
    paths, and what has to change there at the same time: all of it, or nothing. The file of
    the finding itself may stay as it is.
    """

    description: str
    is_safe: bool
    edits: tuple[Edit, ...]
    others: tuple[tuple[str, tuple[Edit, ...]], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "description", visible(self.description))

    def by_file(self, path: str) -> dict[str, tuple[Edit, ...]]:
        """The edits of each file that changes; ``path`` is the one of the finding."""
        own = {path: self.edits} if self.edits else {}
        return {**own, **dict(self.others)}


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One place in the linted code that breaks one rule.

    ``path`` is absolute. Lines are 1-based, columns 0-based and in characters,
    ``end_column`` is exclusive. ``message`` quotes the user's code and is made printable.
    ``fingerprint`` survives moved lines. ``covered_by`` are code and path of a finding that
    tells of this one, too: where that is reported, this is not.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    code: str
    name: str
    message: str
    related: tuple[Related, ...] = ()
    fingerprint: str = ""
    fix: Fix | None = field(default=None, compare=False)
    covered_by: tuple[str, str] | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", visible(self.message))
