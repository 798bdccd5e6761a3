"""Mutants: a module with one thing changed, put into the running program in place of the original.

The changes are those of Cosmic Ray's operators. A mutated function takes the place of the original
by its code, so that anyone who imported it calls the mutant; for this the engine runs without
compilation. A mutated constant takes the place of the original in every module that holds it, and
mutated rows of the table of indicators that of the original rows.

Left out, because no run can show them:

- the number of the row in tables of one row (``ONE_ROW``): -1 is the same row, and 1 is not there;
- the edge of a comparison with a random draw (``<`` for ``<=``): a draw of 52 bits meets no edge;
- the last argument of a draw where it is a number: it only names which draw;
- annotations: nobody evaluates them;
- arguments of decorators: how the engine is compiled, and what tables say of an indicator;
- values of enumerations: they name things, and what is made of them elsewhere is made on import
  (the order of the kinds of events, which matters, has a test of its own);
- declarations of tables, and what writes compiled code (``DECLARATIONS``).
"""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np
import parso
from cosmic_ray.ast import ast_nodes
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from sim.outcomes.indicators import INDICATORS

CACHED = type(cache(len))
CONSTANTS = (int, float, tuple, np.integer)
PACKAGE = Path(__file__).parents[2] / "sim"
ROOMS = ("engine", "outcomes")
# Declarations of tables, and what writes compiled code: no function that a run would call.
DECLARATIONS = ("codes.py", "columns.py", "handle.py", "__init__.py")
ONE_ROW = ("status", "parameters")
DRAWS = (
    "uniform",
    "exponential",
    "normal",
    "gamma",
    "gumbel",
    "poisson",
    "happens",
    "derived_key",
)
IS_DRAWN = re.compile(r"(uniform\(|[uvw]\b)")
HUNK = re.compile(r"@@ -\S+ \+(?P<first>\d+)(,(?P<many>\d+))? @@")
EDGES = ("Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt")
# Operators whose mutants say something of themselves: no bit shifts of floats, no decorators.
COMPARISONS = (
    "Eq_NotEq",
    "NotEq_Eq",
    "Lt_LtE",
    "Lt_GtE",
    "LtE_Lt",
    "LtE_Gt",
    "Gt_GtE",
    "Gt_LtE",
    "GtE_Gt",
    "GtE_Lt",
)
ARITHMETIC = (
    "Add_Sub",
    "Sub_Add",
    "Mul_Div",
    "Div_Mul",
    "Mod_Mul",
    "Pow_Mul",
    "BitAnd_BitOr",
    "BitOr_BitAnd",
    "FloorDiv_Mul",
    "Mul_Add",
    "Add_Mul",
)
OPERATORS = tuple(
    name
    for name in (
        *(f"core/ReplaceComparisonOperator_{each}" for each in COMPARISONS),
        *(f"core/ReplaceBinaryOperator_{each}" for each in ARITHMETIC),
        "core/ReplaceUnaryOperator_Delete_USub",
        "core/ReplaceUnaryOperator_Delete_Not",
        "core/AddNot",
        "core/ReplaceTrueWithFalse",
        "core/ReplaceFalseWithTrue",
        "core/ReplaceAndWithOr",
        "core/ReplaceOrWithAnd",
        "core/ReplaceBreakWithContinue",
        "core/ReplaceContinueWithBreak",
        "core/NumberReplacer",
        "core/ZeroIterationForLoop",
    )
    if name in set(operator_names())
)


@dataclass(frozen=True)
class Mutant:
    """One change of one file.

    Attributes:
        file: path below the package.
        operator: name of Cosmic Ray's operator.
        occurrence: which of the operator's places in the file.
        line: where it is.
    """

    file: str
    operator: str
    occurrence: int
    line: int

    def __str__(self) -> str:
        """The file and the changed line, which stay as they are when others move."""
        return f"{self.file}: `{self.changed}`"

    @cached_property
    def changed(self) -> str:
        """The changed line."""
        original = (PACKAGE / self.file).read_text(encoding="utf-8").splitlines()
        for before, after in zip_longest(original, self.source().splitlines()):
            if before != after:
                return str(after or "").strip()
        return ""

    @property
    def module(self) -> ModuleType:
        """The module that it changes, loaded if nobody has."""
        parts = Path(self.file).with_suffix("").parts
        return import_module(".".join(("sim", *parts)))

    def source(self) -> str:
        """The changed file."""
        original = (PACKAGE / self.file).read_text(encoding="utf-8")
        changed = mutate_code(original, get_operator(self.operator)(), self.occurrence)
        if changed is None:
            raise ValueError(f"{self}: there is no such place")
        return str(changed)

    def put_in_place(self) -> None:
        """Change the running program."""
        module = self.module
        fresh: dict[str, Any] = {"__name__": module.__name__, "__file__": module.__file__}
        sys_module = ModuleType(module.__name__)
        sys_module.__dict__.update(fresh)
        sys.modules[module.__name__] = sys_module  # dataclasses look their module up
        try:
            exec(compile(self.source(), str(module.__file__), "exec"), sys_module.__dict__)  # noqa: S102 - what mutation is
        finally:
            sys.modules[module.__name__] = module
        if table := vars(sys_module).get("TABLE"):
            INDICATORS.update(table.rows)
        originals = dict(_functions(vars(module), module.__name__))
        for name, mutated in _functions(vars(sys_module), module.__name__):
            originals[name].__code__ = mutated.__code__
            originals[name].__defaults__ = mutated.__defaults__
        _replace_constants(module, sys_module)
        _forget_answers()


def all_mutants() -> list[Mutant]:
    """Every mutant of the rooms, in order of file, operator and place."""
    return [
        mutant
        for room in ROOMS
        for path in sorted((PACKAGE / room).glob("*.py"))
        if path.name not in DECLARATIONS
        for mutant in _mutants_of(path)
    ]


def lines_added_since(revision: str) -> dict[str, set[int]]:
    """Numbers of the lines that files of the rooms have now and did not have at a revision."""
    rooms = [str(PACKAGE / room) for room in ROOMS]
    command = ["git", "diff", "--unified=0", "--no-color", revision, "--", *rooms]
    text = subprocess.run(command, cwd=PACKAGE, check=True, capture_output=True, text=True).stdout
    added: dict[str, set[int]] = {}
    lines: set[int] = set()
    for line in text.splitlines():
        if line.startswith("+++ b/sim/"):
            lines = added.setdefault(line.removeprefix("+++ b/sim/"), set())
        elif found := HUNK.match(line):
            first, many = int(found["first"]), int(found["many"] or 1)
            lines.update(range(first, first + many))
    return added


def _mutants_of(path: Path) -> Iterator[Mutant]:
    tree = parso.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast_nodes(tree))
    for name in OPERATORS:
        operator, occurrence = get_operator(name)(), 0
        for node in nodes:
            for position in operator.mutation_positions(node):
                if not _nobody_can_tell(node) and not (name.endswith(EDGES) and _is_drawn(node)):
                    line = position[0][0]
                    yield Mutant(str(path.relative_to(PACKAGE)), name, occurrence, line)
                occurrence += 1


def _nobody_can_tell(node: Any) -> bool:
    """Whether a node is where no run looks (see the module's docstring)."""
    if _is_row_of_one(node) or _names_a_draw(node):
        return True
    inner, outer = node, node.parent
    while outer is not None:
        if outer.type == "decorator":
            return True
        if outer.type in ("tfpdef", "annassign") and inner is outer.children[_annotation(outer)]:
            return True
        if outer.type == "funcdef" and inner is outer.annotation:
            return True
        if outer.type == "classdef" and _is_enumeration(outer):
            return True
        inner, outer = outer, outer.parent
    return False


def _is_row_of_one(node: Any) -> bool:
    """Whether a number is that of the only row: ``e.status[0]``, ``e.status["persons"][0]``."""
    if node.type != "number" or node.parent.type != "trailer":
        return False
    table = node.parent.get_previous_sibling()
    if table is not None and table.get_code().startswith('["'):
        table = table.get_previous_sibling()
    return table is not None and table.get_code().lstrip(".") in ONE_ROW


def _names_a_draw(node: Any) -> bool:
    """Whether a number is the last argument of a draw."""
    arguments = node.parent
    if node.type != "number" or arguments.type != "arglist" or node is not arguments.children[-1]:
        return False
    function = arguments.parent.get_previous_sibling()
    return function is not None and function.get_code().strip() in DRAWS


def _is_drawn(node: Any) -> bool:
    """Whether a comparison is one with a random draw."""
    return any(IS_DRAWN.match(side.get_code().strip()) for side in node.children[::2])


def _is_enumeration(node: Any) -> bool:
    return "Enum" in getattr(node.get_super_arglist(), "value", "")


def _annotation(node: Any) -> int:
    """Where the annotation is among the children of an annotated name."""
    return 2 if node.type == "tfpdef" else 1


def _functions(namespace: dict[str, Any], module: str) -> Iterator[tuple[str, FunctionType]]:
    """Functions of a module and of its classes, by qualified name."""
    for named in namespace.values():
        value = inspect.unwrap(named) if isinstance(named, CACHED) else named
        if isinstance(value, FunctionType) and value.__module__ == module:
            yield value.__qualname__, value
        elif isinstance(value, type) and value.__module__ == module:
            yield from _methods(value, module)


def _methods(kind: type, module: str) -> Iterator[tuple[str, FunctionType]]:
    for value in vars(kind).values():
        inner = value
        if isinstance(value, property):
            inner = value.fget
        elif isinstance(value, cached_property):
            inner = value.func
        elif isinstance(value, staticmethod | classmethod):
            inner = value.__func__
        if isinstance(inner, FunctionType) and inner.__module__ == module:
            yield inner.__qualname__, inner


def _replace_constants(module: ModuleType, mutated: ModuleType) -> None:
    """Numbers and tuples of a module, wherever they have been imported to."""
    for name, new in vars(mutated).items():
        old = vars(module).get(name)
        if isinstance(old, CONSTANTS) and isinstance(new, CONSTANTS) and old != new:
            for other in list(sys.modules.values()):
                if (
                    getattr(other, "__name__", "").startswith("sim.")
                    and vars(other).get(name) is old
                ):
                    setattr(other, name, new)


def _forget_answers() -> None:
    """What functions keep of earlier calls may be otherwise now."""
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("sim."):
            for value in vars(module).values():
                if isinstance(value, CACHED):
                    value.cache_clear()
