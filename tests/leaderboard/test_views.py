from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from pathlib import Path
from typing import Optional
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from wcwidth import wcswidth

from leaderboard.audience import Audience, view_of
from leaderboard.board_file import write_board
from leaderboard.cli import leaderboard
from leaderboard.exports import PAGES
from leaderboard.feedback import CLOSING, joined
from leaderboard.kaggle import read_kaggle
from leaderboard.tables import table_of
from leaderboard.terminal import cut, page
from tests.leaderboard.example import HOSTILE, PRIVATE, board, example

OTHERS = ("9900941", "9900942", "9900943", "9900944")


def text_of(kind: str, data: bytes) -> str:
    """All that a file holds, zipped parts and escapes unwrapped."""
    if kind != "xlsx":
        return data.decode() + (str(json.loads(data)) if kind == "json" else "")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return "".join(archive.read(name).decode() + name for name in archive.namelist())


@pytest.mark.parametrize("kind", PAGES)
def test_the_public_gets_nothing_private(kind: str) -> None:
    text = text_of(kind, PAGES[kind](view_of(board(), Audience.PUBLIC)))
    assert not [word for word in (*PRIVATE, "9900940", "93.33", "withheld") if word in text]
    assert "bird-1" in text, "the name with an id in it gave way to the pseudonym"


@pytest.mark.parametrize("kind", PAGES)
def test_a_student_gets_their_own_row_whole_and_no_other(kind: str) -> None:
    view = view_of(board(), Audience.STUDENT, "9900940")
    text = text_of(kind, PAGES[kind](view))
    assert not [word for word in OTHERS if word in text]
    assert [row.entry is not None for row in view.rows] == [True, False, False, False, False]
    if kind != "kaggle-style":
        assert text.count("late note") == (2 if kind == "json" else 1)


def test_the_teaching_side_gets_all() -> None:
    text = text_of("json", PAGES["json"](view_of(board(), Audience.TA)))
    assert all(word in text for word in PRIVATE)


@pytest.mark.parametrize("kind", PAGES)
def test_the_same_board_gives_the_same_bytes(kind: str) -> None:
    turned = board().model_copy(update={"entries": board().entries[::-1]})
    view, other = (view_of(each, Audience.TA) for each in (board(), turned))
    assert PAGES[kind](view) == PAGES[kind](other)


def test_unranked_entries_come_last() -> None:
    ranks = [row.rank for row in view_of(board(), Audience.PUBLIC).rows]
    assert ranks == [1, 2, 2, 4, None]


def test_a_course_without_a_model_has_no_column_of_ratios() -> None:
    entries = tuple(each.model_copy(update={"ratios": ()}) for each in board().entries)
    bare = board().model_copy(update={"entries": entries})
    for audience in (Audience.PUBLIC, Audience.TA):
        table, whole = (table_of(view_of(each, audience)) for each in (bare, board()))
        assert ("ratio" in table.headers, "ratio" in whole.headers) == (False, True)
        at = whole.headers.index("ratio")
        assert table.rows == tuple((*row[:at], *row[at + 1 :]) for row in whole.rows)


def test_no_cell_of_a_csv_is_a_formula() -> None:
    data = PAGES["csv"](view_of(board(), Audience.PUBLIC))
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[1][:4] == ["1", "'=HYPERLINK(0)", "0.40", "0.300000"]


def test_text_in_a_workbook_is_text_and_numbers_are_numbers() -> None:
    data = PAGES["xlsx"](view_of(board(), Audience.PUBLIC))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        roots = {name: ElementTree.fromstring(archive.read(name)) for name in archive.namelist()}
    cells = [list(row) for row in roots["xl/worksheets/sheet1.xml"][0]][1]
    assert [cell.get("t") for cell in cells] == [None, "inlineStr", None, None]
    assert ["".join(cell.itertext()) for cell in cells][1:3] == ["=HYPERLINK(0)", "0.40"]
    assert not list(roots["xl/worksheets/sheet1.xml"].iter("{*}f"))


def test_pages_hold_no_markup_from_a_name() -> None:
    view = view_of(board(), Audience.TA)
    for kind in ("md", "html", "html-table"):
        text = PAGES[kind](view).decode()
        assert "<b>" not in text
        assert "<i>" not in text
        assert "\x1b" not in text
    rows = [line for line in PAGES["md"](view).decode().splitlines() if line[:1] == "|"]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1


def test_kaggle_style_is_read_as_kaggles(tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_bytes(PAGES["kaggle-style"](view_of(board(), Audience.PUBLIC)))
    scores = [str(row.score) for row in read_kaggle(path)]
    assert scores == ["0.40", "0.30", "0.3", "0.20"]


def test_columns_line_up_in_any_script_and_fit_the_window() -> None:
    view = view_of(board(), Audience.PUBLIC)
    lines = page(view, None).split("\n\n")[1].splitlines()
    assert "\x1b" not in page(view, None)
    starts = {wcswidth(line[: line.rindex("0.3000")]) for line in lines if "0.3000" in line}
    assert len(starts) == 1
    assert max(map(wcswidth, page(view, 40).split("\n\n")[1].splitlines())) <= 40
    assert cut("佐藤和真", 5) == "佐藤…"


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize(
    "name", ["王小明" * 60, "a" * 1900, "שלום " * 40, "👩‍👩‍👧" * 30, "e\u0301" * 90]
)
def test_eighty_columns_hold_any_name(audience: Audience, name: str) -> None:
    tree = example((name, *HOSTILE[1:]))
    for entry in tree["entries"]:
        entry["notes"] = ["a long note " * 20]
    own = "9900940" if audience is Audience.STUDENT else None
    lines = page(view_of(board(tree), audience, own), 80).split("\n\n")[1].splitlines()
    assert max(map(wcswidth, lines)) <= 80
    assert "…" in "".join(lines)
    starts = {wcswidth(line[: line.index(" 0.300000")]) for line in lines if " 0.300000" in line}
    assert len(starts) == 1


def test_a_students_page_begins_with_their_own_mark_and_has_nobody_elses() -> None:
    tree = example()
    page_of = PAGES["html"]
    own = page_of(view_of(board(tree), Audience.STUDENT, "9900940")).decode()
    parts = [part["why"] for entry in tree["entries"] if entry["entrant"] == "9900940"
             for part in entry["mark"]["parts"]]  # fmt: skip
    assert parts
    assert all(html.escape(why) in own for why in parts)
    assert own.count('class="own"') == 1
    assert own.index("Your mark") < own.index("The class")
    public = page_of(view_of(board(tree), Audience.PUBLIC)).decode()
    assert "Your mark" not in public
    assert not [why for why in parts if html.escape(why) in public]
    assert "<script" not in own + public


VERDICTS = {"rejected": "the result doesn't count", "withheld": "It is no verdict against you"}


@pytest.mark.parametrize("kind", ["html", "md"])
@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_student_reads_what_the_verdict_means_and_whom_to_ask(verdict: str, kind: str) -> None:
    tree = example()
    for entry in tree["entries"]:
        entry.update(rank=None, verdict=verdict)
        entry.pop("mark", None)
    own, public = (
        html.unescape(PAGES[kind](view_of(board(tree), *who)).decode())
        for who in ((Audience.STUDENT, "9900940"), (Audience.PUBLIC,))
    )
    told = ("Your mark: none yet", f"Verdict: {verdict}", VERDICTS[verdict], "late note.", CLOSING)
    assert not [text for text in told if text not in own]
    assert not [text for text in told if text in public]


@pytest.mark.parametrize("kind", ["md", "html", "html-table"])
def test_a_page_says_what_is_measured_and_from_when_it_is(kind: str) -> None:
    text = html.unescape(PAGES[kind](view_of(board(), Audience.PUBLIC)).decode())
    assert "ROUGE-Lsum · baseline 0.1134 · published 2027-05-15" in text
    assert ("limit: 5 a day" in text) == (kind != "html-table")


@pytest.mark.parametrize("width", [None, 60])
def test_show_ends_with_how_a_students_own_mark_came_about(width: Optional[int]) -> None:
    text = page(view_of(board(), Audience.STUDENT, "9900940"), width)
    said = " ".join(text.split())
    assert said.endswith(CLOSING)
    assert "Your mark: 93.33 of 100 Verdict: accepted. baseline: 80 (reached)" in said
    assert said.count("late note") == 1
    assert CLOSING not in " ".join(page(view_of(board(), Audience.PUBLIC), width).split())


def test_show_leaves_the_unranked_out_where_it_is_asked_to(tmp_path: Path) -> None:
    write_board(board(), tmp_path / "b.json")
    whole, ranked = (
        CliRunner().invoke(leaderboard, ["show", str(tmp_path / "b.json"), *more]).output
        for more in ([], ["--ranked-only"])
    )
    assert "<b>9</b>|x" in whole
    assert "<b>9</b>|x" not in ranked
    assert "ＡＢ佐藤" in ranked


def test_notes_in_a_cell_have_no_semicolon_behind_a_full_stop() -> None:
    tree = example()
    tree["entries"][-1]["notes"] = ["a: b; expected c.", "d: e"]
    table = table_of(view_of(board(tree), Audience.TA))
    assert "a: b; expected c. d: e" in [row[-1] for row in table.rows]


JOINED = [
    ((), ""),
    (("a",), "a"),
    (("a", "b"), "a; b"),
    (("a: found; expected one.", "b"), "a: found; expected one. b"),
    (("分數。", "b", "c?"), "分數。 b; c?"),
]


@pytest.mark.parametrize(("texts", "line"), JOINED)
def test_sentences_are_joined_without_a_semicolon_behind_a_full_stop(
    texts: tuple[str, ...], line: str
) -> None:
    assert joined(texts) == line


@pytest.mark.parametrize("kind", ["md", "html", "html-table"])
def test_a_name_from_right_to_left_stays_in_its_cell(kind: str) -> None:
    name = "\u202eשלום"
    tree = example((name, *HOSTILE[1:]))
    text = PAGES[kind](view_of(board(tree), Audience.PUBLIC)).decode()
    assert "\u202e" not in text, "an override would turn the rest of the line"
    start, end = ("<bdi>", "</bdi>") if kind != "md" else ("\u2068", "\u2069")
    line = next(line for line in text.splitlines() if "שלום" in line)
    assert start in line[: line.index("ש")]
    assert end in line[line.index("ש") :]


@pytest.mark.parametrize("kind", ["md", "html", "html-table"])
def test_a_long_name_is_whole_on_a_page(kind: str) -> None:
    text = PAGES[kind](view_of(board(example(("n" * 1_900, *HOSTILE[1:]))), Audience.PUBLIC))
    assert b"n" * 1_900 in text
    assert kind == "md" or b"overflow-wrap:" in text.replace(b": ", b":")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--audience", "student"], "go together"),
        (["--entrant", "9900940"], "go together"),
        (["--audience", "student", "--entrant", "1"], 'no entrant "1"'),
    ],
)
def test_wrong_usage_is_told(tmp_path: Path, arguments: list[str], expected: str) -> None:
    write_board(board(), tmp_path / "b.json")
    done = CliRunner().invoke(leaderboard, ["show", str(tmp_path / "b.json"), *arguments])
    assert done.exit_code == 2
    assert expected in done.output


def test_show_and_export_give_the_same_json(tmp_path: Path) -> None:
    write_board(board(), tmp_path / "b.json")
    given = ["--audience", "student", "--entrant", "9900943"]
    source, target = str(tmp_path / "b.json"), str(tmp_path / "out.json")
    shown = CliRunner().invoke(leaderboard, ["show", source, *given, "--json"])
    options = ["--format", "json", "--output", target]
    assert CliRunner().invoke(leaderboard, ["export", source, *given, *options]).exit_code == 0
    assert shown.stdout_bytes == Path(target).read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.json", "out.json"]
