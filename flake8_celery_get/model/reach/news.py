"""What the last wave has brought, and what is to be read or read again for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Set

    from flake8_celery_get.model.evaluate.relevance import Relevance
    from flake8_celery_get.model.values.definitions import Scope
    from flake8_celery_get.source.outline import Definition


class News:
    """The names that the last wave has brought: those, say, of functions that wait."""

    def __init__(self, names: Set[str], relevance: Relevance) -> None:
        self.names = names
        self._words = {part for name in names for part in name.split(" of ")}
        self._relevance = relevance
        self._within: dict[str, Set[str]] = {}

    def reach(self, scope: Scope, mentions: Iterable[str]) -> bool:
        """Whether a module mentions or defines a new name."""
        return not self._words.isdisjoint(mentions) or any(
            True for _ in scope.defined_among(self._words)
        )

    def concern(
        self, scope: Scope, definition: Definition, also: Set[str] = frozenset()
    ) -> bool:
        """Whether a definition is to be read now: for the first time, or for a new name.

        ``also`` are names that matter in this definition alone, as members in their class.
        """
        relevance = self._relevance
        if not (relevance.wants(scope, definition) or mentions(scope, definition, also)):
            return False
        if relevance.read(scope, definition):
            return True
        return mentions(scope, definition, self._for(scope)) or (
            mentions(scope, definition, self.names & also)
        )

    def _for(self, scope: Scope) -> Set[str]:
        """Those that make a definition of one module worth reading again."""
        known = self._within.get(scope.path)
        if known is None:
            known = self._within[scope.path] = self.names & self._relevance.names_for(scope)
        return known


def mentions(scope: Scope, definition: Definition, names: Set[str]) -> bool:
    """Whether a definition mentions a name; its text is taken apart for that alone."""
    return bool(names) and not scope.source.words(definition).isdisjoint(names)
