"""The functions and classes of the project, one object each, compared by identity."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flake8_celery_get.source.outline import Definition

if TYPE_CHECKING:
    from flake8_celery_get.model.evaluate.scope import Scope

_IS_FIELD = re.compile(
    r"\s*\w+\s*(?::(?!\s*ClassVar)|=\s*(?:attrs?\.(?:ib|attrib|field)|attrib)\()"
)


@dataclass(slots=True, eq=False)
class FunctionSymbol:
    """A function at the top of a module, or a method."""

    scope: Scope
    definition: Definition
    owner: ClassSymbol | None = None

    @property
    def name(self) -> str:
        """Its own name."""
        return self.definition.name

    @property
    def qualified_name(self) -> str:
        """``Class.method`` or ``function``."""
        return f"{self.owner.qualified_name}.{self.name}" if self.owner else self.name

    def is_decorated(self, *names: str) -> bool:
        """Whether a decorator's last name is one of ``names``."""
        return any(
            decorator.rpartition(".")[2] in names
            for decorator in self.definition.decorators
        )


@dataclass(slots=True, eq=False)
class ClassSymbol:
    """A class, and its own members by name."""

    scope: Scope
    definition: Definition
    outer: ClassSymbol | None = None
    methods: dict[str, FunctionSymbol] = field(default_factory=dict)
    classes: dict[str, ClassSymbol] = field(default_factory=dict)
    statements: list[Definition] = field(default_factory=list)

    def __post_init__(self) -> None:
        for member in self.definition.members:
            if member.kind == "function":
                self.methods[member.name] = FunctionSymbol(self.scope, member, self)
            elif member.kind == "class":
                self.classes[member.name] = ClassSymbol(self.scope, member, self)
            elif not _is_migrated(self.definition, member):
                self.statements.append(member)

    @property
    def name(self) -> str:
        """Its own name."""
        return self.definition.name

    @property
    def fields(self) -> list[str]:
        """The names that the body annotates, or has attrs fill: the class is made with them."""
        lines = self.scope.source.lines
        return [
            each.name
            for each in self.statements
            if len(each.names) == 1 and _IS_FIELD.match(each.text(lines))
        ]

    @property
    def qualified_name(self) -> str:
        """Its name with those of the classes around it."""
        return f"{self.outer.qualified_name}.{self.name}" if self.outer else self.name


def _is_migrated(owner: Definition, statement: Definition) -> bool:
    """Whether a statement lists the tables of a migration, by names that mean something else.

    Often it is the longest of a project.
    """
    return "operations" in statement.names and any(
        base.endswith("Migration") for base in owner.bases
    )
