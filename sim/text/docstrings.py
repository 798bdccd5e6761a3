"""Docstrings that are shown: definitions of indicators, meanings of keys, help of commands.

``python -OO`` (``PYTHONOPTIMIZE=2``) runs code without them. What is shown must not depend on that,
so that they are then read from the source.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable
from textwrap import dedent

WITHOUT = 2  # the level of optimisation at which Python drops docstrings


def docstring(of: type | Callable[..., object]) -> str:
    """The docstring of a class or function without its indentation; empty where it has none."""
    if sys.flags.optimize < WITHOUT or (not isinstance(of, type) and of.__doc__):
        return inspect.getdoc(of) or ""
    return _in_source(of)


def paragraphs(of: type | Callable[..., object]) -> str:
    """The docstring with each paragraph in one line, for a help that breaks lines itself."""
    return "\n\n".join(" ".join(each.split()) for each in docstring(of).split("\n\n"))


def _in_source(of: type | Callable[..., object]) -> str:
    try:
        (node,) = ast.parse(dedent(inspect.getsource(of))).body
    except (OSError, TypeError, ValueError, SyntaxError):  # there is no source to read
        return ""
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return ast.get_docstring(node) or ""
    return ""


def restore(kind: type) -> None:
    """Give a class its docstring back, for libraries that look for it there."""
    if sys.flags.optimize >= WITHOUT:
        kind.__doc__ = docstring(kind)
