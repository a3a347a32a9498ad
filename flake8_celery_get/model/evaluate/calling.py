"""Runs functions: each once for each way of calling it that makes a difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from flake8_celery_get.model.classes import decorators
from flake8_celery_get.model.classes.annotations import annotated
from flake8_celery_get.model.evaluate import loops, statements
from flake8_celery_get.model.evaluate.parameters import (
    bind,
    bind_parameters,
    defaults,
    note_dependencies,
    of_given_class,
    skips_first,
)
from flake8_celery_get.model.evaluate.running import run
from flake8_celery_get.model.flow.frame import Frame, frame_of
from flake8_celery_get.model.flow.leading import is_leading_class
from flake8_celery_get.model.known.celery_words import is_own_id
from flake8_celery_get.model.noticed.waits import Hop, Outcome, Wait
from flake8_celery_get.model.values.definitions import FunctionSymbol, Scope
from flake8_celery_get.model.values.lasting import is_telling
from flake8_celery_get.model.values.loops.names import gives_the_same
from flake8_celery_get.model.values.parts import keys_in, options
from flake8_celery_get.model.values.values import (
    EVERY_HANDLE,
    UNKNOWN,
    Callee,
    ClassValue,
    Closure,
    Either,
    External,
    FunctionValue,
    Handle,
    Instance,
    Items,
    Key,
    Literal,
    Made,
    Parameter,
    Rows,
    Unknown,
    Value,
)
from flake8_celery_get.source import code

if TYPE_CHECKING:
    from flake8_celery_get.model.flow.surroundings import Surroundings
    from flake8_celery_get.model.values.arguments import Given

Bound: TypeAlias = "dict[str, Value]"

DEEPEST_CALLS = 150

_KEEP = frozenset({"__init__", "initialize"})
"""Methods that keep what an object is made with: the second is Tornado's."""


KINDS_OF_STATEMENTS = (loops, statements)
"""Importing them registers what they know."""


@dataclass(frozen=True, slots=True)
class ModuleOutcome:
    """What a module's statements do, and those under ``__name__ == "__main__"``."""

    plain: Outcome
    main: Outcome


_NO_MODULE = ModuleOutcome(Outcome(), Outcome())


class Calling:
    """What calls come to, remembered; cycles of calls are followed once around."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._depth = 0

    def run(
        self,
        frame: Frame,
        callee: Value,
        given: Sequence[Given],
        node: code.Expression,
    ) -> Value:
        """Call ``callee`` from ``frame`` at ``node``: note its waits, return its value."""
        if not isinstance(callee, (FunctionValue, Closure)):
            return UNKNOWN
        outcome = self.outcome(callee, given, frame.state.finished)
        hop = Hop(frame.scope.path, code.place(node), name_of(callee), _identity(callee))
        for wait in _distinct(outcome.waits, by_read=self._world.sending is not None):
            allowed, caught = frame.allowing > 0, frame.catching > 0
            frame.met(wait.through(hop, allowed=allowed, caught=caught))
        for send in outcome.sends:
            frame.sent(send.through(hop, frame.within))
        if outcome.asked and not any(is_own_id(code.dotted(each.node)) for each in given):
            names = code.names_in(node)
            for handle in outcome.asked:
                frame.peeked(handle, names)
        _note_rebuilt(frame, outcome.value, node)
        frame.reads |= outcome.reads
        frame.state.finished |= outcome.finished
        if isinstance(outcome.value, (Unknown, External, Made, Parameter)):
            of_class = self._of_given_class(callee, given)
            return outcome.value if of_class == UNKNOWN else of_class
        return outcome.value

    def _of_given_class(self, callee: Callee, given: Sequence[Given]) -> Value:
        """What a generic function like ``get(name, klass: type[T]) -> T`` gives."""
        if isinstance(callee, Closure) or not any(
            is_leading_class(self._world, each.value) for each in given
        ):
            return UNKNOWN
        node = self.function_code(callee.symbol)
        if node is None:
            return UNKNOWN
        return of_given_class(node, bind(node, given, skips_first(callee, node)))

    def outcome(
        self,
        callee: Callee,
        given: Sequence[Given] | None = None,
        finished: frozenset[Key] = frozenset(),
    ) -> Outcome:
        """What a call does; without ``given``, whatever the arguments are."""
        node = self._code_of(callee, given)
        if node is None or self._depth > DEEPEST_CALLS:
            return Outcome()
        bound = None
        if given is not None:
            bound = bind(node, given, skips_first(callee, node))
            bound |= defaults(self._world, callee, node, given, bound)
        telling = self._telling(bound or {})
        finished = self._known_inside(callee, node, telling, finished)
        if bound is not None and not telling and not finished:
            whatever = self.outcome(callee)
            if not (whatever.waits or whatever.reads or self._world.memo.leads_back):
                return whatever  # knowing the arguments could only rule waits out
        telling |= {name: v for name, v in (bound or {}).items() if _is_switch(v)}
        is_deep = self._world.is_looking_deep
        key = (callee, bound is None, tuple(telling.items()), finished, is_deep)
        evaluate = partial(self._run_body, callee, node, bound, finished)
        return self._world.memo.ask(key, evaluate, Outcome())

    def _known_inside(
        self,
        callee: Callee,
        node: code.Function | code.Lambda,
        telling: Bound,
        finished: frozenset[Key],
    ) -> frozenset[Key]:
        """Those of the finished handles that the callee can come across."""
        if not finished or isinstance(callee, Closure):
            return finished
        met = {EVERY_HANDLE}
        for value in telling.values():
            met.update(keys_in(value))
        if isinstance(callee.owner, Instance):
            met |= self._world.classes.handle_keys(callee.owner.symbol)
        names = {"self", *(parameter.name for parameter in node.parameters)}
        return frozenset(
            key
            for key in finished
            if any(key[: len(other)] == other[: len(key)] for other in met)
            or (key[0] == "id" and names.issuperset(key[2]))  # type: ignore[arg-type]
        )

    def _telling(self, bound: Bound) -> Bound:
        """The arguments that a callee could wait through."""
        return {
            name: value
            for name, value in bound.items()
            if not isinstance(value, Literal) and self._tells(value)
        }

    def _tells(self, value: Value) -> bool:
        if isinstance(value, (Items, Either)):
            return any(
                self._tells(part) for part in value.parts if not isinstance(part, Literal)
            )
        if isinstance(value, (Instance, ClassValue)):
            return self._world.concerns(value.symbol)
        return is_telling(value)

    def deep_outcome(self, callee: Callee) -> Outcome:
        """The same, reading the callee's code whatever it is."""
        with self._world.looking_deep():
            return self.outcome(callee)

    def _code_of(
        self, callee: Callee, given: Sequence[Given] | None
    ) -> code.Function | code.Lambda | None:
        if isinstance(callee, Closure):
            return callee.code
        symbol = callee.symbol
        if decorators.runs_elsewhere(symbol.definition.decorators) and given is not None:
            return None
        told = isinstance(callee.owner, Rows) or any(
            self._is_worth_reading(symbol, argument.value) for argument in given or ()
        )
        if not told and not self._world.may_call(symbol.scope, symbol.definition):
            return None
        return self.function_code(symbol)

    def _is_worth_reading(self, symbol: FunctionSymbol, given: Value) -> bool:
        """Whether a function is read for an argument; an object may be kept by another."""
        if isinstance(given, Instance):
            return symbol.name in _KEEP and self._tells(given)
        return is_telling(given) and not isinstance(given, Literal)

    def function_code(self, symbol: FunctionSymbol) -> code.Function | None:
        """The code of a function; None where libcst gave up."""
        lowered = symbol.scope.source.code(symbol.definition)
        first = lowered[0] if lowered else None
        return first if isinstance(first, code.Function) else None

    def decorators_of(self, symbol: FunctionSymbol) -> list[code.Expression]:
        """The decorators of a function; its body is not read for them."""
        return symbol.scope.source.decorators(symbol.definition)

    def code_around(self, within: object) -> code.Function | None:
        """The code of what a note stands in; None in a module's own statements."""
        if isinstance(within, FunctionSymbol):
            return self.function_code(within)
        return within if isinstance(within, code.Function) else None

    def _run_body(
        self,
        callee: Callee,
        node: code.Function | code.Lambda,
        bound: Bound | None,
        finished: frozenset[Key],
    ) -> Outcome:
        self._depth += 1
        try:
            return self._outcome_of(self._frame_for(callee), node, bound, finished)
        finally:
            self._depth -= 1

    def _outcome_of(
        self,
        frame: Frame,
        node: code.Function | code.Lambda,
        bound: Bound | None,
        finished: frozenset[Key],
    ) -> Outcome:
        frame.state.finished = finished
        if bound is None:
            note_dependencies(frame, node)
        bind_parameters(frame, node, bound)
        if isinstance(node, code.Lambda):
            frame.returns.append((frame.evaluate(node.body), frame.state))
            frame.state.reached = False
            return frame.outcome(is_generator=False)
        self.run_statements(frame, node.body)
        outcome = frame.outcome(is_generator=node.yields)
        if node.returns is not None and not is_telling(outcome.value):
            value = annotated(frame, node.returns, code.Name("return"))
            return replace(outcome, value=value)
        return outcome

    def _frame_for(self, callee: Callee) -> Frame:
        if isinstance(callee, Closure):
            around = frame_of(callee)
            return Frame(self._world, around.scope, around, within=callee.code)
        return Frame(self._world, callee.symbol.scope, None, callee.owner, callee.symbol)

    def module_outcome(self, scope: Scope) -> ModuleOutcome:
        """What running a module's own statements does, as far as they are worth reading."""
        key = ("module", scope, self._world.is_looking_deep)
        return self._world.memo.ask(key, partial(self._of_module, scope), _NO_MODULE)

    def _of_module(self, scope: Scope) -> ModuleOutcome:
        return ModuleOutcome(
            self._statements_outcome(scope, within_main=False),
            self._statements_outcome(scope, within_main=True),
        )

    def _statements_outcome(self, scope: Scope, *, within_main: bool) -> Outcome:
        frame = Frame(self._world, scope)
        for definition in scope.all_statements():
            if definition.within_main is within_main and self._world.may_read(
                scope, definition
            ):
                self.run_statements(frame, scope.source.code(definition))
                frame.state.reached = True
        return frame.outcome(is_generator=False)

    def run_statements(self, frame: Frame, body: Sequence[code.Statement]) -> None:
        """Go through statements; code too deep to follow is let be."""
        try:
            run(frame, body)
        except RecursionError:
            frame.state.reached = False


def _note_rebuilt(frame: Frame, value: Value, node: code.Expression) -> None:
    """A loop that calls ``fetch(id)`` makes the same handle anew, as with ``AsyncResult(id)``."""
    given = node.arguments if isinstance(node, code.Call) and frame.loops else []
    if not given or not gives_the_same(node):
        return
    for option in options(value):
        if isinstance(option, Handle) and option.key[:1] == ("id",):
            for loop in frame.loops:
                loop.rebuilt.setdefault(option.key, code.names_in(node))


def _is_switch(value: Value) -> bool:
    return isinstance(value, Literal) and is_telling(value)


def _distinct(waits: Sequence[Wait], *, by_read: bool) -> list[Wait]:
    """One wait of each nature: a call is one finding, however many reads it leads to."""
    by_nature: dict[object, Wait] = {}
    for wait in waits:
        read = (wait.read.path, wait.read.at) if by_read else ()
        by_nature.setdefault((wait.nature, read), wait)
    return list(by_nature.values())


def name_of(callee: Callee) -> str:
    """What a function is called in a path of calls."""
    if isinstance(callee, FunctionValue):
        return callee.symbol.qualified_name
    return callee.code.name if isinstance(callee.code, code.Function) else "lambda"


def _identity(callee: Callee) -> object:
    return callee.symbol if isinstance(callee, FunctionValue) else callee.code
