"""Every layout gives the same submissions."""

from __future__ import annotations

import random
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.collect import Collection, ExportError, collect, open_export
from grader.collect.layout import read_layout
from grader.collect.site_names import read_site_name
from grader.collect.submissions import zip_names
from tests.grader.exports import (
    CLASS,
    LAYOUTS,
    RULES,
    Handed,
    as_folder,
    as_zip,
    moodle_anonymous,
    moodle_folder,
    moodle_group,
    paths_of,
    zipped,
)
from validators.package.troubles import UnreadableError

Layout = Callable[[Handed, str], str]


def collected(path: Path, work: Path) -> Collection:
    return collect(open_export(path, work, RULES), RULES)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("packed", [False, True])
def test_each_layout_gives_the_same_packages(tmp_path: Path, layout: Layout, packed: bool) -> None:
    files = paths_of(CLASS, layout)
    files += [("__MACOSX/._x", b"junk"), (".DS_Store", b"junk")]
    path = as_zip(tmp_path / "x.zip", files) if packed else as_folder(tmp_path / "in", files)
    found = collected(path, tmp_path / "work")
    assert sorted(each.name.rpartition("assignsubmission_file_")[2] for each in found.submissions) \
        == sorted(handed.files[0][0] for handed in CLASS)  # fmt: skip
    assert {each.kind for each in found.submissions} == {"zip"}
    assert all(each.digest and not each.trouble for each in found.submissions)
    assert [each.beside for each in found.submissions if each.beside] != []
    assert found.left_out == ()


def test_participant_and_name_are_read(tmp_path: Path) -> None:
    found = collected(as_folder(tmp_path / "in", paths_of(CLASS, moodle_folder)), tmp_path / "w")
    owners = {each.owner.participant: each.owner.name for each in found.submissions}
    assert owners == {"101": "王小明", "102": "佐藤和真", "103": "José García",
                      "104": "Anna van Dyke"}  # fmt: skip


@pytest.mark.parametrize(("layout", "group"), [(moodle_anonymous, False), (moodle_group, True)])
def test_modes_without_names(tmp_path: Path, layout: Layout, group: bool) -> None:
    found = collected(as_folder(tmp_path / "in", paths_of(CLASS, layout)), tmp_path / "work")
    assert {each.owner.group for each in found.submissions} == {group}
    assert {each.owner.name for each in found.submissions} == {"Group" if group else ""}


def test_the_order_of_a_zips_entries_makes_no_difference(tmp_path: Path) -> None:
    files = paths_of(CLASS, moodle_folder)
    first = collected(as_zip(tmp_path / "x.zip", files), tmp_path / "one")
    assert collected(as_zip(tmp_path / "x.zip", files[::-1]), tmp_path / "two") == first
    assert collected(as_folder(tmp_path / "in", files), tmp_path / "three") == first


def test_a_single_students_export_keeps_its_owner(tmp_path: Path) -> None:
    found = collected(
        as_zip(tmp_path / "x.zip", paths_of(CLASS[:1], moodle_folder)), tmp_path / "w"
    )
    assert [each.owner.participant for each in found.submissions] == ["101"]


@pytest.mark.parametrize(
    ("files", "kind", "source"),
    [
        (("Ann_7_assignsubmission_file/main.py", "Ann_7_assignsubmission_file/data.zip"),
         "folder", "Ann_7_assignsubmission_file"),
        (("Ann_7_assignsubmission_file_main.py", "Ann_7_assignsubmission_file_README.md"),
         "loose files", "Ann_7_assignsubmission_file_*"),
        (("9900940_main.py", "9900940_README.md"), "loose files", "9900940*"),
        (("Ann/code/main.py", "Ann/pruned_model/config.json"), "folder", "Ann"),
        (("Ann/HW4/main.py",), "folder", "Ann"),
    ],
)  # fmt: skip
def test_what_is_not_a_zip(tmp_path: Path, files: tuple[str, ...], kind: str, source: str) -> None:
    other = moodle_folder(CLASS[1], CLASS[1].files[0][0])
    everything = [*((path, b"x") for path in files), (other, b"x")]
    found = collected(as_folder(tmp_path / "in", everything), tmp_path / "work")
    assert [(each.kind, each.source) for each in found.submissions if each.source != other] == [
        (kind, source)
    ]


@pytest.mark.parametrize(
    ("who", "group"),
    [("Group", True), ("Group 7", True), ("小組A", True), ("Default group", True),
     ("Grouper Anna", False), ("組田花子", False)],
)  # fmt: skip
def test_groups_are_told_from_people(who: str, group: bool) -> None:
    site = read_site_name(f"{who}_12_assignsubmission_file_")
    assert site is not None
    assert site.owner.group is group


def test_blackboards_time_is_read() -> None:
    site = read_site_name("HW4_s9900940_attempt_2024-05-14-23-59-58_HW4_9900940_a.zip")
    assert site is not None
    assert str(site.owner.received) == "2024-05-14 23:59:58"
    assert site.file == "HW4_9900940_a.zip"
    assert read_site_name("HW4_x_attempt_2024-13-14-23-59-58") is None


def test_one_broken_zip_is_listed_and_the_others_are_read(tmp_path: Path) -> None:
    files = [*paths_of(CLASS, moodle_folder), ("Bob_9_assignsubmission_file/x.zip", b"no zip")]
    found = collected(as_folder(tmp_path / "in", files), tmp_path / "work")
    broken = [each for each in found.submissions if each.trouble]
    assert [each.source for each in broken] == ["Bob_9_assignsubmission_file/x.zip"]
    assert "expected a zip" in broken[0].trouble
    assert broken[0].digest
    assert len(found.submissions) == len(CLASS) + 1


def test_a_file_that_vanishes_meanwhile_is_listed(tmp_path: Path) -> None:
    export = open_export(
        as_folder(tmp_path / "in", paths_of(CLASS, moodle_folder)), tmp_path / "work", RULES
    )
    (export.root / export.files[0]).unlink()
    found = collect(export, RULES)
    assert [bool(each.trouble) for each in found.submissions].count(True) == 1


def test_what_is_nobodys_is_left_out_with_a_reason(tmp_path: Path) -> None:
    files = [*paths_of(CLASS, moodle_folder), ("notes.txt", b"x"),
             ("Bob_9_assignsubmission_onlinetext/onlinetext.html", b"x")]  # fmt: skip
    root = as_folder(tmp_path / "in", files)
    (root / "Eve_8_assignsubmission_file").mkdir()
    found = collected(root, tmp_path / "work")
    assert [item.path for item in found.left_out] == [
        "Bob_9_assignsubmission_onlinetext", "Eve_8_assignsubmission_file", "notes.txt",
    ]  # fmt: skip


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = as_folder(tmp_path / "in", paths_of(CLASS, moodle_folder))
    secret = as_folder(tmp_path / "secret", [("HW4_9900999_x.zip", zipped())])
    (root / "Bob_9_assignsubmission_file").symlink_to(secret, target_is_directory=True)
    found = collected(root, tmp_path / "work")
    assert len(found.submissions) == len(CLASS)
    assert [each.code for each in found.findings] == ["package.link"]


def test_a_hostile_bulk_zip_writes_nothing_outside(tmp_path: Path) -> None:
    files = [("../../evil.zip", b"x"), *paths_of(CLASS, moodle_folder)]
    path = as_zip(tmp_path / "x.zip", files)
    for _ in range(2):  # the second time from what was unpacked
        found = collected(path, tmp_path / "a" / "work")
        assert [each.code for each in found.findings] == ["archive.unsafe-path"]
        assert len(found.submissions) == len(CLASS)
    assert not list(tmp_path.rglob("evil.zip"))


def test_what_is_no_export_is_refused(tmp_path: Path) -> None:
    one = as_folder(tmp_path / "one", [("main.py", b"x"), ("pruned_model/config.json", b"{}")])
    with pytest.raises(ExportError, match="use check-submission"):
        collected(one, tmp_path / "work")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ExportError, match="there is no file in it"):
        collected(tmp_path / "empty", tmp_path / "work")
    (tmp_path / "no.zip").write_bytes(b"hello")
    with pytest.raises(ExportError, match="expected a zip"):
        collected(tmp_path / "no.zip", tmp_path / "work")


_PARTS = st.sampled_from(
    ["HW4_9900940_王.zip", "x.zip", "main.py", "README", "王_1_assignsubmission_file", "Ann",
     "Group_3_assignsubmission_file_", "_2_assignsubmission_file_a.zip", "pruned_model", "*",
     "__MACOSX", "a_assignsubmission_", "9900940", "t_u_attempt_2024-05-14-23-59-58_f.zip"]
) | st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=8)  # fmt: skip
_PATHS = st.lists(st.lists(_PARTS, min_size=1, max_size=4).map("/".join), max_size=12, unique=True)


@given(_PATHS, st.randoms(use_true_random=False))
@settings(max_examples=150, deadline=None)
def test_no_listing_breaks_the_layout_and_order_does_not_matter(
    paths: list[str], rng: random.Random
) -> None:
    folders = {path.rpartition("/")[0] for path in paths} - {""}
    files = [path for path in paths if not any(other.startswith(path + "/") for other in paths)]
    first = read_layout(files, sorted(folders), RULES)
    rng.shuffle(files)
    assert read_layout(files, folders, RULES) == first
    taken = [path for slot in first.slots for path in slot.paths]
    assert len(taken) == len(set(taken))
    assert len({slot.path for slot in first.slots}) == len(first.slots)


@given(st.binary(max_size=200), st.integers(0, 400), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_reading_of_a_zips_names(data: bytes, at: int, whole: bool) -> None:
    good = zipped("HW4_9900940_王.pdf", "main.py")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "x.zip"
        path.write_bytes(data if whole else good[:at] + data + good[at + len(data) :])
        with suppress(UnreadableError):
            zip_names(path, RULES)


@given(st.text(max_size=60))
def test_no_name_breaks_the_site_names(text: str) -> None:
    read_site_name(text)
    read_site_name(f"{text}_12_assignsubmission_file_{text}")
