"""The elementary functions of every element of an array, the same to the bit everywhere."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.arithmetic import elementary
from sim.arithmetic.compiled import njit

Floats: TypeAlias = NDArray[np.float64]


def exp(values: ArrayLike) -> Floats:
    """The exponential of each value, same shape."""
    array = np.asarray(values, dtype=np.float64)
    return np.asarray(_exp(array.ravel())).reshape(array.shape)


def expm1(values: ArrayLike) -> Floats:
    """``exp(x) - 1`` of each value, same shape."""
    array = np.asarray(values, dtype=np.float64)
    return np.asarray(_expm1(array.ravel())).reshape(array.shape)


def power(bases: ArrayLike, exponent: float) -> Floats:
    """Each value, from zero on, to the power of ``exponent``; same shape."""
    array = np.asarray(bases, dtype=np.float64)
    return np.asarray(_power(array.ravel(), float(exponent))).reshape(array.shape)


def cosine_of_turns(turns: ArrayLike) -> Floats:
    """``cos(2 pi x)`` of each value, same shape."""
    array = np.asarray(turns, dtype=np.float64)
    return np.asarray(_cosine_of_turns(array.ravel())).reshape(array.shape)


@njit(cache=True)
def _exp(values: Floats) -> Floats:
    result = np.empty(len(values))
    for k in range(len(values)):
        result[k] = elementary.exp(values[k])
    return result


@njit(cache=True)
def _expm1(values: Floats) -> Floats:
    result = np.empty(len(values))
    for k in range(len(values)):
        result[k] = elementary.expm1(values[k])
    return result


@njit(cache=True)
def _power(bases: Floats, exponent: float) -> Floats:
    result = np.empty(len(bases))
    for k in range(len(bases)):
        result[k] = elementary.power(bases[k], exponent)
    return result


@njit(cache=True)
def _cosine_of_turns(turns: Floats) -> Floats:
    result = np.empty(len(turns))
    for k in range(len(turns)):
        result[k] = elementary.cosine_of_turns(turns[k])
    return result
