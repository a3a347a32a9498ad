"""Old names of settings that have to be renamed together, in whatever files they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.settings.modules import with_stars
from flake8_celery_get.model.usage.celery6.occurrences import Sought, occurrences
from flake8_celery_get.model.usage.written.unread import bare_uses, is_read_as_key, readers
from flake8_celery_get.source.code import Imported

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.usage.written.listed import Written
    from flake8_celery_get.source.code import Span

Renamed: TypeAlias = tuple[tuple[str, tuple[tuple["Span", str], ...]], ...]
"""Files, and what is written there instead: where, and which name."""

Uses: TypeAlias = dict[str, set["Span"]]


@dataclass(slots=True)
class Family:
    """Settings that are renamed together, or not at all.

    ``uses`` are the places beside those where they are set; None where something reads one
    of them in a way that nobody can tell.
    """

    members: list[Written] = field(default_factory=list)
    uses: dict[Written, Uses | None] = field(default_factory=dict)

    def renamed(self, written: Written, new: Mapping[Written, str]) -> Renamed:
        """What to write instead of one of them; nothing where one has no new name."""
        uses = {each: self.uses[each] for each in self.members}
        if any(not new[each] or uses[each] is None or each.is_shared for each in uses):
            return ()
        files = {path for each in uses for path in (each.place[0], *(uses[each] or ()))}
        parts = [written] if len(files) == 1 else self.members
        edits: dict[str, dict[Span, str]] = {}
        for each in parts:
            edits.setdefault(each.place[0], {})[each.place[1]] = new[each]
            for path in uses[each] or ():
                spans = (uses[each] or {})[path]
                edits.setdefault(path, {}).update(dict.fromkeys(spans, new[each]))
        return tuple((path, tuple(sorted(edits[path].items()))) for path in sorted(edits))


def families(world: Surroundings, found: Sequence[Written]) -> Iterator[Family]:
    """The families of all old names that are set."""
    kin = _Kin(world, found)
    waiting = list(found)
    while waiting:
        family = Family()
        fresh = [waiting[0]]
        while fresh:
            family.members += fresh
            waiting = [each for each in waiting if each not in family.members]
            fresh = [each for each in waiting if kin.ties(each, fresh)]
        family.uses = {each: kin.uses[each] for each in family.members}
        yield family


class _Kin:
    def __init__(self, world: Surroundings, found: Sequence[Written]) -> None:
        self._world = world
        self._found = found
        self._named: set[tuple[str, str]] = set()
        self._stars = {
            path: with_stars(world, path) for path in {w.place[0] for w in found}
        }
        self.uses = {each: self._uses(each) for each in found}

    def ties(self, one: Written, others: Iterable[Written]) -> bool:
        """Whether a setting can't be renamed without some of the others."""
        return any(self._tie(one, other) for other in others)

    def _tie(self, one: Written, other: Written) -> bool:
        path, its = one.place[0], other.place[0]
        if one.name == other.name and one.is_variable and other.is_variable:
            return any(len(self.uses[w] or ()) > 1 for w in (one, other))
        if one.namespace or other.namespace:
            return False
        # One that keeps its old name beside new ones makes Celery refuse all of them.
        return path == its or bool(self._stars[path] & self._stars[its])

    def _uses(self, written: Written) -> Uses | None:
        """Where a name is used; None where something reads it in a way nobody can tell."""
        project = self._world.project
        if not written.is_variable:
            return None if is_read_as_key(project, written.name) else {}
        path = written.place[0]
        if (path, written.name) in self._named:
            return {}  # the first one of the file has them
        self._named.add((path, written.name))
        reading = set(readers(project, written.name)) - {path}
        if not reading:
            spans = bare_uses(project.source(path).lines, written.name)
            return None if spans is None else {path: set(spans)}
        return self._everywhere(written, reading | {path})

    def _everywhere(self, written: Written, reading: set[str]) -> Uses | None:
        uses: Uses = {}
        for path in sorted(self._world.project.mentioning({written.name})):
            spans = self._in_file(path, written)
            if spans is None and path in reading:
                return None
            if spans:
                uses[path] = spans
        return uses

    def _in_file(self, path: str, written: Written) -> set[Span] | None:
        project = self._world.project
        own = [each for each in self._found if each.place[0] == path]
        sought = Sought(
            written.name,
            partial(self._is_settings, path, self._files(written)),
            written.in_django,
            any(each.is_variable and each.name == written.name for each in own),
            self._world.is_test(path),
            frozenset(each.place[1] for each in own if not each.is_variable),
        )
        source = project.source(path)
        return occurrences(source.text, source.lines, sought)

    def _files(self, written: Written) -> set[str]:
        """The settings that have the name: where it is set, and what takes all names there."""
        at = {w.place[0] for w in self._found if w.name == written.name and w.is_variable}
        return at | {path for path, above in self._stars.items() if above & at}

    def _is_settings(self, importer: str, files: set[str], module: str, level: int) -> bool:
        imported = Imported(module, module, "", level)
        return self._world.module_of(self._world.scope(importer), imported) in files
