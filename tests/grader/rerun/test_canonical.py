"""Texts that a CSV keeps as the same have one form, and no others do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rerun.canonical import canonical

TEXT = st.text(alphabet="ab n't,.?!'\"\n\t é\u3000", max_size=40)


def as_the_tutorial_writes(text: str) -> str:
    return text.replace(",", ".").replace('"', '""').replace("\n", " ")


@given(TEXT)
def test_the_form_of_a_form_is_itself(text: str) -> None:
    assert canonical(canonical(text)) == canonical(text)


@given(TEXT)
def test_the_tutorials_writing_and_stripping_do_not_show(text: str) -> None:
    assert canonical(as_the_tutorial_writes(text)) == canonical(text)
    assert canonical(f" {text.strip()}\r\n") == canonical(text)


@pytest.mark.parametrize(
    ("cleaned", "plain"),
    [
        ("The Act ends. Why? Now!", "The Act ends . Why ? Now !"),
        ("the State's part", "the State 's part"),
        ("the State's part", "the State ' s part"),
        ("it doesn't end", "it does n't end"),
    ],
)
def test_a_tokenizer_that_cleans_up_spaces_does_not_show(cleaned: str, plain: str) -> None:
    assert canonical(cleaned) == canonical(plain)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a bill", "A bill"),
        ("a bill", "abill"),
        ("a bill", "a bill."),
        ("a (bill)", "a bill"),
        ("a; bill", "a. bill"),
        ("10 million", "11 million"),
        ('a "bill"', "a bill"),
        ("", "."),
    ],
)
def test_other_texts_stay_apart(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)
