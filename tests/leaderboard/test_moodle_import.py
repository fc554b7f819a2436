"""A filled worksheet does in Moodle what our answer says, in every form that it comes in."""

from __future__ import annotations

import codecs
from decimal import Decimal

import pytest

from leaderboard.audience import Audience, view_of
from leaderboard.board import participant_number
from leaderboard.exporting import Exported, Given, Source
from leaderboard.feedback import CLOSING
from leaderboard.moodle import worksheet
from leaderboard.raw_csv import SheetError
from tests.leaderboard.example import board, example
from tests.leaderboard.importers import Worksheet

ENGLISH = ("Participant ", "Identifier", "Grade", "Feedback comments")
GERMAN = ("Teilnehmer/in", "ID", "Bewertung", "Feedback als Kommentar")
CHINESE = ("參與者", "識別碼", "成績", "評語")
WRITTEN = {
    "utf-8": ("utf-8", ","),
    "utf-8 with a mark": ("utf-8-sig", ","),
    "utf-16 as a spreadsheet saves it": ("utf-16", "\t"),
    "utf-16 the other way round": ("utf-16-be", ","),
    "big5 with semicolons": ("cp950", ";"),
}


def sheet(words: tuple[str, ...], delimiter: str, maximum: str = "100.00") -> str:
    """An anonymous worksheet: nobody's name, ID number or address is in it."""
    prefix, identifier, grade, comments = words
    rows = [(identifier, "Status", grade, "Max", "Can", "Last", comments)]
    olds = ("", "", "93.33", "", "12")
    for n, old in enumerate(olds):
        can = "No" if n == 4 else "Yes"
        rows.append((f"{prefix}70010{n}", "", old, maximum, can, "-", ""))
    rows.append((f"{prefix}999", "", "5", maximum, "Yes", "-", "a comment"))
    return "".join(delimiter.join(f'"{c}"' if " " in c else c for c in r) + "\r\n" for r in rows)


def encoded(text: str, encoding: str) -> bytes:
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    return mark + text.encode(encoding)


def filled(data: bytes, column: str | None = None, comments: str | None = None) -> Exported:
    view = view_of(board(), Audience.TA)
    source = Source("g.csv", data)
    return worksheet(view, Given(worksheet=source, grade_column=column, feedback_column=comments))


@pytest.mark.parametrize("words", [ENGLISH, GERMAN, CHINESE])
@pytest.mark.parametrize("form", WRITTEN)
def test_moodle_takes_what_we_say(words: tuple[str, str, str, str], form: str) -> None:
    encoding, delimiter = WRITTEN[form]
    data = encoded(sheet(words, delimiter), encoding)
    exported = filled(data, column=words[2])
    grades: dict[str, Decimal | None] = {f"70010{n}": None for n in range(5)}
    grades |= {"700102": Decimal("93.33"), "700104": Decimal(12), "999": Decimal(5)}
    site = Worksheet(Decimal(100), dict(grades), frozenset({"700104"}), words=words)
    changed, _ = site.take(exported.files[0][1], encoding.replace("-be", ""), delimiter)
    assert exported.said == (
        "2 grades changed",
        f"line 4, {words[0]}700102: unchanged at 93.33",
        f"line 5, {words[0]}700103: has no mark yet",
        f"line 6, {words[0]}700104: is locked",
        f"line 7, {words[0]}999: is no entrant of the board",
    )
    assert changed == 2
    new = {n: site.grades[n] for n in site.grades if site.grades[n] != grades[n]}
    assert new == {"700100": Decimal("93.33"), "700101": Decimal("93.33")}
    back = exported.files[0][1].decode(encoding.replace("-be", "")).replace(',93.33,"', "")
    old = sheet(words, delimiter)
    assert back.replace("93.33", "") == old.replace("93.33", ""), "only the grades are ours"


def test_the_feedback_is_one_line_of_the_students_own() -> None:
    data = sheet(ENGLISH, ",").replace('700101",,,100.00,Yes,-,', '700101",,,100.00,Yes,-,by hand')
    exported = filled(data.encode(), comments="Feedback comments")
    site = Worksheet(Decimal(100), {f"70010{n}": None for n in range(5)})
    site.feedback["700101"] = "by hand"
    site.grades |= {"700102": Decimal("93.33"), "700104": Decimal(12)}
    assert site.take(exported.files[0][1]) == (2, 2)
    line = "93.33 of 100 points. baseline: 80 (reached); rank: 13.33 (rank {} &lt; 9). late note. "
    line += CLOSING
    assert site.feedback == {
        "700100": line.format(1),
        "700101": "by hand",
        "700102": line.format(2),  # Moodle takes it although the grade is unchanged
        "700103": "",
        "700104": "",
    }
    assert exported.said[:2] == ("2 grades changed", "2 feedback comments written")
    assert any("somebody wrote one" in text for text in exported.said)


def test_feedback_that_the_files_encoding_lacks_is_named() -> None:
    tree = example()
    tree["entries"][-1]["mark"]["parts"][0]["why"] = "é"
    data = sheet(CHINESE, ",").encode("cp950")
    source = Source("g.csv", data)
    given = Given(worksheet=source, feedback_column=CHINESE[3])
    exported = worksheet(view_of(board(tree), Audience.TA), given)
    assert (
        "line 2, 參與者700100: feedback: has letters that the file's cp950 lacks" in exported.said
    )
    assert exported.said[0] == "2 grades changed"


def test_a_decimal_comma_is_kept_where_the_site_writes_one() -> None:
    data = sheet(GERMAN, ";", "100,00").encode()
    exported = filled(data)
    site = Worksheet(Decimal(100), {"700100": None}, words=GERMAN, decimal_mark=",")
    assert site.take(exported.files[0][1], delimiter=";")[0] == 1
    assert site.grades["700100"] == Decimal("93.33")


def test_two_rows_of_one_entrant_get_nothing() -> None:
    data = "Identifier,Mail,Grade,Max,Can\n"
    data += "Participant 700100,,,100,Yes\nParticipant 5,s0@example.edu,,100,Yes\n"
    exported = filled(data.encode())
    assert exported.files[0][1] == data.encode()
    assert exported.said[1:3] == (
        "line 2, Participant 700100: is the same entrant as line 3",
        "line 3, Participant 5: is the same entrant as line 2",
    )


def test_an_id_number_alone_is_no_participant_number() -> None:
    data = b"Identifier,Grade,Max,Can\n700100,,100,Yes\n"
    assert "line 2, 700100: is no entrant of the board" in filled(data).said


def test_a_row_of_another_width_stays_and_is_named() -> None:
    data = b"Identifier,Grade,Max,Can\nParticipant 700100,,100\n\n"
    exported = filled(data)
    assert exported.files[0][1] == data
    assert exported.said[1] == "line 2: has 3 cells; expected 4"


def test_a_name_in_an_answer_can_not_steer_the_terminal() -> None:
    data = b"Identifier,Grade,Max,Can\nP \x1b[31m9,,100,Yes\n"
    assert "line 2, P \\x1b[31m9: is no entrant of the board" in filled(data).said


@pytest.mark.parametrize("data", [b"G\x00r", b"Caf\xe9,Grade", "Grade,a,b\n".encode("utf-16-le")])
def test_other_encodings_are_refused_with_the_remedy(data: bytes) -> None:
    with pytest.raises(SheetError, match="Save it as CSV in UTF-8"):
        filled(data)


def test_a_feedback_column_that_is_not_there_is_asked_for() -> None:
    given = Given(worksheet=Source("g.csv", b"Identifier,Grade,Max,Can\n"), feedback=True)
    with pytest.raises(SheetError, match="--feedback-column"):
        worksheet(view_of(board(), Audience.TA), given)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Participant 12", "12"),
        ("Teilnehmer/in0012 ", "12"),
        ("مشارك ١٢", "12"),
        ("12", "12"),
        ("Participant", None),
        ("", None),
    ],
)
def test_the_number_is_read_in_any_language(text: str, number: str | None) -> None:
    assert participant_number(text) == number
