"""Labels that names can't be tried on, and the parts that a submission's arrays lie in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.integrity.blobs import packed_parts, part_of
from grader.integrity.labels import LENGTH, pair_label
from grader.integrity.records import Found, Inspection, Pair
from grader.integrity.sealing import sealed
from validators.findings import Place
from validators.integrity_codes.code import ALIKE

LABEL = pair_label("code", "one", "two")


def inspection() -> Inspection:
    finding = ALIKE.at(Place("a.py"), f"as in pair {LABEL}.", f"grade evidence {LABEL}", pair=LABEL)
    pair = Pair("code", "one", "two", LABEL, (("tokens", 60.0),))
    return Inspection((Found("one", finding, (LABEL,)),), (pair,))


def test_a_label_is_another_one_wherever_it_stands() -> None:
    told = sealed(inspection(), b"secret")
    (pair,), (found,) = told.pairs, told.found
    assert pair.label != LABEL
    assert len(pair.label) == LENGTH
    assert found.labels == (pair.label,)
    assert dict(found.finding.evidence)["pair"] == pair.label
    assert pair.label in found.finding.message
    assert pair.label in found.finding.remedy
    assert LABEL not in repr(told)
    assert (pair.first, pair.second, pair.figures) == ("one", "two", (("tokens", 60.0),))


def test_it_depends_on_the_secret_and_on_nothing_else() -> None:
    assert sealed(inspection(), b"secret") == sealed(inspection(), b"secret")
    assert sealed(inspection(), b"secret") != sealed(inspection(), b"another")
    assert sealed(Inspection(), b"secret") == Inspection()


@given(st.dictionaries(st.sampled_from(["code", "data", "weights", "x"]), st.binary(max_size=40)))
def test_every_part_comes_back(parts: dict[str, bytes]) -> None:
    blob = packed_parts(parts)
    assert {name: part_of(blob, name) for name in parts} == parts
    assert part_of(blob, "nothing") == b""


@pytest.mark.parametrize("blob", [b"1234", packed_parts({"code": b"12345678"})[:-1]])
def test_torn_parts_are_refused(blob: bytes) -> None:
    with pytest.raises(ValueError, match=r"parts|within"):
        part_of(blob, "code")
