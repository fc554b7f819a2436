"""No format gives anybody what is not theirs; a new format fails here until it is listed."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from leaderboard import export_cli, view_options
from leaderboard.audience import Audience
from leaderboard.board_file import write_board
from leaderboard.cli import leaderboard
from leaderboard.exporting import Given
from leaderboard.exports import PAGES
from leaderboard.formats import FORMATS
from leaderboard.moodle_gradebook import HEADERS
from tests.leaderboard.example import HOSTILE, PRIVATE, board, example

SHEET = (
    "Identifier,Full name,Grade,Maximum Grade,Grade can be changed,Feedback comments\n"
    "Participant 700100,,,100.00,Yes,\nParticipant 700101,,,100.00,Yes,\n"
)
CANVAS = (
    "Student,ID,SIS Login ID,Section,HW4 (12)\n    Points Possible,,,,100.00\n"
    '"Name 0, Secret",1,9900940,A,\n"Name 1, Secret",2,9900941,A,\n'
)
# What each format is given besides: whoever adds a format says here how it is asked for.
EXTRAS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(PAGES, ()),
    "moodle-worksheet": ("--worksheet", "sheet.csv", "--feedback"),
    "moodle-gradebook": ("--key", "email", "--feedback"),
    "canvas": ("--gradebook", "canvas.csv", "--assignment", "HW4"),
    "gradescope": (),
}
FOR_ALL = ("public", "student", "ta")
NAMES = (
    "../../etc",
    "C:\\nul",
    "a\x00b",
    "Participant 700103",
    "ｓ１＠ｅｘａｍｐｌｅ．ｅｄｕ 9900942",
)


def run(folder: Path, kind: str, *given: str) -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        Path("sheet.csv").write_text(SHEET, encoding="utf-8")
        Path("canvas.csv").write_text(CANVAS, encoding="utf-8")
        arguments = ["export", "b.json", "--format", kind, "--output", "out", *given]
        return CliRunner().invoke(leaderboard, arguments)


def everything(folder: Path) -> str:
    """The names and contents of all that was written, zipped parts unwrapped."""
    out, text = folder / "out", ""
    for path in [out, *sorted(out.rglob("*"))]:
        text += f"{path.relative_to(folder)}\n"
        data = path.read_bytes() if path.is_file() else b""
        if data.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data = b"".join(archive.read(name) for name in archive.namelist())
        text += data.decode()
    return text


@pytest.mark.parametrize("names", [None, NAMES])
@pytest.mark.parametrize("audience", ["public", "student"])
@pytest.mark.parametrize("kind", FORMATS)
def test_no_format_tells_what_its_audience_may_not_know(
    tmp_path: Path, kind: str, audience: str, names: tuple[str, ...] | None
) -> None:
    write_board(board(example(names) if names else None), tmp_path / "b.json")
    own = ("--entrant", "9900940") if audience == "student" else ()
    done = run(tmp_path, kind, "--audience", audience, *own, *EXTRAS[kind])
    # A word's own 70010 is of the student, too: only the others' numbers count then.
    others = tuple(f"70010{n}" for n in (1, 2, 3, 4))
    private = [w for w in PRIVATE if w not in ("late note", "70010", "Secret Name")]
    if audience == "student":
        private = [w for w in private if not w.startswith("@")]
        private += [f"s{n}@example" for n in (1, 2, 3, 4)]
        private += [f"Secret Name {n}" for n in (1, 2, 3, 4)]
    else:
        private += ["9900940", "Secret Name", "late note", "93.33", "withheld", "700100"]
    if audience in FORMATS[kind].audiences:
        assert done.exit_code == 0, done.output
        text = everything(tmp_path) + done.output
    else:
        assert done.exit_code == 2
        assert not (tmp_path / "out").exists()
        text = done.output
    assert not [word for word in (*private, *others) if word in text]


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_board_gives_the_same_files(tmp_path: Path, kind: str) -> None:
    seen = []
    for name, entries in (("a", board().entries), ("b", board().entries[::-1])):
        folder = tmp_path / name
        folder.mkdir()
        write_board(board().model_copy(update={"entries": entries}), folder / "b.json")
        done = run(folder, kind, "--audience", "ta", *EXTRAS[kind])
        assert done.exit_code == 0, done.output
        seen.append((everything(folder), done.output))
    assert seen[0] == seen[1]
    assert sorted(p.name for p in folder.iterdir()) == ["b.json", "canvas.csv", "out", "sheet.csv"]


@pytest.mark.parametrize("kind", ["csv", "html", "json", "md"])
def test_a_course_may_show_the_ranked_alone(tmp_path: Path, kind: str) -> None:
    tree = example((*HOSTILE[:3], "Fourth", HOSTILE[4]))
    write_board(board(tree), tmp_path / "b.json")
    assert run(tmp_path, kind).exit_code == 0
    assert "Fourth" in everything(tmp_path)
    assert run(tmp_path, kind, "--ranked-only").exit_code == 0
    ranked = everything(tmp_path)
    assert "Fourth" not in ranked
    assert "ＡＢ佐藤" in ranked
    own = ("--audience", "student", "--entrant", "9900943")
    assert run(tmp_path, kind, "--ranked-only", *own).exit_code == 0
    assert "late note" in everything(tmp_path), "one's own row stays"


def test_the_teaching_sides_files_have_everybody(tmp_path: Path) -> None:
    write_board(board(), tmp_path / "b.json")
    done = run(tmp_path, "csv", "--audience", "ta", "--ranked-only")
    assert done.exit_code == 2
    assert "the teaching side needs all" in " ".join(done.output.split())


def test_a_format_with_marks_says_in_one_go_what_it_lacks(tmp_path: Path) -> None:
    write_board(board(), tmp_path / "b.json")
    said = " ".join(run(tmp_path, "gradescope").output.split())
    assert "add --audience ta or --audience student with --entrant ID." in said


@pytest.mark.parametrize("kind", FORMATS)
def test_a_mark_that_waits_for_a_decision_is_named_to_the_teaching_side_alone(
    tmp_path: Path, kind: str
) -> None:
    tree = example()
    tree["entries"][-1]["waits"] = ["weights.shared", "team 5"]
    write_board(board(tree), tmp_path / "b.json")
    told = "1 mark waits for a decision and may change: 9900940 (weights.shared, team 5)"
    done = run(tmp_path, kind, "--audience", "ta", *EXTRAS[kind])
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, told)
    if kind == "gradescope":
        assert "weights.shared" not in everything(tmp_path), "this goes to the student"
    if "student" in FORMATS[kind].audiences:
        (tmp_path / "out").rename(tmp_path / "before")
        own = ("--audience", "student", "--entrant", "9900940")
        done = run(tmp_path, kind, *own, *EXTRAS[kind])
        assert done.exit_code == 0
        assert "weights.shared" not in done.output + everything(tmp_path)


WRONG: list[tuple[str, tuple[str, ...], str]] = [
    ("canvas", ("--assignment", "HW4"), "Export Entire Gradebook"),
    ("canvas", ("--gradebook", "canvas.csv"), "needs --assignment"),
    ("moodle-worksheet", (), "Download grading worksheet"),
    ("csv", ("--worksheet", "sheet.csv"), "--worksheet goes with --format moodle-worksheet"),
    ("csv", ("--feedback",), "--feedback goes with --format moodle-worksheet or moodle-gradebook"),
    ("gradescope", ("--key", "id"), "--key goes with --format moodle-gradebook"),
    ("moodle-gradebook", ("--max-points", "many"), "is no number of points"),
    ("moodle-gradebook", ("--max-points", "0"), "is no number of points"),
]


@pytest.mark.parametrize(("kind", "given", "expected"), WRONG)
def test_options_of_another_format_or_missing_ones_are_wrong_usage(
    tmp_path: Path, kind: str, given: tuple[str, ...], expected: str
) -> None:
    write_board(board(), tmp_path / "b.json")
    done = run(tmp_path, kind, "--audience", "ta", *given)
    assert done.exit_code == 2
    assert expected in " ".join(done.output.split())
    assert not (tmp_path / "out").exists()


def test_every_option_is_some_formats_and_the_command_has_no_other() -> None:
    of_formats = {option for form in FORMATS.values() for option in form.options}
    of_command = {parameter.name for parameter in export_cli.export.params}
    assert of_formats == set(Given.__dataclass_fields__)
    common = {"board", "kind", "output", "audience", "entrant", "ranked_only"}
    assert of_command == of_formats | common
    assert set(EXTRAS) == set(FORMATS)


def test_what_help_offers_is_what_there_is() -> None:
    assert tuple(HEADERS) == export_cli.KEYS
    assert tuple(each.value for each in Audience) == view_options.AUDIENCES == FOR_ALL


def test_every_command_has_an_example() -> None:
    for command in leaderboard.commands.values():
        assert "Example" in (command.help or ""), command.name


def test_a_file_that_is_far_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_cli, "MAX_BYTES", 10)
    write_board(board(), tmp_path / "b.json")
    done = run(tmp_path, "moodle-worksheet", "--audience", "ta", "--worksheet", "sheet.csv")
    assert "over 10 bytes" in done.output
    assert done.exit_code == 2


@pytest.mark.parametrize("kind", ["csv", "gradescope"])
def test_a_place_that_cant_be_written_is_wrong_usage(tmp_path: Path, kind: str) -> None:
    write_board(board(), tmp_path / "b.json")
    arguments: list[Any] = ["export", tmp_path / "b.json", "--format", kind, "--audience", "ta"]
    done = CliRunner().invoke(
        leaderboard, [*map(str, arguments), "--output", str(tmp_path / "no" / "out")]
    )
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, (SystemExit, click.UsageError))
