"""Settings of an app that code reads by the names of Celery 3: ``app.conf.CELERY_TIMEZONE``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from flake8_celery_get.model.known.celery_settings import SETTINGS
from flake8_celery_get.model.usage.celery6.old_settings import OldSetting
from flake8_celery_get.model.values.parts import options
from flake8_celery_get.model.values.values import AppValue
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.definitions import Scope
    from flake8_celery_get.source.code import Span

_OLD = {old: name for name, old in SETTINGS.items() if old}
_READS = re.compile(r"\.conf\.[A-Z]{4}")
_FILES = re.compile(_READS.pattern.encode())


def old_reads(world: Surroundings) -> Iterator[OldSetting]:
    """The attributes of configurations that have old names, where nobody sets them."""
    for path in world.project.celery_files(_FILES):
        if world.is_test(path):
            continue
        scope = world.scope(path)
        for node in _reads(scope):
            owner = node.value.value if isinstance(node.value, code.Attribute) else node
            value = world.deeply(scope, code.dotted(owner))
            if all(isinstance(option, AppValue) for option in options(value)):
                at, new = _place_of_name(node), _OLD[node.name]
                renamed = ((path, ((at, new),)),)
                yield OldSetting(path, at, None, node.name, new, new, renamed)


def _reads(scope: Scope) -> Iterator[code.Attribute]:
    for definition in scope.all_definitions():
        if scope.source.has(definition, _READS):
            for statement in scope.source.code(definition):
                yield from _in_statement(list(code.walk(statement)))


def _in_statement(nodes: list[code.Node]) -> Iterator[code.Attribute]:
    assigned = (node for node in nodes if isinstance(node, code.Assign))
    targets = {id(target) for node in assigned for target in node.targets}
    for node in nodes:
        if not isinstance(node, code.Attribute) or node.name not in _OLD:
            continue
        if id(node) not in targets and code.last_name(node.value) == "conf":
            yield node


def _place_of_name(node: code.Attribute) -> Span:
    *_, line, end = node.at
    return line, end - len(node.name), line, end
