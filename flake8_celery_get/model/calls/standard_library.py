"""Functions, most of the standard library, that keep what they get, give it back, or import it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.calls.builtin_calls import as_items, as_mapping, reduced
from flake8_celery_get.model.classes.annotations import as_annotated
from flake8_celery_get.model.classes.protocols import entered, left
from flake8_celery_get.model.values.parts import either, elements
from flake8_celery_get.model.values.values import (
    UNKNOWN,
    Closure,
    Items,
    Literal,
    ModuleValue,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.frame import Frame
    from flake8_celery_get.model.values.arguments import Given

Function: TypeAlias = "Callable[[Frame, tuple[Given, ...], code.Call], Value]"


def _argument(place: int) -> Function:
    """What gives one of its arguments back."""

    def called(_frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
        return given[place].value if place < len(given) else UNKNOWN

    return called


def _cast(frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    """``cast(Shop, current_app)``: what is known of the value, else what it is said to be."""
    if len(given) != 2 or any(each.name for each in given):
        return UNKNOWN
    return as_annotated(frame, given[1].value, given[0].node, given[1].node)


def _sequence(frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    return as_items(frame, "list", given[:1])


def _mapping(frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    return as_mapping(frame, given)


def _mapping_with_default(
    frame: Frame, given: tuple[Given, ...], _node: code.Call
) -> Value:
    """``defaultdict(list, mapping)``."""
    return as_mapping(frame, given[1:])


def _one_after_the_other(_frame: Frame, given: Sequence[Given], _node: code.Call) -> Value:
    parts = (
        elements(elements(each.value)) if each.name == "*" else elements(each.value)
        for each in given
    )
    return Items((either(parts),))


def _flattened(_frame: Frame, given: Sequence[Given], _node: code.Call) -> Value:
    return Items((elements(elements(given[0].value)),)) if given else UNKNOWN


_OBJECT = "<object>"
"""The parameter of the functions that ``operator`` makes."""


def _attribute_getter(frame: Frame, given: Sequence[Given], node: code.Call) -> Value:
    """``attrgetter("state")``."""
    name = _text_at(given, 0) if len(given) == 1 else ""
    if not name.isidentifier():
        return UNKNOWN
    attribute = code.Attribute(code.Name(_OBJECT), name, node.at)
    return Closure(code.Lambda([code.Parameter(_OBJECT)], attribute), frame)


def _method_caller(frame: Frame, given: Sequence[Given], node: code.Call) -> Value:
    """``methodcaller("get", timeout=3)``."""
    name = _text_at(given, 0)
    if not name:
        return UNKNOWN
    method = code.Attribute(code.Name(_OBJECT), name, node.at)
    called = code.Call(method, node.arguments[1:], node.at)
    return Closure(code.Lambda([code.Parameter(_OBJECT)], called), frame)


def _entered(frame: Frame, given: Sequence[Given], node: code.Call) -> Value:
    """``stack.enter_context(manager)``; sooner or later the stack leaves it, too."""
    if not given:
        return UNKNOWN
    target = entered(frame, given[0].value, node)
    left(frame, given[0].value, node)
    return target


def _called_at_end(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value:
    """``stack.callback(function, argument)``."""
    if given:
        frame.called(given[0].value, given[1:], node)
    return UNKNOWN


def _made_when_used(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value:
    """``LocalProxy(make_client)`` stands for what the function gives."""
    return frame.called(given[0].value, (), node) if len(given) == 1 else UNKNOWN


def _imported(frame: Frame, given: tuple[Given, ...], _node: code.Call) -> Value:
    """The project's module, or what it defines, that a literal path names."""
    text = _absolute(_text_at(given, 0), _text_at(given, 1))
    if not text:
        return UNKNOWN
    module = frame.world.imported(frame.scope, code.Imported(text, text, ""))
    if isinstance(module, ModuleValue):
        return module
    package, _, last = text.rpartition(".")
    holder = frame.world.imported(frame.scope, code.Imported(package, package, ""))
    if not isinstance(holder, ModuleValue):
        return UNKNOWN
    return frame.world.imported(frame.scope, code.Imported(last, package, last))


def _text_at(given: Sequence[Given], place: int) -> str:
    """The constant text that an argument is; empty where it is anything else."""
    value = given[place].value if place < len(given) else UNKNOWN
    text = value.value if isinstance(value, Literal) else None
    return text if isinstance(text, str) else ""


def _absolute(name: str, package: str) -> str:
    """The full name of a module: ``.tasks`` is one in ``package``; empty for who knows."""
    last = name.lstrip(".")
    level = len(name) - len(last)
    if not level:
        return name
    parts = package.split(".")
    around = parts[: len(parts) - level + 1]
    return ".".join([*around, last]) if package and around else ""


def _imported_by_builtin(frame: Frame, given: tuple[Given, ...], node: code.Call) -> Value:
    """``__import__("proj.tasks", fromlist=["add"])``: without a list, the first package."""
    if any(argument.name == "fromlist" for argument in given) or len(given) > 3:
        return _imported(frame, given[:1], node)
    top = _text_at(given, 0).partition(".")[0]
    return (
        frame.world.imported(frame.scope, code.Imported(top, top, "")) if top else UNKNOWN
    )


FUNCTIONS: dict[str, Function] = {
    "builtins.__import__": _imported_by_builtin,
    "django.utils.module_loading.import_string": _imported,
    "importlib.import_module": _imported,
    "django.utils.functional.SimpleLazyObject": _made_when_used,
    "lazy_object_proxy.Proxy": _made_when_used,
    "werkzeug.local.LocalProxy": _made_when_used,
    "asyncio.wait_for": _argument(0),
    "collections.OrderedDict": _mapping,
    "collections.defaultdict": _mapping_with_default,
    "collections.deque": _sequence,
    "contextlib.AsyncExitStack().enter_async_context": _entered,
    "contextlib.AsyncExitStack().enter_context": _entered,
    "contextlib.ExitStack().callback": _called_at_end,
    "contextlib.ExitStack().enter_context": _entered,
    "contextlib.closing": _argument(0),
    "contextlib.nullcontext": _argument(0),
    "copy.copy": _argument(0),
    "copy.deepcopy": _argument(0),
    "functools.reduce": reduced,
    "itertools.chain": _one_after_the_other,
    "itertools.chain.from_iterable": _flattened,
    "itertools.cycle": _argument(0),
    "itertools.islice": _argument(0),
    "operator.attrgetter": _attribute_getter,
    "operator.methodcaller": _method_caller,
    "typing.cast": _cast,
}
"""What a call of these gives, by their dotted paths."""
