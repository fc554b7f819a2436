"""Two who did the same by the same means: told, and nobody's accusation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grader.integrity.coinciding import Coincidences, coincidences_of, without_coincidences
from grader.integrity.records import Fact, FileSeen, Found, Inspection, Pair, Traits
from grader.integrity.settings_read import settings_digest
from tests.grader.judging.classes import HW4
from validators.findings import Code, Place
from validators.integrity_codes.behaviour import SAME_FILE
from validators.integrity_codes.code import ALIKE as CODE_ALIKE
from validators.integrity_codes.predictions import ALIKE, FULL_MODEL
from validators.integrity_codes.weights import COINCIDE, SHARED

GIVEN = "a" * 64
PRUNED = Coincidences(frozenset({"one", "two"}), {})
SAME_SETTINGS = Coincidences(frozenset(), {"one": "s", "two": "s", "three": "t"})


def pair(about: str, label: str = "p1234567", rows: tuple[tuple[str, ...], ...] = ()) -> Pair:
    return Pair(about, "one", "two", label, (("share", 1.0),), rows=rows)  # type: ignore[arg-type]


def found(code: Code, *labels: str) -> Found:
    return Found("one", code.at(Place("file"), "is the same.", pair=labels), labels)


def softened(inspection: Inspection, coincidences: Coincidences) -> list[str]:
    told = without_coincidences(inspection, coincidences)
    assert told.pairs == inspection.pairs
    return [each.finding.code for each in told.found]


@pytest.mark.parametrize("coincidences", [PRUNED, SAME_SETTINGS], ids=["pruned", "same settings"])
@pytest.mark.parametrize(
    ("code", "about", "rows"),
    [
        (SHARED, "weights", ()),
        (ALIKE, "predictions", ()),
        (SAME_FILE, "behaviour", (("weights", "a", "b"), ("predictions", "c", "d"))),
    ],
    ids=["weights", "predictions", "files"],
)
def test_what_follows_from_the_same_means_is_a_note(
    code: Code, about: str, rows: tuple[tuple[str, ...], ...], coincidences: Coincidences
) -> None:
    inspection = Inspection((found(code, "p1234567"),), (pair(about, rows=rows),))
    assert softened(inspection, coincidences) == [COINCIDE.name]


def test_the_note_says_what_was_seen_and_expects_nothing_else() -> None:
    finding = SHARED.at(Place("file"), "the same bytes; expected work of one's own.")
    inspection = Inspection((Found("one", finding, ("p1234567",)),), (pair("weights"),))
    (note,) = without_coincidences(inspection, PRUNED).found
    assert note.finding.message == "the same bytes."
    assert note.finding.remedy.startswith("Expected: ")


@pytest.mark.parametrize(
    ("code", "labels", "about", "rows", "coincidences"),
    [
        (SHARED, ("p1234567",), "weights", (), Coincidences(frozenset({"one"}), {"one": "s"})),
        (SHARED, ("p1234567",), "weights", (), Coincidences(frozenset(), {"one": "s", "two": "t"})),
        (CODE_ALIKE, ("p1234567",), "code", (), PRUNED),
        (SAME_FILE, ("p1234567",), "behaviour", (("code", "a", "b"),), PRUNED),
        (SAME_FILE, ("p1234567",), "behaviour", (), PRUNED),
        (ALIKE, ("p1234567", "p7654321"), "predictions", (), PRUNED),
        (FULL_MODEL, (), "predictions", (), PRUNED),
    ],
    ids=["one only", "other settings", "code", "code files", "package", "a third", "no pair"],
)
def test_what_the_same_means_do_not_explain_stays(
    code: Code, labels: tuple[str, ...], about: str, rows: tuple[tuple[str, ...], ...],
    coincidences: Coincidences,
) -> None:  # fmt: skip
    pairs = (pair(about, rows=rows), replace(pair(about, "p7654321"), second="three"))
    inspection = Inspection((found(code, *labels),), pairs)
    assert softened(inspection, coincidences) == [code.name]


def traits(*digests: str, settings: str = "s") -> Traits:
    files = [FileSeen(f"{number}.py", 9, digest) for number, digest in enumerate(digests)]
    return Traits((*files, FileSeen("README.md", 9, "b" * 64)), settings=settings)


def test_only_given_code_has_a_recipe() -> None:
    class_ = {
        "given": traits(GIVEN), "own": traits(GIVEN, "c" * 64), "none": traits(),
        "unread": traits(GIVEN, settings=""),
    }  # fmt: skip
    assert set(coincidences_of(Inspection(), class_, {GIVEN}, HW4).recipes) == {"given"}


def test_who_pruned_only_is_known_by_the_weights() -> None:
    says = "surviving weights as they are in the released model"
    facts = (Fact("one", says, "100.0 %: pruned only"), Fact("two", says, "3.0 %"))
    assert coincidences_of(Inspection(facts=facts), {}, (), HW4).pruned == {"one"}


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ('[student]\nid = "1"\nname = "Ana"\n[model]\nseed = 7\n', True),
        ('[student]\nid="2"\n\n# of mine\n[model]\nseed  =  7   # the usual\n', True),
        ('[student]\nid = "2"\n[model]\nseed = 8\n', False),
        ('[student]\nid = "2"\n[model]\nseed = 7\nfast = true\n', False),
    ],
)
def test_settings_are_the_same_whoever_they_are_of(other: str, same: bool, tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[student]\nid = "9"\nname = "Bo"\n[model]\nseed = 7\n')
    mine = settings_digest(tmp_path, ["settings.toml", "main.py"])
    (tmp_path / "settings.toml").write_text(other)
    assert (settings_digest(tmp_path, ["settings.toml"]) == mine) is same


def test_odd_settings_are_read_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\x00 = \xfe" * 5)
    (tmp_path / "b.ini").write_bytes(b"x" * 100_000)
    assert len(settings_digest(tmp_path, ["a.toml", "b.ini"])) == 64
