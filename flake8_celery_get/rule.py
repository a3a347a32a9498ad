"""What every rule is: a code, a name, a page, and one question to the model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from flake8_celery_get.finding import Finding
    from flake8_celery_get.model.module import Module


class Rule:
    """The base of all rules; the docstring of a subclass is its documentation page."""

    code: ClassVar[str]
    name: ClassVar[str]

    def check(self, module: Module) -> Iterator[Finding]:
        """Yield what this rule has to say about one linted module."""
        raise NotImplementedError
