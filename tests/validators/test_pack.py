"""`check-submission pack`: the zip it writes, how it is called, and what it never replaces."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from grader.demo.sample import Sample
from tests.validators.packing_folder import NAME, call, inside, make_folder, pack, packed, put
from validators.packing.writing import made_by_pack

posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX")


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_folder(tmp_path / "given")


def test_a_whole_folder_becomes_a_safe_zip_with_its_receipt(sample: Sample) -> None:
    result = pack(sample)
    assert result.exit_code == 0
    assert result.last == "safe to submit"
    assert inside(sample.folder / NAME) == [
        "README.md", "main.py", "predictions.csv", "pruned_model/config.json",
        "pruned_model/model.safetensors", "settings.toml",
    ]  # fmt: skip
    with zipfile.ZipFile(sample.folder / NAME) as opened:
        for name in opened.namelist():
            assert opened.read(name) == (sample.folder / name).read_bytes()
    assert not [path for path in sample.folder.iterdir() if path.name.startswith(".")]


def test_the_receipt_is_that_of_check_submission(sample: Sample, tmp_path: Path) -> None:
    pack(sample)
    words = (sample.folder / NAME, "--competition", sample.competition, "--receipt")
    assert call(*words, tmp_path / "r.json").exit_code == 0
    own = sample.folder / NAME.replace(".zip", ".receipt.json")
    assert own.read_bytes() == (tmp_path / "r.json").read_bytes()


def test_the_same_files_give_the_same_bytes(sample: Sample, tmp_path: Path) -> None:
    again = make_folder(tmp_path / "again")
    for number, path in enumerate(sorted(again.folder.rglob("*"), reverse=True)):
        if path.is_file():
            path.write_bytes(path.read_bytes())
            path.chmod(0o755)
            os.utime(path, (number, number))
    pack(sample)
    pack(again)
    assert (sample.folder / NAME).read_bytes() == (again.folder / NAME).read_bytes()


def test_packing_again_replaces_its_own_zip_and_packs_neither_that_nor_the_receipt(
    sample: Sample,
) -> None:
    pack(sample)
    before = (sample.folder / NAME).read_bytes()
    assert pack(sample).exit_code == 0
    assert (sample.folder / NAME).read_bytes() == before
    put(sample.folder, "more.py", "print(1)")
    assert pack(sample).exit_code == 0
    assert "more.py" in inside(sample.folder / NAME)


def by_hand(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("mine.py", "print(1)")


def changed(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("mine.py", "print(1)")


def forged(path: Path) -> None:
    by_hand(path)
    with zipfile.ZipFile(path, "a") as out:
        out.comment = b"check-submission pack 1 " + b"0" * 64


def no_zip(path: Path) -> None:
    path.write_bytes(b"check-submission pack 1 " + b"0" * 64)


@pytest.mark.parametrize("make", [by_hand, changed, forged, no_zip])
def test_a_zip_that_pack_did_not_make_is_replaced_only_when_told_so(
    sample: Sample, make: object
) -> None:
    assert callable(make)
    pack(sample)
    target = sample.folder / NAME
    make(target)
    before = target.read_bytes()
    result = pack(sample)
    assert result.exit_code == 2
    assert "it would be lost" in result.said
    assert target.read_bytes() == before
    assert pack(sample, "--replace").exit_code == 0
    assert made_by_pack(target)


@posix
@pytest.mark.parametrize("kind", ["folder", "link", "receipt"])
def test_what_is_no_zip_is_never_replaced(sample: Sample, kind: str, tmp_path: Path) -> None:
    other = put(tmp_path, "other", b"mine")
    if kind == "folder":
        (sample.folder / NAME).mkdir()
    elif kind == "link":
        (sample.folder / NAME).symlink_to(other)
    else:
        other = put(sample.folder, NAME.replace(".zip", ".receipt.json"), b"mine")
    assert pack(sample, "--replace").exit_code == 2
    assert other.read_bytes() == b"mine"


@pytest.mark.parametrize(
    ("trouble", "code"), [(OSError(28, "No space left on device"), 1), (KeyboardInterrupt(), 130)]
)
def test_a_zip_is_whole_or_not_there(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, trouble: BaseException, code: int
) -> None:
    pack(sample)
    before = {path.name: path.read_bytes() for path in sample.folder.iterdir() if path.is_file()}

    def fails(*_: object) -> None:
        raise trouble

    monkeypatch.setattr("validators.packing.writing._flush", fails)
    assert pack(sample).exit_code == code
    after = {path.name: path.read_bytes() for path in sample.folder.iterdir() if path.is_file()}
    assert after == before


def test_a_blocked_zip_is_kept_and_told(sample: Sample) -> None:
    (sample.folder / "README.md").unlink()
    result = pack(sample)
    assert result.exit_code == 3
    assert result.last == ("not safe to submit: 1 finding blocks (package.no-readme)")
    assert made_by_pack(sample.folder / NAME)


def test_it_goes_elsewhere_when_told_so(sample: Sample, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert pack(sample, "--into", tmp_path / "out").exit_code == 0
    assert (tmp_path / "out" / NAME).is_file()
    assert not (sample.folder / NAME).exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--id", "12"], "package.zip-name", '("12" has 2 digits)'),
        (["--id", "9900940_x"], "package.zip-name", 'expected the id "9900940_x"'),
        (["--name", "a/../../b"], "package.bad-name", "holds a slash"),
        (["--name", "a\x1b[2Jb"], "package.bad-name", "control characters"),
        (["--name", "王" * 100], "package.long-name", "too long"),
    ],
)
def test_a_wrong_name_is_told_by_the_rules_of_the_check(
    sample: Sample, words: list[str], code: str, told: str
) -> None:
    result = pack(sample, *words)
    assert result.exit_code == 3
    assert result.last.endswith(f"({code})")
    assert told in result.said
    assert "\x1b" not in result.output
    assert not list(sample.folder.parent.rglob("*.zip"))
    answer = packed(sample, *words)
    assert (answer["outcome"], answer["zip"]) == ("blocked", None)


@pytest.mark.parametrize("words", [["--name", "a/b"], ["--name", "../b"], ["--name", "a\0b"]])
def test_no_rules_make_a_name_that_leaves_the_folder(sample: Sample, words: list[str]) -> None:
    with sample.competition.open("a", encoding="utf-8") as rules:
        rules.write('[severities]\n"package.bad-name" = "notes"\n"package.zip-name" = "notes"\n')
    assert "no zip was written" in pack(sample, *words).output
    assert not list(sample.folder.parent.rglob("*.zip"))


def test_digits_and_forms_of_letters_are_made_plain(sample: Sample) -> None:
    answer = packed(sample, "--id", "９９００９４０", "--name", " Rene\u0301 ")
    assert Path(answer["zip"]).name == "HW4_9900940_Ren\u00e9.zip"
    assert answer["outcome"] == "safe"


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (None, "needs your id and your name"),
        ("[student]\nid = '9900940'\n", "needs your name: write it into settings.toml"),
        ("[student]\nid = 9900940\n", 'student.id is "9900940"; expected a text in quotes'),
        ("student = 1\n", "expected a table"),
        ("[student\n", "can't be read as TOML"),
        (b"\xff\xfe\x00", "can't be read as TOML"),
        (b"x = " + b"[" * 100_000, "can't be read as TOML"),
    ],
)
def test_without_an_id_and_a_name_it_says_where_to_write_them(
    sample: Sample, settings: object, told: str
) -> None:
    (sample.folder / "settings.toml").unlink()
    if settings is not None:
        put(sample.folder, "settings.toml", settings)
    result = pack(sample)
    assert result.exit_code == 2
    assert told in result.said
    assert pack(sample, "--id", "9900940", "--name", "王小明").exit_code == 0


def test_the_answer_as_json_is_all_that_is_printed(sample: Sample) -> None:
    put(sample.folder, "data/train.csv", b"a,b\n" * 500)
    result = pack(sample, "--json")
    answer = json.loads(result.output)
    assert answer["tool"] == "check-submission pack"
    assert answer["outcome"] == answer["check"]["outcome"] == "safe"
    assert Path(answer["zip"]).is_file()
    assert Path(answer["receipt"]).is_file()
    assert [each["file"] for each in answer["packed"]] == inside(sample.folder / NAME)
    assert answer["left_out"] == [
        {"path": "data/train.csv", "bytes": 2000, "files": 1, "whole": True, "why": "a data set"}
    ]


def test_another_course_has_its_own_name_code_and_no_model(sample: Sample) -> None:
    sample.competition.write_text(
        'extends = "hw4"\n[competition]\nparts = ["package"]\n[team]\nid = "[a-z]{3}"\n'
        '[package]\nzip = ["{id}-lab2"]\ncode_suffixes = [".r"]\n',
        encoding="utf-8",
    )
    put(sample.folder, "lab.R", "x <- 1")
    answer = packed(sample, "--id", "abc")
    assert Path(answer["zip"]).name == "abc-lab2.zip"
    assert answer["outcome"] == "safe"
    assert inside(Path(answer["zip"])) == ["README.md", "lab.R", "predictions.csv", "settings.toml"]


def test_the_models_own_folder_is_sent_back(sample: Sample) -> None:
    result = call("pack", sample.model)
    assert result.exit_code == 2
    assert "give the folder that it lies in" in result.said


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        ("[package]\nmax_zip_bytes = 1000\n", "blocks archive.too-large"),
        ("[package]\nmax_entries = 3\n", "blocks package.too-many"),
        ("[predictions]\nmax_bytes = 10\n", "warns csv.too-large"),
    ],
)
def test_nothing_over_a_limit_is_packed_without_a_word(
    sample: Sample, limit: str, told: str
) -> None:
    text = sample.competition.read_text(encoding="utf-8")
    table, line = limit.split("\n")[:2]
    whole = text.replace(table, f"{table}\n{line}") if table in text else text + limit
    sample.competition.write_text(whole, encoding="utf-8")
    assert told in pack(sample).said
    assert made_by_pack(sample.folder / NAME)
