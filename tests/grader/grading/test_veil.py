"""The veil: every word that tells who somebody is, wherever a record may have it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader.grading.veil import Veil
from grader.outcomes import Case, Figure, Judged, State
from grader.records import Entrant, Owner, Student, Submission, Team
from grader.runs import Basis, Plan, Publication, Run
from grader.showing.veiling import veiled
from validators.display import quoted
from validators.findings import Finding, Place, Severity

OWN = Submission("Folder Owner_101/Zip Name.zip", "zip", (), owner=Owner("101", "Site Name"))
OTHER = Submission("Second Folder/Later Zip.zip", "zip", (), owner=Owner("102", "Other Site"))
ENTRANT = Entrant(
    Student("9900101", "Roster Name", "mail@example.edu", ("Further Spelling",)), "E-ONE", OWN,
    others=(OTHER,), team=Team("7", "Team Title", ("kaggle-login",)),
    other_teams=(Team("8", "Second Team", ("second-login",)),),
)  # fmt: skip
WORDS = (
    "9900101", "Roster Name", "mail@example.edu", "Further Spelling", OWN.source,
    "Folder Owner_101", "Zip Name.zip", "Zip Name", "Site Name", OTHER.source, "Second Folder",
    "Later Zip", "Other Site", "Team Title", "kaggle-login", "Second Team", "second-login",
)  # fmt: skip


@pytest.mark.parametrize("word", WORDS)
def test_no_word_of_an_entrant_is_seen(word: str) -> None:
    veil = Veil.of((ENTRANT,))
    for text in (word, word.upper(), f"said of {word}: x", quoted(word)):
        assert word.casefold() not in veil.text(text).casefold()
        assert "E-ONE" in veil.text(text)


@pytest.mark.parametrize("word", [OTHER.source, "Later Zip", "Second Folder", "Other Site"])
def test_what_is_nobodys_yet_is_told_by_its_digest(word: str) -> None:
    unmatched = (replace(OTHER, digest="0123456789"), replace(OWN, digest=""))
    veil = Veil.of((Entrant(Student("9900102"), "E-TWO"),), unmatched)
    assert veil.text(f"of {word}") == "of submission-01234567"
    assert veil.text("Site Name") == "submission-unread"


def test_a_long_name_is_known_where_a_message_cuts_it() -> None:
    name = "Wilhelmina Featherstonehaugh Cholmondeley-Beauchamp of " + "Somewhere " * 5
    veil = Veil.of((Entrant(Student("9900101", name), "E-ONE"),))
    for length in (40, 60, 80):
        assert "Wilhel" not in veil.text(f"{name[: length - 1]}…")


def test_a_whole_run_is_veiled_and_what_is_ours_is_kept() -> None:
    finding = Finding(
        "team.name", Severity.WARNS, Place("Zip Name.zip"), 'found "Team Title".', "Mend it.",
        (("seen", ("Roster Name", 3)),),
    )  # fmt: skip
    questions = ("team Somebody Else",)
    case = Case(ENTRANT, Figure("0.2", "private", "kaggle"), (finding,), questions=questions)
    judged = Judged(case, "withheld", ("told of Roster Name",))
    plan = Plan(
        "in/Roster Name", '{"name": "9900101"}', Basis("9900101", "", "private", ()), (),
        asked=(("team Somebody Else", "Is it Another Stranger's?"),),
    )  # fmt: skip
    run = Run(1, "at", "grade", plan, State("private", 0, (judged,)),
              (Publication(1, "at", "Ada", "Roster Name asked"),))  # fmt: skip
    told = repr(veiled(run).state)
    assert [word for word in WORDS if word in told] == []
    assert "Somebody" not in told
    assert veiled(run).plan.asked == (("team", "what it asks, and of whom, stands in matches.csv"),)
    assert veiled(run).publications[0].why == "E-ONE asked"
    assert veiled(run).plan.basis == plan.basis
    assert veiled(run).plan.rules == plan.rules
