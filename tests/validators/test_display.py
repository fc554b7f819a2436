from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.display import clean, quoted, size
from validators.findings import Code, Place, Severity, plain

CODE = Code("area.name", Severity.WARNS, "It means something.", "Do this.")


@given(st.text())
def test_clean_text_can_not_steer_a_display(text: str) -> None:
    shown = clean(text)
    unshown = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not {unicodedata.category(letter) for letter in shown} & unshown
    shown.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("王小明 ünïcode", "王小明 ünïcode"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("abc\u202egpj.exe", "abc\\u202egpj.exe"),
        ("a\r\nb\u2028c", "a\\r\\nb\\u2028c"),
        ("\udcff", "\\udcff"),
    ],
)
def test_what_steers_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_findings_clean_all_text_that_they_are_given() -> None:
    finding = CODE.at(Place("a\x1b.py", line=3), "says \x07.", "Do \x07.", names=("\x1b", "b"))
    assert str(finding) == "area.name  a\\x1b.py:3: says \\x07. Do \\x07."
    assert finding.evidence == (("names", ("\\x1b", "b")),)


def test_evidence_is_plain_data_only() -> None:
    with pytest.raises(TypeError, match="plain data"):
        plain({"a": 1})


def test_long_text_is_cut_before_it_is_quoted() -> None:
    assert quoted("x" * 100, limit=5) == '"xxxx…"'


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 bytes"), (999, "999 bytes"), (1000, "1.0 kB"), (484_015_696, "484.0 MB")],
)
def test_sizes_read_as_people_say_them(count: int, shown: str) -> None:
    assert size(count) == shown
