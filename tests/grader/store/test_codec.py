"""Records come back as they went in, whatever text and numbers are in them."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, make_dataclass, replace
from datetime import datetime, timezone
from fractions import Fraction
from typing import Any, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.outcomes import Checked, Decision, Scored, State
from grader.records import Submission
from grader.store.codec import UnreadableError, column, decode, encode, shape, text_of
from tests.grader.store import samples


def exact(value: Any) -> Any:
    """The value with every type told, so that 1, 1.0, True, -0.0 and NaN are all different."""
    if dataclasses.is_dataclass(value):
        own = (exact(getattr(value, field.name)) for field in dataclasses.fields(value))
        return (type(value).__name__, *own)
    if isinstance(value, tuple):
        return tuple(map(exact, value))
    if isinstance(value, datetime):
        return (value.isoformat(), value.utcoffset())
    return (type(value).__name__, repr(value))


def comes_back(record: Any, type_: Any) -> None:
    text = encode(record)
    assert text.isascii()
    assert "\0" not in text
    back = decode(text, type_)
    assert exact(back) == exact(record)
    assert encode(back) == text


@given(samples.checked)
def test_checked_comes_back(record: Checked) -> None:
    comes_back(record, Checked)


@given(samples.scored)
def test_scored_comes_back(record: Scored) -> None:
    comes_back(record, Scored)


@given(samples.decisions)
def test_a_decision_comes_back(record: Decision) -> None:
    comes_back(record, Decision)


@given(samples.submissions)
def test_a_submission_comes_back(record: Submission) -> None:
    comes_back(record, Submission)


@settings(max_examples=40)
@given(samples.states)
def test_a_state_comes_back(record: State) -> None:
    comes_back(record, State)


def test_a_split_pair_of_surrogates_comes_back_as_its_character() -> None:
    back = decode(encode(replace(samples.DRAFT, why="\ud83d\ude00")), Decision)
    assert back.why == "\U0001f600"


@given(samples.plain, samples.plain)
def test_different_evidence_never_has_the_same_text(one: Any, other: Any) -> None:
    def with_evidence(value: Any) -> Checked:
        return Checked((replace(samples.FINDING, evidence=(("n", value),)),))

    same = encode(with_evidence(one)) == encode(with_evidence(other))
    assert same == (exact(one) == exact(other))


@pytest.mark.parametrize("value", [{1}, b"x", object(), 1j, [object()]])
def test_what_no_record_may_hold_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        encode(replace(samples.DRAFT, why=value))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "{}", '{"number": 1}', "[" * 100_000, '"x"', "NaN",
     encode(samples.DRAFT).replace('"dismiss"', '"forgive"')],
)  # fmt: skip
def test_other_text_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        decode(text, Decision)


def test_what_is_unreadable_is_not_quoted() -> None:
    secret = json.loads(encode(samples.DRAFT))
    secret["number"] = "a student's name"
    with pytest.raises(UnreadableError) as caught:
        decode(json.dumps(secret), Decision)
    assert str(caught.value) == "number: int_parsing"


@given(st.text(st.characters()), st.text(st.characters()))
def test_columns_tell_all_texts_apart(one: str, other: str) -> None:
    assert text_of(column(one)) == one
    assert (column(one) == column(other)) == (one == other)


@dataclass(frozen=True)
class Inner:
    count: int
    outer: Optional[Outer] = None


@dataclass(frozen=True)
class Outer:
    inners: tuple[Inner, ...]


def outer_with(*fields: Any) -> type:
    made = make_dataclass("Inner", fields, frozen=True)
    made.__module__, made.__qualname__ = __name__, "Inner"
    return make_dataclass("Outer", [("inners", tuple[made, ...])], frozen=True)  # type: ignore[valid-type]


def test_a_shape_knows_the_fields_of_all_records_inside() -> None:
    assert shape(Outer) == shape(Outer)
    shapes = {
        shape(outer_with(*fields))
        for fields in (
            [("count", int)],
            [("count", str)],
            [("counts", int)],
            [("count", int), ("more", int, 0)],
        )
    }
    assert len(shapes) == 4


def test_canonical_text_is_pinned() -> None:
    """The journal's hashes are of this text: it must never change for a decision of today."""
    draft = replace(
        samples.DRAFT, number=1, word="set", points=Fraction(81, 2), who="宥", why="\udc80"
    )
    assert encode(draft) == (
        '{"at":"2024-05-20T10:00:00+08:00","code":"csv.x","entrant":"0240309","evidence":"",'
        '"number":1,"points":"81/2","submission":"","who":"\\u5ba5","why":"\\udc80",'
        '"word":"set"}'
    )
    moment = datetime(2024, 5, 14, 23, 59, tzinfo=timezone.utc)
    owned = Submission("a.zip", "zip", ("a.zip",), owner=samples.Owner(received=moment))
    assert '"received":"2024-05-14T23:59:00+00:00"' in encode(owned)
