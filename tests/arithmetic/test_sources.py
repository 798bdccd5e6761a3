"""What enters results calls nothing whose last digits depend on the processor."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "sim"
# Pictures and checks of the engine against theory print few digits, and are in no results file.
NO_RESULTS = ("report", "verification", "cli", "text")
WRITES_THEM = ("netcdf_export.py",)  # scipy writes numbers into a file here, and computes none
REFUSES = ("feasibility.py",)  # takes a scenario or not; the engine looks again, to the last digit
MADE_OF_THEM = ("full_world.py", "small_worlds.py")  # worlds whose runs are recorded
# From the C library, which chooses code by the processor. A square root is exact everywhere.
_OF_MATH = (
    "acos acosh asin asinh atan atan2 atanh cbrt cos cosh dist erf erfc exp exp2 expm1 gamma hypot "
    "lgamma log log10 log1p log2 pow sin sinh sumprod tan tanh"
)
# From numpy's vector code, from BLAS and LAPACK, or random numbers of no address.
_OF_NUMPY = (
    "arccos arccosh arcsin arcsinh arctan arctan2 arctanh convolve corrcoef correlate cov deg2rad "
    "degrees dot einsum fft float_power geomspace inner kron linalg logaddexp logspace matmul "
    "polyfit power radians random rad2deg tensordot trapezoid vdot"
)
OF_MATH = frozenset(_OF_MATH.split())
OF_NUMPY = OF_MATH - {"gamma"} | frozenset(_OF_NUMPY.split())
UNSTABLE = frozenset({"argsort", "argpartition"})  # which of equals comes first
ADVICE = "use sim.arithmetic, whose functions are the same to the bit everywhere"


def results_code() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if (path.relative_to(PACKAGE).parts[0] not in NO_RESULTS or path.name in MADE_OF_THEM)
        and path.name not in (*WRITES_THEM, *REFUSES)
    ]


def faults(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a source text that depends on the processor."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            names = {"math": OF_MATH, "numpy": OF_NUMPY}.get(node.module or "", frozenset())
            yield from ((node.lineno, each.name) for each in node.names if each.name in names)
            if (node.module or "").partition(".")[0] == "scipy":
                yield node.lineno, "scipy"
        elif isinstance(node, ast.Import):
            yield from ((node.lineno, "scipy") for each in node.names if "scipy" in each.name)
        elif isinstance(node, ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            names = {"math": OF_MATH, "np": OF_NUMPY}.get(owner, frozenset({"dot"}))
            if node.attr in names:
                yield node.lineno, node.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            stable = any(each.arg == "kind" for each in node.keywords)
            if node.func.attr in UNSTABLE and not stable:
                yield node.lineno, node.func.attr
        elif isinstance(node, ast.BinOp | ast.AugAssign):
            whole = isinstance(node, ast.BinOp) and all(map(_is_whole, (node.left, node.right)))
            if isinstance(node.op, ast.MatMult) or (isinstance(node.op, ast.Pow) and not whole):
                yield node.lineno, type(node.op).__name__


def _is_whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


@pytest.mark.parametrize("path", results_code(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_function_of_the_processor_enters_results(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == [], ADVICE


@pytest.mark.parametrize(
    "line",
    [
        "math.exp(x)",
        "from math import sqrt, lgamma",
        "np.expm1(x)",
        "np.linalg.solve(a, b)",
        "a @ b",
        "a.dot(b)",
        "x**0.16",
        "x **= 2",
        "2**x",
        "np.argsort(x)",
        "import scipy.special",
        "from scipy.special import ndtri",
        "np.random.default_rng()",
    ],
)
def test_one_would_be_found(line: str) -> None:
    assert len(list(faults(line))) == 1


def test_what_is_exact_may_be_used() -> None:
    lines = "math.sqrt(x)\n2**20\nnp.argsort(x, kind='stable')\nnp.sqrt(x)\nmath.fsum(x)\nx * x"
    assert list(faults(lines)) == []
