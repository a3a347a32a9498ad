"""Object-relational mappers: which calls give instances of a project's model.

https://docs.djangoproject.com/en/stable/ref/models/querysets/
https://flask-sqlalchemy.readthedocs.io/en/stable/queries/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flake8_celery_get.model.known.rows import (
    MANAGERS,
    ONE,
    ONE_AND_A_FLAG,
    QUERIES,
    SHORTCUTS,
    with_async,
)
from flake8_celery_get.model.values.parts import either, options
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    ClassValue,
    FunctionValue,
    Instance,
    Items,
    Made,
    Method,
    Rows,
    Unknown,
    Value,
)

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Lines
    from flake8_celery_get.model.values.arguments import Given
    from flake8_celery_get.model.values.definitions import ClassSymbol

_MANAGERS = MANAGERS | {"query"}
_ONE = with_async(ONE) | {
    "get_or_404", "first_or_404", "one", "one_or_none", "scalar", "scalar_one",
    "scalar_one_or_none",
}  # fmt: skip
_ONE_AND_A_FLAG = with_async(ONE_AND_A_FLAG)
_MANY = QUERIES | {
    "alias", "using", "reverse", "iterator", "select_for_update", "union", "intersection",
    "difference", "get_queryset", "filter_by", "limit", "offset", "join", "options", "scalars",
    "unique", "where",
}  # fmt: skip
_LISTS = frozenset({"bulk_create", "abulk_create"})


def rows_of(
    classes: Lines, owner: ClassValue | Instance, name: str, found: Value | None
) -> Rows | None:
    """The rows that ``Model.objects`` stands for; ``found`` is what the class binds to it."""
    if not isinstance(owner, ClassValue) or not _is_model(classes, owner.symbol):
        return None
    if found is None:
        found = classes.bound(owner.symbol, name)
    managers = [
        option.symbol
        for option in (options(found) if found is not None else ())
        if isinstance(option, Instance) and _is_manager(classes, option.symbol)
    ]
    if managers:
        return Rows(owner.symbol, managers[0])
    is_foreign = found is None or all(
        isinstance(option, (Made, Unknown)) for option in options(found)
    )
    return Rows(owner.symbol) if is_foreign and name in _MANAGERS else None


_MAKES_MANAGER = frozenset({"as_manager", "from_queryset"})


_MAKES_MODEL = frozenset(
    {
        "construct", "from_orm", "model_construct", "model_validate", "model_validate_json",
        "model_validate_strings", "parse_file", "parse_obj", "parse_raw",
    }
)  # fmt: skip
"""https://docs.pydantic.dev/latest/api/base_model/"""


def maker(classes: Lines, owner: ClassValue, name: str) -> Method | None:
    """A method of a class that another package defines, and that makes instances of it."""
    is_maker = (name in _MAKES_MANAGER and _is_manager(classes, owner.symbol)) or (
        name in _MAKES_MODEL and _is_pydantic(classes, owner.symbol)
    )
    return Method(owner, name) if is_maker else None


def made_by(owner: ClassValue, name: str, given: tuple[Given, ...]) -> Value:
    """What these give: an instance, or a class with the methods of the query's."""
    if name != "from_queryset":
        return Instance(owner.symbol)
    return given[0].value if given else UNKNOWN


def _is_pydantic(classes: Lines, symbol: ClassSymbol) -> bool:
    bases = ("BaseModel", "BaseSettings", "SQLModel")
    return any(path.endswith(bases) for path in classes.outside_bases(symbol))


def _is_model(classes: Lines, symbol: ClassSymbol) -> bool:
    bases = ("AbstractBaseUser", "AbstractUser", "Model")
    return any(path.endswith(bases) for path in classes.outside_bases(symbol))


def _is_manager(classes: Lines, symbol: ClassSymbol) -> bool:
    return any(
        path.endswith(("Manager", "QuerySet")) for path in classes.outside_bases(symbol)
    )


def attribute_of_rows(classes: Lines, rows: Rows, name: str) -> Value:
    """A method of a manager: one of the project's own, or one of the mapper's."""
    own = classes.method(rows.manager, name) if rows.manager is not None else None
    return FunctionValue(own, rows) if own is not None else Method(rows, name)


def rows_method(rows: Rows, name: str) -> Value:
    """What a method of a manager or of a query gives."""
    row = Instance(rows.symbol)
    if name in _ONE:
        return row
    if name in _ONE_AND_A_FLAG:
        return Items((row, UNKNOWN), exact=True)
    if name in _LISTS:
        return Items((row,))
    if name == "in_bulk":
        return Items((row,), "mapping")
    return rows if name in _MANY else UNKNOWN


_LOOKS_UP = SHORTCUTS | {"get_list_or_404"}
_RELATIONS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField"})

GIVES_ROWS = _LOOKS_UP | _RELATIONS


def rows_given(path: str, given: tuple[Given, ...]) -> Value:
    """What ``get_object_or_404(Model, …)`` gives, and a row's field ``ForeignKey(Model)``."""
    source = given[0].value if given else UNKNOWN
    if path.endswith("ManyToManyField"):
        return Rows(source.symbol) if isinstance(source, ClassValue) else UNKNOWN
    row = either(map(_row, options(source)))
    return Items((row,)) if path.endswith("get_list_or_404") else row


_QUERIES = frozenset({"query", "select"})
_RUNS_QUERY = {"execute": "all", "scalar": "scalar", "scalars": "all"}


def rows_of_session(classes: Lines, name: str, given: tuple[Given, ...]) -> Value | None:
    """What SQLAlchemy gives: ``session.query(Model)``, ``session.scalars(select(Model))``."""
    source = given[0].value if given and not given[0].name else UNKNOWN
    if isinstance(source, Rows) and name in _RUNS_QUERY:
        return rows_method(source, _RUNS_QUERY[name])
    if not isinstance(source, ClassValue) or not _is_table(classes, source.symbol):
        return None
    if name in _QUERIES:
        return Rows(source.symbol)
    is_one = name == "get_or_404" or (name == "get" and len(given) > 1)
    return Instance(source.symbol) if is_one else None


def _is_table(classes: Lines, symbol: ClassSymbol) -> bool:
    if any("__tablename__" in each.names for each in symbol.statements):
        return True
    return any(path.endswith(("Model", "Base")) for path in classes.outside_bases(symbol))


def _row(source: Value) -> Value:
    return Instance(source.symbol) if isinstance(source, (ClassValue, Rows)) else UNKNOWN


OF_VIEWS = {"get_object": "get", "get_queryset": "all"}
"""Methods of views that name their model, and what they do with its rows."""


def method_of_view(classes: Lines, view: ClassSymbol, name: str) -> Method | None:
    """What ``get_object`` and ``get_queryset`` are in a view that names its model."""
    if name not in OF_VIEWS:
        return None
    named = [classes.bound(view, variable) for variable in ("queryset", "model")]
    for option in (option for value in named if value for option in options(value)):
        if isinstance(option, (ClassValue, Rows)):
            return Method(Rows(option.symbol), OF_VIEWS[name])
    return None
