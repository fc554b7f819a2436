"""The made-up class is what its table says: whole, the same every time, and matched as expected."""

from __future__ import annotations

import hashlib
import unicodedata
import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.class_list import ClassList, Sources, read_class
from grader.metric import PreparedAnswers
from grader.settings import load_grading
from leaderboard.kaggle import Standing, read_kaggle
from tests.course.boards import BOARDS
from tests.course.make import Course, make_course
from tests.course.many import make_many
from tests.course.members import GUESTS, MEMBERS
from tests.course.ordinary import BASELINE, TIE
from tests.course.records import Handed, Member, OnKaggle
from tests.course.texts import FILLER, FIRST, SECOND, make_answers, predictions
from validators.catalogue import all_codes
from validators.checks import check_submission
from validators.findings import Severity
from validators.report import Outcome
from validators.rules.marking import Penalty

CODES = {code.name: code for code in all_codes()}
PEOPLE = (*MEMBERS, *GUESTS)


def digests(home: Path) -> dict[str, str]:
    return {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module", params=["folder", "bulk zip"])
def found(
    course: Course, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> ClassList:
    export = course.submissions if request.param == "folder" else course.archive
    work = tmp_path_factory.mktemp("work")
    settings = load_grading(course.grading)
    return read_class(Sources.of(export, work, settings, course.home), course.rules)


def standings(course: Course, board: str) -> dict[str, Standing]:
    return {row.team_id: row for row in read_kaggle(course.home / BOARDS[board])}


def test_the_class_has_sixty_students_and_most_did_as_asked() -> None:
    assert len(MEMBERS) == 60
    assert len({person.id for person in PEOPLE}) == len(PEOPLE)
    assert sum(member.verdict == "accepted" for member in MEMBERS) >= 20
    assert {len(member.id) for member in MEMBERS} == {7, 9}
    assert all(member.did.endswith(".") for member in PEOPLE)


def test_names_are_in_many_scripts_and_in_both_unicode_forms() -> None:
    letters = "".join(member.name for member in MEMBERS)
    scripts = {unicodedata.name(letter).split()[0] for letter in letters if letter.isalpha()}
    wanted = {"LATIN", "CJK", "HANGUL", "ARABIC", "HEBREW", "CYRILLIC", "GREEK", "THAI",
              "DEVANAGARI", "GEORGIAN"}  # fmt: skip
    assert wanted <= scripts
    assert any(not unicodedata.is_normalized("NFC", member.name) for member in MEMBERS)
    twins = [name for name, count in Counter(each.name for each in MEMBERS).items() if count > 1]
    assert twins == ["Lin Chen"]


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.id)
def test_the_table_agrees_with_itself(member: Member) -> None:
    """The verdict follows from the codes, the penalties and the questions."""
    assert member.codes <= CODES.keys()
    assert all(CODES[code].severity is not Severity.NOTES for code in member.codes)
    # A CSV that the zip needn't hold only warns.
    grave = [code for code in member.codes if not code.startswith("csv.")]
    blocked = any(CODES[code].severity is Severity.BLOCKS for code in grave)
    costs = {Penalty(penalty) for _, _, penalty in member.penalties}
    rejected = blocked or bool(costs & {Penalty.REMOVE, Penalty.ZERO})
    expected = "withheld" if member.needs_decision else "rejected" if rejected else "accepted"
    assert member.verdict == expected
    assert not [code for code in member.codes if CODES[code].accuses]
    if member.verdict != "withheld":
        offences = {CODES[code].offence for code in member.codes} - {""}
        assert offences == {kind for kind, _, _ in member.penalties}


def test_penalties_are_those_of_the_rules(course: Course) -> None:
    for member in MEMBERS:
        for kind, number, penalty in member.penalties:
            ladder = getattr(course.rules.penalties, kind)
            assert penalty == ladder[min(number, len(ladder)) - 1].value, member.id


def test_the_same_seed_gives_the_same_bytes(course: Course, tmp_path: Path) -> None:
    first = digests(course.home)
    assert digests(make_course(tmp_path / "again").home) == first
    other = digests(make_course(tmp_path / "other", seed=1).home)
    assert other.keys() == first.keys()
    same = {name for name in first if other[name] == first[name]}
    assert "key.csv" not in same
    assert "roster.csv" in same
    assert not [name for name in same if name.endswith("HW4_9900101_王小明.zip")]


def test_folder_and_bulk_zip_hold_the_same_files(course: Course, tmp_path: Path) -> None:
    with zipfile.ZipFile(course.archive) as archive:
        assert archive.testzip() is None
        packed = {
            name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()
        }
    assert packed == digests(course.submissions)


def test_exactly_the_expected_questions_come_up(course: Course, found: ClassList) -> None:
    assert tuple(question.key for question in found.matching.open) == course.questions
    assert found.collection.findings == ()
    assert found.collection.left_out == ()
    collected = {each.source for each in found.collection.submissions}
    assert collected == {package.source for package in course.packages}


def test_every_student_has_the_submission_the_team_and_the_time_of_the_table(
    course: Course, found: ClassList
) -> None:
    members = {member.id: member for member in course.members}
    assert [entrant.student.id for entrant in found.matching.entrants] == sorted(members)
    for entrant in found.matching.entrants:
        member = members[entrant.student.id]
        assert entrant.timing == member.timing, member.id
        counting = {each.source for each in course.packages_of(member) if each.handed.counts}
        source = None if entrant.submission is None else entrant.submission.source
        assert source in counting if counting else source is None, member.id
        on_kaggle = [team.team_id for team in course.teams if team.student == member.id]
        asked = any(each.about == "team" for each in member.asked)
        team = None if entrant.team is None else entrant.team.id
        assert team == (on_kaggle[0] if on_kaggle and not asked else None), member.id


def test_questions_name_those_whom_they_are_about(course: Course, found: ClassList) -> None:
    questions = {question.key: question for question in found.matching.open}
    for member in course.members:
        for key in course.asked(member):
            answers = [each.answer for each in questions[key].candidates]
            if questions[key].about in ("submission", "team"):
                assert member.id in answers, key
    for guest in course.guests:
        assert all(questions[key].candidates == () for key in course.asked(guest))


def test_the_boards_show_what_the_table_says(course: Course) -> None:
    for part, board in enumerate(("public", "private")):
        rows = standings(course, board)
        assert rows.keys() == {team.team_id for team in course.teams}
        for team in course.teams:
            assert str(rows[team.team_id].score) == team.score[part]
            assert rows[team.team_id].team_name == team.name
    with zipfile.ZipFile(course.home / BOARDS["public"]) as archive:
        (name,) = archive.namelist()
        assert archive.read(name).startswith(b"\xef\xbb\xbfRank,TeamId")
    private = (course.home / BOARDS["private"]).read_text("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in private[1:]].count("0") == 1


def test_figures_are_real_scores_of_what_was_sent(course: Course) -> None:
    for person in PEOPLE:
        for score in [team.score for team in person.teams][:1]:
            texts = predictions(course.answers, score, f"0 {person.id}")
            assert scored(course, texts) == score, person.id


def test_scores_tie_reach_the_baseline_and_lie_below_it() -> None:
    figures = [Decimal(team.score[1]) for member in MEMBERS for team in member.teams]
    assert figures.count(Decimal(TIE)) == 2
    assert figures.count(Decimal(BASELINE)) == 1
    assert sum(figure < Decimal(BASELINE) for figure in figures) == 2
    assert len(set(figures)) == len(figures) - 1
    public = [team.score[0] for member in MEMBERS for team in member.teams]
    order = sorted(range(len(figures)), key=lambda at: -figures[at])
    assert order != sorted(range(len(figures)), key=lambda at: -Decimal(public[at]))


def scored(course: Course, texts: tuple[str, ...]) -> tuple[str, str]:
    shown = []
    for usage in ("Public", "Private"):
        rows = course.answers.rows_of(usage)
        prepared = PreparedAnswers(course.answers.labels[row] for row in rows)
        shown.append(f"{prepared.score([texts[row] for row in rows]).value:.5f}")
    return shown[0], shown[1]


SCORES = st.integers(8_000, 80_000).map(lambda figure: f"{figure / 100_000:.5f}")


@settings(max_examples=25, deadline=None)
@given(SCORES, SCORES, st.integers(12, 40), st.integers(0, 99))
def test_any_score_is_hit_to_five_decimals_and_from_above(
    public: str, private: str, rows: int, seed: int
) -> None:
    answers = make_answers(rows, seed)
    texts = predictions(answers, (public, private), str(seed))
    for usage, figure in (("Public", public), ("Private", private)):
        own = answers.rows_of(usage)
        value = PreparedAnswers(answers.labels[row] for row in own).score(
            [texts[row] for row in own]
        ).value  # fmt: skip
        assert float(figure) <= value < float(figure) + 0.000005


def test_words_of_answers_and_of_filler_are_kept_apart() -> None:
    words = [{word.lower() for word in words} for words in (FIRST, SECOND, FILLER)]
    assert not words[0] & words[1]
    assert not words[0] & words[2]
    assert not words[1] & words[2]


def test_too_few_rows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 12"):
        make_course(tmp_path / "small", rows=11)


def test_a_course_of_other_people_and_more_rows(tmp_path: Path) -> None:
    member = Member("9900301", "Ann", "Did as asked.", (Handed(),), (OnKaggle(("0.2", "0.3")),))
    made = make_course(tmp_path, [member, replace(member, id="9900302")], 30, 5, ())
    assert len((tmp_path / "key.csv").read_text().splitlines()) == 31
    for package in made.packages:
        report = check_submission(made.submissions / package.source, made.rules)
        assert report.outcome is Outcome.SAFE


def test_many_did_as_asked(tmp_path: Path) -> None:
    made = make_many(tmp_path, 8, seed=3)
    sources = Sources.of(made.archive, tmp_path / "work", load_grading(made.grading), made.home)
    found = read_class(sources, made.rules)
    assert found.matching.questions == ()
    assert {entrant.timing for entrant in found.matching.entrants} == {"in time"}
    for package in made.packages:
        report = check_submission(made.submissions / package.source, made.rules)
        assert report.outcome is Outcome.SAFE
    weights = {next(iter(package.files.values())) for package in made.packages}
    assert len(weights) == 8
