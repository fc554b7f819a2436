"""An appeal, typed as a TA types it: it costs what it did, waits, and is answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.course.make import make_course
from tests.course.members import MEMBERS
from tests.typed import Done, grade

FIRST, OVER = "9900101", "9900201"
BREACH = "offence.full_model_results"


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    members = tuple(member for member in MEMBERS if member.id in {FIRST, OVER})
    course = make_course(tmp_path_factory.mktemp("two") / "course", members, guests=())
    folder = course.home.parent / "work"
    done = grade(
        course.submissions, "--competition", course.competition, "--grading", course.grading,
        "--work", folder,
    )  # fmt: skip
    assert done.status == 0
    return folder


def decide(work: Path, *words: object) -> Done:
    return grade("decide", *words, "--work", work, "--who", "Ada")


def test_an_appeal_is_kept_waits_and_is_answered(work: Path) -> None:
    early = decide(work, FIRST, BREACH, "--appeal", "--why", "not me")
    assert early.status == 2
    assert f"nothing about {BREACH} is confirmed" in " ".join(early.err.split())
    confirmed = decide(work, FIRST, BREACH, "--confirm", "--why", "seen").out.splitlines()
    appealed = decide(work, FIRST, BREACH, "--appeal", "--why", "it was\x1b another file")
    lines = appealed.out.splitlines()
    assert lines[0] == f"decision 2: appeal {BREACH} of {FIRST}, by Ada"
    assert f"{BREACH} is now: appealed" in lines
    assert lines[-1] == confirmed[-1] == "offence full_model_results, no. 1: halve"
    needs = grade("status", "--work", work, "--json").json["needs"]
    (need,) = [each for each in needs if each["about"] == "decision"]
    at = grade("journal", "--work", work, "--json").json["decisions"][1]["at"]
    assert need["says"] == (
        'decision 1 was appealed: the student says "it was\\x1b another file" '
        f"({at}, as told by Ada). It is about {BREACH}"
    )
    status = grade("status", "--work", work).out
    assert "(Ada: wrote down the student's appeal: it was\\x1b another file)" in status
    veiled = grade("status", "--work", work, "--anonymous").out
    assert 'the student says "it was\\x1b another file"' in veiled
    assert FIRST not in veiled
    assert need["next"].startswith(f"grade decide {FIRST} {BREACH} --confirm (or --dismiss)")
    explained = grade("explain", FIRST, "--work", work)
    assert "Ada: appeal offence.full_model_results: it was\\x1b another file" in explained.out
    whole = grade("explain", FIRST, "--work", work, "--json").json["entrant"]
    assert [each["standing"] for each in whole["rulings"]] == ["appealed"]
    assert whole["waits"] == [BREACH]
    answered = decide(work, FIRST, BREACH, "--confirm", "--why", "the files are the same")
    assert f"{BREACH} is now: confirmed" in answered.out.splitlines()
    assert answered.out.splitlines()[-1] == confirmed[-1], "no second offence"
    assert grade("explain", FIRST, "--work", work, "--json").json["entrant"]["waits"] == []
    words = [each["word"] for each in grade("journal", "--work", work, "--json").json["decisions"]]
    assert words == ["confirm", "appeal", "confirm"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((OVER, "offence.late", "--appeal"), "nothing about offence.late is confirmed"),
        ((FIRST, "mark.rank", "--appeal"), "use --set POINTS"),
        ((FIRST, "offence.late", "--appeal", "--confirm"), "give one of --confirm"),
    ],
)
def test_what_cant_be_appealed_is_refused(work: Path, words: tuple[str, ...], said: str) -> None:
    done = decide(work, *words, "--why", "because")
    assert done.status == 2
    assert said in " ".join(done.err.split())
