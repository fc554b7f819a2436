"""Every package of the made-up class is broken in just the way that its table says."""

from __future__ import annotations

import io
import json
import unicodedata
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Optional

import pytest

from grader.metric import handout_row
from tests.course import packings
from tests.course.contents import MOST_NONZERO, PARAMETERS, SMALL_FILES, WEIGHTS
from tests.course.looked_at import own_name, report_on
from tests.course.make import Course
from tests.course.members import GUESTS, MEMBERS
from tests.course.records import Member, score_of
from tests.course.site import Lying
from validators.catalogue import all_codes
from validators.findings import Severity
from validators.report import Report

BY_ID = {person.id: person for person in (*MEMBERS, *GUESTS)}
HANDED = [(person.id, n) for person in BY_ID.values() for n in range(len(person.handed))]
# The last decimal that Kaggle shows.
STEP = Decimal("0.00001")


def package(course: Course, student: str, number: int = 0) -> Lying:
    return course.packages_of(BY_ID[student])[number]


def data_of(course: Course, student: str, number: int = 0) -> bytes:
    """The bytes of the zip, read back from the export."""
    return (course.submissions / package(course, student, number).source).read_bytes()


def members_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def report(course: Course, student: str, scratch: Path, number: int = 0) -> Report:
    return report_on(course, package(course, student, number), scratch)


@pytest.mark.parametrize(("student", "number"), HANDED)
def test_each_package_has_exactly_the_codes_of_the_table(
    course: Course, student: str, number: int, tmp_path: Path
) -> None:
    found = report(course, student, tmp_path, number)
    assert [section.fault for section in found.sections if section.fault] == []
    grave = {each.code for each in found.findings if each.severity is not Severity.NOTES}
    assert grave == set(BY_ID[student].handed[number].codes)


def test_the_table_has_a_member_for_each_mishap() -> None:
    grave = {code for member in MEMBERS for code in (*member.codes, *member.later)}
    known = {code.name for code in all_codes()}
    wanted = {
        "archive.not-a-zip", "archive.damaged", "archive.bomb", "archive.encrypted",
        "archive.unsafe-path", "package.link", "package.layout", "package.wrapper",
        "package.no-readme", "package.nested-archive", "package.long-name", "package.bad-name",
        "package.other-id", "csv.encoding", "csv.missing-id", "csv.duplicate-id",
        "csv.shifted-id", "csv.extra-column", "csv.empty-prediction", "csv.na-prediction",
        "csv.whitespace-prediction", "model.pickle-code", "model.safetensors", "model.masked",
        "ratio.over", "ratio.sets-differ", "team.form", "class.late", "class.early",
        "class.no-score", "class.nothing-handed-in", "class.other-predictions",
    }  # fmt: skip
    assert wanted <= grave
    assert wanted <= known
    asked = {each.about for person in BY_ID.values() for each in person.asked}
    assert asked == {"submission", "time", "choice", "team"}
    handed = [each for person in BY_ID.values() for each in person.handed]
    assert {each.door for each in handed} == {"moodle", "trailing", "anonymous", "flat", "attempt"}
    assert {each.form for each in handed} == {"zip", "files", "folder"}


def is_bomb(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None, "a real one: it does unpack to what it says"
        total = sum(entry.file_size for entry in archive.infolist())
    return total > packings.BOMB_BYTES and total > 200 * len(data)


def is_locked(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return all(entry.flag_bits & 1 for entry in archive.infolist())


def leads_out(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        links = [e for e in archive.infolist() if e.external_attr >> 28 == 0o12]
        return "../../grading.toml" in names and [archive.read(e) for e in links] == [
            b"../../../key.csv"
        ]


def is_in_big5(data: bytes) -> bool:
    text = members_of(data)["predictions.csv"]
    with pytest.raises(UnicodeDecodeError):
        text.decode("utf-8")
    return "修正" in text.decode("cp950")


def has_raw_names(data: bytes) -> bool:
    name = "許功蓋.py".encode("cp950")
    assert b"\\" in name
    with pytest.raises(UnicodeDecodeError):
        name.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        marked = [entry.flag_bits & 0x800 for entry in archive.infolist()]
    return name in data and 0 in marked


def is_one_line(data: bytes) -> bool:
    text = members_of(data)["predictions.csv"]
    return len(text) > 2_000_000 and b"\n" not in text and b"\r" not in text


def header_is_deep(data: bytes) -> bool:
    weights = members_of(data)[WEIGHTS]
    length = int.from_bytes(weights[:8], "little")
    return weights[8 : 8 + length].count(b"[") == 200_000


def has_strange_names(data: bytes) -> bool:
    names = list(members_of(data))
    return any(len(name.encode()) > 900 for name in names) and any("\x1b[2J" in n for n in names)


# Of each: what the bytes are, so that a wrong packing can't pass for the mishap.
BYTES: tuple[tuple[str, Callable[[bytes], bool]], ...] = (
    ("9900213", is_bomb),
    ("9900214", leads_out),
    ("9900215", is_locked),
    ("9900216", lambda data: data[:4] == b"Rar!" and not zipfile.is_zipfile(io.BytesIO(data))),
    ("9900217", lambda data: data[:4] == b"PK\x03\x04" and b"PK\x05\x06" not in data),
    ("9900218", lambda data: data == b""),
    ("9900219", lambda data: list(members_of(data)) == ["HW4.zip"]),
    ("9900204", is_in_big5),
    ("9900203", lambda data: members_of(data)["hw4/final/predictions.csv"][:2] == b"\xff\xfe"),
    ("9900113", has_raw_names),
    ("9900232", has_strange_names),
    ("9900233", is_one_line),
    ("9900234", header_is_deep),
    ("9900212", lambda data: b"cposix\nsystem\n" in members_of(data)["pruned_model/extra.pth"]),
    ("9900117", lambda data: len(members_of(data)) > SMALL_FILES),
    ("999000111", lambda data: not [n for n in members_of(data) if n.endswith(".csv")]),
    ("9900106", lambda data: "__MACOSX/._main.py" in members_of(data)),
    ("9900107", lambda data: "Thumbs.db" in members_of(data)),
    ("999000120", lambda data: {n.partition("/")[0] for n in members_of(data)} == {"hw4"}),
    ("9900108", lambda data: members_of(data)["README.docx"].startswith(b"PK")),
    ("9900110", lambda data: members_of(data)["README.pdf"].startswith(b"%PDF")),
    ("9900112", lambda data: "cells" in json.loads(members_of(data)["hw4.ipynb"])),
)  # fmt: skip


@pytest.mark.parametrize(("student", "holds"), BYTES)
def test_the_bytes_are_what_the_table_says(
    course: Course, student: str, holds: Callable[[bytes], bool]
) -> None:
    assert holds(data_of(course, student))


def test_the_tutorials_two_files_hold_masks(course: Course) -> None:
    files = members_of(data_of(course, "9900114"))
    both = [files[WEIGHTS], files["pruned_model/pruned_model_state_dict.pth"]]
    for data in both:
        assert b"weight_mask" in data
        assert b"weight_orig" in data


def test_names_outside_the_zips(course: Course) -> None:
    source = package(course, "9900103").source
    assert not unicodedata.is_normalized("NFC", source)
    assert package(course, "9900110").source.startswith("Participant_41010_")
    assert package(course, "9900101").source.partition("/")[0].endswith("_file_")
    teams = {team.student: team.name for team in course.teams}
    assert "\x1b[31m" in teams["9900108"]
    assert "🦊" in teams["999000109"]
    assert not teams["999000120"].isascii()
    assert list(package(course, "9900113").beside) == []
    assert own_name(next(iter(package(course, "9900115").beside))) == "report.pdf"


@pytest.mark.parametrize(
    ("student", "nonzero"), [("9900105", MOST_NONZERO), ("9900201", MOST_NONZERO + 1)]
)
def test_ratios_at_the_limit_are_exact(
    course: Course, student: str, nonzero: int, tmp_path: Path
) -> None:
    assert course.rules.model is not None
    assert PARAMETERS * course.rules.model.max_ratio == MOST_NONZERO
    found = report(course, student, tmp_path)
    totals = [each.model.total for each in found.sections if each.model is not None]
    assert [(each.handout, each.strict, each.parameters) for each in totals if each] == [
        (nonzero, nonzero, PARAMETERS)
    ]


def test_ratios_of_the_others_differ(course: Course, tmp_path: Path) -> None:
    ratios = set()
    for member in MEMBERS[:8]:
        found = report(course, member.id, tmp_path / member.id)
        ratios |= {each.model.total for each in found.sections if each.model is not None}
    assert len(ratios) > 5


def readable_csv(course: Course, member: Member) -> Optional[bytes]:
    """The zipped predictions of who has a team, and a zip and a CSV that can be read."""
    packages = course.packages_of(member)
    counting = [n for n, each in enumerate(packages) if each.handed.counts]
    parts = {code.partition(".")[0] for code in member.codes - {"csv.whitespace-prediction"}}
    if not member.teams or not counting or parts & {"archive", "csv"}:
        return None
    if packages[counting[0]].handed.form != "zip":
        return None
    files = members_of(data_of(course, member.id, counting[0]))
    found = [data for name, data in files.items() if name.endswith("predictions.csv")]
    return found[0] if found else None


def own_scores(course: Course, data: bytes) -> tuple[float, float]:
    """The score of the zipped CSV by the key, row by row, in nothing but plain Python."""
    import csv

    def rows(text: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(text, newline="")))

    key = rows((course.home / "key.csv").read_text("utf-8"))
    texts = {row["ID"]: row["Predict"] for row in rows(data.decode("utf-8-sig"))}
    values: dict[str, list[float]] = {"Public": [], "Private": []}
    for row in key:
        values[row["Usage"]].append(handout_row(row["Label"], texts[row["ID"]]))
    return tuple(sum(part) / len(part) for part in values.values())  # type: ignore[return-value]


def test_zipped_predictions_score_what_kaggle_shows_but_for_the_wrong_csv(course: Course) -> None:
    agree: set[str] = set()
    differ: set[str] = set()
    for member in MEMBERS:
        data = readable_csv(course, member)
        if data is None:
            continue
        pairs = zip(own_scores(course, data), score_of(member))
        same = {abs(Decimal(value) - Decimal(shown)) <= STEP / 2 for value, shown in pairs}
        assert len(same) == 1, member.id
        (agree if same == {True} else differ).add(member.id)
    assert differ == {"9900231"}
    assert len(agree) > 25


def test_resent_packages(course: Course) -> None:
    assert data_of(course, "9900101", 0) == data_of(course, "9900101", 1)
    for student in ("999000109", "9900122", "9900123", "9900236"):
        assert data_of(course, student, 0) != data_of(course, student, 1)
