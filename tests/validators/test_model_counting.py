"""The counts equal those of a slow recount, position by position, on any mixture of tensors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Optional

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.torch_writer import TorchWriter, view
from validators import model
from validators.model.architecture import Reference, ReferenceTensor
from validators.model.safetensors import row_major

A = ReferenceTensor("a.weight", (3, 5), "one", ("p.weight", "h.weight"), ("p.weight",))
B = ReferenceTensor("b.weight", (4, 3), "two")
C = ReferenceTensor("c.bias", (7,), "two/part")
REFERENCE = Reference((A, B, C))
FORMS = ("", "plain", "orig", "orig+mask", "mask", "plain+mask", "plain+orig+mask")
VALUES = (0.0, -0.0, 1.0, 1.0, -2.0, 1e-30, 7.5)
DTYPES = ("float32", "float32", "float32", "float16", "float64")
Arrays = dict[str, Any]


@st.composite
def state_dicts(draw: Any) -> Arrays:
    """Tensors under the names of the reference; names of one parameter may share an array."""
    seed = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    arrays: Arrays = {}
    for parameter in REFERENCE.tensors:
        pool: list[Any] = []
        for name in parameter.names:
            form = draw(st.sampled_from(FORMS))
            for kind in ("plain", "orig"):
                if kind in form:
                    if not pool or draw(st.booleans()):
                        dtype = draw(st.sampled_from(DTYPES))
                        pool.append(seed.choice(VALUES, parameter.shape).astype(dtype))
                    copied = draw(st.booleans())
                    values = pool[draw(st.integers(0, len(pool) - 1))]
                    arrays[name if kind == "plain" else f"{name}_orig"] = (
                        values.copy() if copied else values
                    )
            if "mask" in form:
                shares = draw(st.sampled_from(((0.0, 1.0), (0.0, 1.0), (-0.0, 1.0), (0.5, 1.0))))
                mask = seed.choice(shares, parameter.shape)
                arrays[f"{name}_mask"] = mask.astype(draw(st.sampled_from(DTYPES)))
    return arrays


def recount(arrays: Arrays) -> tuple[int, int]:
    """Both countings by the definition, one position after the other."""
    handout = strict = 0
    for parameter in REFERENCE.tensors:
        layers = [list(_sights(parameter, names, arrays)) for names in parameter.layers]
        for position in np.ndindex(*parameter.shape):
            seen, hidden = set(), set()
            for sights in layers:
                masks = [mask[position] for _, mask in sights if mask is not None]
                always = bool(sights) and len(masks) == len(sights)
                for values, mask in sights:
                    value = (values.dtype.name, values[position].tobytes())
                    if always and not any(masks):
                        hidden.add(value)
                    if values[position] != 0 and (mask is None or mask[position] == 1):
                        seen.add(value)
            strict += len(seen)
            handout += len(seen - hidden)
    return handout, strict


def _sights(
    parameter: ReferenceTensor, names: tuple[str, ...], arrays: Arrays
) -> Iterator[tuple[Any, Optional[Any]]]:
    """What one layer looks at: values, and the mask before them."""
    stored = [f"{name}{end}" for name in parameter.names for end in ("", "_orig")]
    stored = [name for name in stored if name in arrays]
    plain = [arrays[name] for name in names if name in arrays]
    own = [arrays[f"{name}_orig"] for name in names if f"{name}_orig" in arrays]
    masked = []
    for name in names:
        mask = arrays.get(f"{name}_mask")
        if mask is None or not np.isin(mask, (0, 1)).all():
            continue
        if f"{name}_orig" in arrays:
            masked.append((arrays[f"{name}_orig"], mask))
        elif own or (not plain and stored):
            masked.append((own[0] if own else arrays[stored[0]], mask))
    yield from ((values, None) for values in plain)
    yield from masked
    free = [each for each in own if not any(each is values for values, _ in masked)]
    yield from ((values, None) for values in free)
    if not plain and not own and not masked and stored:
        yield arrays[stored[0]], None


def write(folder: Path, arrays: Arrays, transposed: bool) -> None:
    """The arrays as a torch file; those that are one object share their storage."""
    writer, made = TorchWriter(), {}
    calls = {}
    for name, values in arrays.items():
        if id(values) not in made:
            made[id(values)] = writer.storage(values.T if transposed else values)
        strides = row_major(values.shape)
        if transposed:
            strides = tuple(reversed(row_major(values.shape[::-1])))
        calls[name] = view(made[id(values)], values.shape, strides)
    folder.mkdir(exist_ok=True)
    (folder / "pytorch_model.bin").write_bytes(writer.zipped(calls))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(arrays=state_dicts(), transposed=st.booleans())
def test_the_counts_equal_a_slow_recount(
    arrays: Arrays, transposed: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("model")
    write(folder, arrays, transposed)
    found = model.count(folder, REFERENCE)
    handout, strict = recount(arrays)
    if found.total is None:
        assert not any(not name.endswith("_mask") for name in arrays)
        return
    assert (found.total.handout, found.total.strict) == (handout, strict)
    assert found.total.handout <= found.total.strict
    assert found.total.parameters == REFERENCE.total == 34
    rows = [group.count for group in found.sets[0].groups if not group.shares]
    assert sum(row.handout for row in rows) == handout
    assert sum(row.strict for row in rows) == strict
    assert sum(row.parameters for row in rows) == 34


@pytest.mark.parametrize(
    ("values", "other"),
    [((1.0, 0.0), (1.0, 5.0)), ((2.0, 2.0), (3.0, 2.0)), ((0.0, 0.0), (-0.0, 0.0))],
)
def test_tied_values_stored_apart_count_as_often_as_they_differ(
    values: tuple[float, float], other: tuple[float, float], tmp_path: Path
) -> None:
    tied = Reference((ReferenceTensor("e", (2,), "g", ("h",)),))
    arrays = {"e": np.array(values, "float32"), "h": np.array(other, "float32")}
    write(tmp_path, arrays, False)
    found = model.count(tmp_path, tied)
    expected = sum(len({a, b} - {0.0}) for a, b in zip(values, other))
    assert found.total is not None
    assert found.total.strict == expected
    differ = any(a != b for a, b in zip(values, other))
    assert differ == any(finding.code == "ratio.tied-differ" for finding in found.findings)


@pytest.mark.parametrize("shape", [(0, 3), (0,), (1, 1)])
def test_odd_shapes_are_counted_as_they_are(shape: tuple[int, ...], tmp_path: Path) -> None:
    write(tmp_path, {"b.weight": np.ones(shape, "float32"), "c.bias": np.ones(7, "float32")}, False)
    found = model.count(tmp_path, REFERENCE)
    assert found.total is not None
    assert found.total.handout == 7 + int(np.prod(shape))


def test_what_may_not_be_read_any_more_counts_as_non_zero(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many views of one storage a file has, reading them ends; nothing is gained by it."""
    from validators.model import measuring

    monkeypatch.setattr(measuring, "_TIMES", 0)
    write(tmp_path, {"b.weight": np.zeros((4, 3), "float32"), "x": np.zeros(9, "float32")}, False)
    found = model.count(tmp_path, REFERENCE)
    assert found.total is not None
    assert (found.total.handout, found.total.strict) == (12, 12)
    findings = {finding.code: dict(finding.evidence) for finding in found.findings}
    assert findings["model.layout"]["count"] == 1
    assert findings["model.unknown-tensor"]["nonzero"] == 9


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    write(tmp_path, {"b.weight": np.zeros((4, 3), "float32"), "x": np.ones(3 << 20, "f4")}, False)
    told: list[tuple[int, int]] = []
    model.count(tmp_path, REFERENCE, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] > 3 << 20
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert 2 <= len(told) <= 8


def test_a_file_that_shrinks_while_it_is_read_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from validators.model import measuring

    write(tmp_path, {"b.weight": np.ones((4, 3), "float32")}, False)
    path = tmp_path / "pytorch_model.bin"
    read = measuring.read_weights

    def read_and_cut(folder: Path, name: str) -> Any:
        found = read(folder, name)
        path.write_bytes(path.read_bytes()[:100])
        return found

    monkeypatch.setattr(measuring, "read_weights", read_and_cut)
    found = model.count(tmp_path, REFERENCE, name="m")
    assert found.total is None
    (finding,) = [each for each in found.findings if each.code == "model.not-opened"]
    assert str(finding.place) == "m/pytorch_model.bin"
