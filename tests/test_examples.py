"""The second course works by configuration alone, and its pages show what really comes."""

from __future__ import annotations

import csv
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

import pytest

from grader.cli import main as grade_main
from grader.metric import PreparedAnswers
from grader.settings import load_grading
from leaderboard.cli import main as leaderboard_main
from tests.typed import Done, grade
from validators.cli import main as check_main
from validators.rules import load_rules

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "headlines"
README = EXAMPLE / "README.md"
GUIDE = ROOT / "docs" / "guides" / "your-own-course.md"
COMMANDS: dict[str, Callable[[], None]] = {
    "grade": grade_main,
    "check-submission": check_main,
    "leaderboard": leaderboard_main,
}
# Commands that answer so are shown on purpose.
BLOCKED = 3

COPIED = frozenset({"code.alike"})
NO_IDS = frozenset({"csv.missing-id", "csv.unknown-id"})
# Verdict, rank, mark, timing, codes that are more than notes, offences.
CLASS = {
    "20261101": ("accepted", 1, "20.0", "in time", COPIED, ()),
    "20261104": ("accepted", 2, "9.5", "late", frozenset({"class.late"}), (("late", "halve"),)),
    "20261102": ("accepted", 3, "17.5", "in time", frozenset(), ()),
    "20261103": ("accepted", 3, "17.5", "in time", frozenset(), ()),
    "20261108": ("accepted", 5, "16.0", "in time", COPIED, ()),
    "a41207": ("accepted", 6, "15.0", "in time", frozenset(), ()),
    "20261107": ("accepted", 7, "2.0", "in time", frozenset(), ()),
    "20261105": ("rejected", None, "0.0", "in time", NO_IDS, ()),
}
HAND_WRITTEN = "Beatriz Lopo_7303_assignsubmission_file"
RENUMBERED = "Marta Veiga_7305_assignsubmission_file"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, with the last line before it that says something."""

    before: str
    language: str
    text: str


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"([^\n]*)\n+```(\w+)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return [Block(*each) for each in found]


def typed(line: str) -> Done:
    """One command of a page, in the folder where we are."""
    name, *words = shlex.split(line)
    if name in COMMANDS:
        return grade(*words, run=COMMANDS[name])
    if name == "cp" and words[0] == "-r":
        shutil.copytree(words[1], words[2])
    elif name == "rm" and words[0] == "-r":
        for each in map(Path, words[1:]):
            shutil.rmtree(each) if each.is_dir() else each.unlink()
    elif name == "mkdir":
        Path(words[0]).mkdir()
    else:
        raise AssertionError(f"no page of ours says: {line}")
    return Done(0, "", "")


def told_as_shown(out: str, shown: str) -> bool:
    """Whether the output is what the page shows; "…" there stands for anything."""
    pattern = ".*".join(re.escape(" ".join(part.split())) for part in shown.split("…"))
    # Where a terminal breaks lines says nothing, and neither does a space beside "…".
    return re.fullmatch(pattern, " ".join(out.split()), re.DOTALL) is not None


def changed(text: str, fragment: str) -> str:
    """The file with each line of the fragment in place of the same key's, in the same table."""
    table = ""
    for line in fragment.splitlines():
        if line.startswith("["):
            table = line
        elif line:
            start = text.index(f"\n{table}")
            end = text.find("\n[", start + 1) + 1 or len(text)
            # What goes on below a key is indented.
            pattern = rf"^{line.partition(' = ')[0]} = .*\n(?: .*\n)*"
            old = re.findall(pattern, text[start:end], re.MULTILINE)
            assert len(old) == 1, f"{table} {line}"
            text = text[:start] + text[start:end].replace(old[0], f"{line}\n") + text[end:]
    return text


class Walk:
    """Somebody who does what a page says, one block after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        self.out = ""

    def through(self, block: Block) -> None:
        """Type, write or look at what the block holds."""
        named = re.fullmatch(r"`([^`]+)`:", block.before)
        if block.language == "console":
            self.out = "".join(map(self._typed, block.text.splitlines()))
        elif block.language == "text":
            assert told_as_shown(self.out, block.text), f"{block.text}\n---\n{self.out}"
        elif named:
            Path(named.group(1)).parent.mkdir(exist_ok=True)
            Path(named.group(1)).write_text(block.text, encoding="utf-8")
        elif block.before.endswith("change these lines:"):
            rules = Path("competition.toml")
            rules.write_text(changed(rules.read_text("utf-8"), block.text), encoding="utf-8")

    def _typed(self, line: str) -> str:
        if line.startswith("cd "):
            self.monkeypatch.chdir(line.removeprefix("cd "))
            return ""
        done = typed(line)
        blocks_on_purpose = line.startswith("check-submission") and "--quiet" in line
        assert done.status == (BLOCKED if blocks_on_purpose else 0), done.err
        return done.out


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A copy of the example, in which we are."""
    home = tmp_path_factory.mktemp("example") / "headlines"
    shutil.copytree(EXAMPLE, home)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(home)
        yield home


@pytest.fixture
def here(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(course)
    return course


@pytest.fixture(scope="module")
def entrants(course: Path) -> dict[str, dict[str, Any]]:
    done = grade("submissions", "--work", "by-itself", "--json")
    assert done.status == 0, done.err
    return {each["entrant"]: each for each in done.json["entrants"]}


def test_the_class_comes_out_as_the_table_says(entrants: dict[str, dict[str, Any]]) -> None:
    found = {
        name: (
            each["verdict"], each["rank"], each["total"], each["timing"],
            frozenset(one["code"] for one in each["findings"] if one["severity"] != "notes"),
            tuple((one["kind"], one["penalty"]) for one in each["offences"]),
        )
        for name, each in entrants.items()
    }  # fmt: skip
    assert found == CLASS
    assert all(each["faults"] == [] == each["questions"] for each in entrants.values())


def test_the_hour_that_came_twice_is_counted(entrants: dict[str, dict[str, Any]]) -> None:
    (late,) = (each for each in entrants["20261104"]["findings"] if each["code"] == "class.late")
    by_the_clock = 2 * 3600 + 30 * 60 + 1
    assert f"{by_the_clock + 3600:,} s late" in late["message"]


def test_the_same_class_under_the_presets_own_rules(course: Path, here: Path) -> None:
    """Three lines less, and three students come out otherwise."""
    text = Path("competition.toml").read_text(encoding="utf-8")
    without, count = re.subn(r'(?m)^(late|ranked|"package.no-code") = .*\n', "", text)
    (course / "stricter.toml").write_text(without, encoding="utf-8")
    done = grade("submissions", "--competition", "stricter.toml", "--work", "stricter", "--json")
    found = {each["entrant"]: (each["verdict"], each["rank"]) for each in done.json["entrants"]}
    others = {name for name, each in CLASS.items() if found[name][0] != each[0]}
    assert (count, others) == (3, {"20261103", "20261104"})
    assert found["20261107"] == ("accepted", None)


def test_the_rules_are_accepted_and_shown(here: Path) -> None:
    done = grade("rules")
    assert done.status == 0, done.err
    shown = dict(re.findall(r"^(\S+) +(\S.*)$", done.out, re.MULTILINE))
    assert (shown["metric.name"], shown["metric.stemmer"]) == ("rougeL", "True")
    assert (shown["competition.time_zone"], shown["marks.ties"]) == ("Europe/Lisbon", "mean")


@pytest.mark.parametrize(
    ("name", "status", "says"),
    [
        (HAND_WRITTEN, 0, "safe to submit"),
        ("Rui Falcão_7306_assignsubmission_file/headlines_a41207_Rui.zip", 0, "safe to submit"),
        (RENUMBERED, BLOCKED, "not safe to submit: 2 findings block (csv.missing-id, csv.unkn"),
        (f"{RENUMBERED}/headlines.csv", BLOCKED, "not safe to submit: 2 findings block (csv.mi"),
    ],
)
def test_a_student_is_told_the_same(here: Path, name: str, status: int, says: str) -> None:
    words = (f"submissions/{name}", "--competition", "competition.toml")
    done = grade(*words, run=check_main)
    assert (done.status, done.out.splitlines()[-1][: len(says)]) == (status, says)


def test_a_large_zip_is_over_this_courses_limit(here: Path, tmp_path: Path) -> None:
    given = tmp_path / "headlines_20261101_Ines.zip"
    shutil.copy(here / "submissions/Rui Falcão_7306_assignsubmission_file/headlines_a41207_Rui.zip",
                given)  # fmt: skip
    with zipfile.ZipFile(given, "a") as archive:
        archive.writestr("notes.txt", b"a" * 1_000_000)
    done = grade(given, "--competition", here / "competition.toml", run=check_main)
    assert (done.status, "archive.too-large" in done.out) == (BLOCKED, True)


def test_the_marks_reach_moodles_worksheet(entrants: dict[str, Any], here: Path) -> None:
    done = grade(
        "export", "by-itself/board.json", "--format", "moodle-worksheet", "--audience", "ta",
        "--worksheet", "worksheet.csv", "--output", "marks.csv", run=leaderboard_main,
    )  # fmt: skip
    assert done.status == 0, done.err
    with Path("marks.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["ID number"]: row["Grade"] for row in csv.DictReader(file)}
    assert marks == {name: each[2] for name, each in CLASS.items()}


def test_the_first_eight_words_score_what_the_rules_say(here: Path) -> None:
    said = Path("competition.toml").read_text(encoding="utf-8")
    told = re.findall(r"eight words of each item score ([0-9.]+)", said)
    with Path("for-students/news.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["Text"] for row in csv.DictReader(file, delimiter=";")]
    with Path("key.csv").open(encoding="utf-8", newline="") as file:
        answers = PreparedAnswers([row["Editor"] for row in csv.DictReader(file)])
    first = [" ".join(text.replace(",", "").split()[:8]) for text in texts]
    assert told == [f"{answers.score(first, 'rougeL', stemmer=True).value:.2f}"]


def test_the_readme_shows_what_comes(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    walk, page = Walk(monkeypatch), blocks(README)
    for block in page:
        walk.through(block)
    assert sum(block.language == "text" for block in page) == 5


def test_the_guide_leads_from_an_empty_folder_to_a_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(EXAMPLE.parent, tmp_path / "course-competition-toolkit" / "examples")
    monkeypatch.chdir(tmp_path)
    walk, page = Walk(monkeypatch), blocks(GUIDE)
    for block in page:
        walk.through(block)
    assert sum(block.language == "text" for block in page) == 5
    assert Path("marks.csv").read_text("utf-8").count("accepted") == 2


def test_what_a_page_shows_can_be_wrong() -> None:
    assert told_as_shown("rank  1\nbaseline 0.4312 reached\n", "rank 1\nbaseline 0.4… reached\n")
    assert not told_as_shown("rank  2\nbaseline 0.4312 reached\n", "rank 1\nbaseline 0.4… reached")
    assert not told_as_shown("rank 1\nmore\n", "rank 1\n")


def test_every_fragment_of_the_guide_loads(tmp_path: Path) -> None:
    path, loaded = tmp_path / "competition.toml", []
    for block in blocks(GUIDE):
        if block.language == "toml" and "`competition.toml`" in block.before:
            path.write_text(f'extends = "hw4"\n\n{block.text}', encoding="utf-8")
            loaded.append(load_rules(path))
        elif block.language == "toml":
            for name in re.findall(r'"([^"]+\.(?:csv|zip))"', block.text):
                (tmp_path / name).touch()
            (tmp_path / "grading.toml").write_text(block.text, encoding="utf-8")
            assert load_grading(tmp_path / "grading.toml")
    assert [str(each.metric.baseline) for each in loaded] == ["0.3", "0.1134", "0.82"]


def test_the_line_that_lists_ids_makes_ids(tmp_path: Path) -> None:
    (block,) = (each for each in blocks(GUIDE) if each.text.startswith("python -c"))
    (tmp_path / "sample_submission.csv").write_text("ID,Sentence\nb-7,x\na-2,y\n", "utf-8")
    code = shlex.split(block.text)[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True,
                          text=True, check=True)  # fmt: skip
    path = tmp_path / "competition.toml"
    path.write_text(f'extends = "hw4"\n[predictions]\n{done.stdout}', encoding="utf-8")
    assert load_rules(path).predictions.model_dump()["ids"] == {"values": ("b-7", "a-2")}
