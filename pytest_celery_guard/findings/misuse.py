"""Code that misused a result while a test ran."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Step(NamedTuple):
    """One call in the user's code: a file, its line, the function and the text of the line.

    ``module`` is the name by which the file was imported.
    """

    path: str
    line: int
    function: str
    text: str
    module: str


@dataclass(frozen=True, slots=True)
class Misuse:
    """What was done, by its code, with the steps that led to it, the last one being the place.

    ``entry`` names what began there: ``task shop.total``, ``request GET /reports/7``. ``told``
    is the part of the story that only this case has.
    """

    code: str
    entry: str
    steps: tuple[Step, ...]
    told: str = ""
