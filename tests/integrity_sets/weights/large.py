"""Samples of models of T5-small's size, made up: for measuring what comparing many takes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.records import WeightTraits, Work
from grader.integrity.weights.places import Floats, Shape, Words, class_bits, places
from grader.integrity.weights.samples import Layer, packed
from tests.integrity_sets.weights.toys import FILE
from validators.model.architecture import reference_of
from validators.rules import load_rules

_KEEP, _STEP = 0.3, 0.01
_CUT = 1.04  # three tenths of normal numbers are beyond it


@dataclass(frozen=True)
class _Base:
    """One layer of the released model, and what the class learns of it."""

    name: str
    shape: Shape
    placed: Floats
    values: Words
    learnt: Floats


def large_class(count: int) -> tuple[list[Work[WeightTraits]], Work[WeightTraits]]:
    """So many honest works that trained with seeds of their own, and the released model."""
    base = list(_bases())
    layers = [Layer(each.name, each.shape, each.placed, each.values) for each in base]
    released = _work("released model", layers, True)
    return [_student(number, base) for number in range(count)], released


def _bases() -> Iterator[_Base]:
    rules = load_rules().model
    assert rules is not None
    random = np.random.default_rng(0)
    for tensor in reference_of(rules).tensors:
        size = places(tensor.name, tensor.shape).size
        kept = tensor.elements >> class_bits(tensor.shape)
        placed, learnt = _normal(random, size), _normal(random, size) * np.float32(_STEP)
        yield _Base(tensor.name, tensor.shape, placed, _words(random, kept), learnt)


def _student(number: int, base: list[_Base]) -> Work[WeightTraits]:
    random = np.random.default_rng([number, 1])
    layers = []
    for each in base:
        size = each.placed.size
        keep = np.abs(each.placed) > _CUT if len(each.shape) > 1 else np.ones(size, np.bool_)
        own = each.placed + each.learnt + np.float32(_STEP) * _normal(random, size)
        values = _words(random, int(_KEEP * each.values.size))
        layers.append(Layer(each.name, each.shape, np.where(keep, own, np.float32(0)), values))
    return _work(f"student {number:04}", layers, False)


def _work(name: str, layers: list[Layer], reference: bool) -> Work[WeightTraits]:
    return Work(name, WeightTraits((FILE,), "F32"), packed(layers, name), reference)


def _normal(random: np.random.Generator, size: int) -> Floats:
    return random.standard_normal(size, dtype=np.float32)


def _words(random: np.random.Generator, size: int) -> npt.NDArray[np.uint32]:
    return np.unique(_normal(random, max(1, size)).view("<u4"))
