"""What the package's checks say of names, READMEs, code and leftovers beyond the case table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Optional

import pytest

from grader.demo.sample import Sample, make_sample
from tests.rawzip import Raw, zip_bytes
from validators.package import Limits, read_folder, report_section, section, unpack
from validators.package.readme import decoded
from validators.report import Section
from validators.rules import Rules, load_rules
from validators.rules.records import PackageRules


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    return make_sample(tmp_path / "sample")


def look(sample: Sample, names: tuple[str, ...] = ()) -> Section:
    limits = Limits.of(sample.rules.package)
    return section(read_folder(sample.folder, "given", limits), sample.rules, names)


def codes_of(found: Section) -> list[str]:
    return sorted(finding.code for finding in found.findings)


def test_names_that_are_not_ours_to_judge(sample: Sample) -> None:
    found = look(sample, ("predictions.csv",))
    assert codes_of(found) == []
    assert not any("named" in result.promise for result in found.results)


def test_the_report_beside_has_a_section_of_its_own(sample: Sample) -> None:
    found = look(sample, ("HW4_9900940_王小明.zip", "report.pdf"))
    assert codes_of(found) == []
    assert not any("beside it" in fact for fact in found.facts)
    assert any("beside it" in fact for fact in look(sample).facts)


def test_the_report_is_called_after_the_zip_where_that_says_whose_it_is(sample: Sample) -> None:
    for name, wanted in (
        ("HW4_9900940_王小明.zip", "hand in HW4_9900940_王小明.pdf beside it"),
        ("HW4_9900940.zip", "hand in HW4_<student id>_<name>.pdf beside it"),
        ("homework.zip", "hand in HW4_<student id>_<name>.pdf beside it"),
    ):
        assert any(wanted in fact for fact in look(sample, (name,)).facts), name


@pytest.mark.parametrize(
    ("moved", "codes"),
    [
        ({"": "final/"}, ["package.layout"]),
        ({"": "final/", "config.json": "config.json"}, []),
        ({"model.safetensors": "final/model.safetensors"}, []),
        ({"": "final/", "model.safetensors": "model.safetensors"}, []),
        ({"": "final/", "README.md": "README.md"}, ["package.layout"]),
        ({"": "final/", "README.md": "weights"}, []),
    ],
)
def test_a_model_is_too_deep_only_where_its_folder_holds_nothing_to_load(
    sample: Sample, moved: dict[str, str], codes: list[str]
) -> None:
    (sample.model / "README.md").write_text("A model card.", encoding="utf-8")
    for path in sorted(sample.model.iterdir()):
        target = sample.model / moved.get(path.name, moved.get("", "") + path.name)
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
    assert codes_of(look(sample)) == codes


def test_a_report_in_another_form(tmp_path: Path) -> None:
    path = tmp_path / "HW4_9900940_name.docx"
    path.write_bytes(b"x")
    found = report_section(path, path.name, load_rules())
    assert codes_of(found) == ["package.report-name"]
    assert '".docx"' in found.findings[0].message


def test_a_course_may_ask_for_no_report(sample: Sample, tmp_path: Path) -> None:
    asked = PackageRules(**{**sample.rules.package.model_dump(), "report": ()})
    rules = sample.rules.model_copy(update={"package": asked})
    (sample.folder / "HW4_112345678_other.pdf").write_bytes(b"%PDF-1.4\n%%EOF")
    workspace = read_folder(sample.folder, "given", Limits.of(rules.package))
    names = ("HW4_9900940_name.zip", "HW4_112345678_x.pdf")
    assert codes_of(section(workspace, sample.rules, names)) == ["package.other-id"] * 2
    # One that lies there all the same is a file like any other, whatever its name says.
    found = section(workspace, rules, names)
    assert codes_of(found) == []
    told = (*found.facts, *(each.promise for each in found.results))
    assert not any("report" in each for each in told)
    beside = tmp_path / "essay.pdf"
    beside.write_bytes(b"x")
    alone = report_section(beside, beside.name, rules)
    assert codes_of(alone) == ["package.broken-pdf"]
    assert alone.facts[1:] == ("this course asks for no report",)


def test_a_real_zip_under_another_suffix_and_a_rar_under_its_own(
    sample: Sample, tmp_path: Path
) -> None:
    limits = Limits.of(sample.rules.package)
    rar = tmp_path / "HW4_9900940_name.rar"
    rar.write_bytes(b"Rar!\x1a\x07\x01\x00")
    found = section(unpack(rar, tmp_path / "out", limits), sample.rules, (rar.name,))
    assert codes_of(found) == ["archive.not-a-zip"]
    assert found.unchecked


def test_what_comes_after_a_broken_archive_is_not_claimed(sample: Sample, tmp_path: Path) -> None:
    archive = tmp_path / "HW4_9900940_name.zip"
    archive.write_bytes(zip_bytes([Raw(b"../x")]))
    workspace = unpack(archive, tmp_path / "out", Limits.of(sample.rules.package))
    found = section(workspace, sample.rules, (archive.name,))
    assert codes_of(found) == ["archive.unsafe-path"]
    assert "A README is at the top, can be read and says something." in found.unchecked


def test_every_candidate_for_the_model_is_named(sample: Sample) -> None:
    for name in ("final/pruned_model", "Pruned Model"):
        (sample.folder / name).mkdir(parents=True)
        (sample.folder / name / "config.json").write_text("{}")
    sample.model.rename(sample.folder / "pruned-model-2")
    (finding,) = look(sample).findings
    assert finding.code == "package.layout"
    for name in ('"final/"', '"Pruned Model/"', '"pruned-model-2/"'):
        assert name in finding.message


def test_a_course_without_a_model_asks_for_none(sample: Sample) -> None:
    parts = sample.rules.competition.model_copy(update={"parts": ("package", "csv")})
    rules = sample.rules.model_copy(update={"competition": parts})
    for path in sorted(sample.model.iterdir()):
        path.unlink()
    sample.model.rmdir()
    workspace = read_folder(sample.folder, "given", Limits.of(rules.package))
    assert codes_of(section(workspace, rules)) == []


def test_one_good_readme_is_enough(sample: Sample) -> None:
    (sample.folder / "README.pdf").write_bytes(b"no pdf")
    assert codes_of(look(sample)) == []
    (sample.folder / "README.md").write_bytes(b"")
    assert codes_of(look(sample)) == ["package.readme-empty", "package.readme-unreadable"]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"plain", "utf-8"),
        ("報告".encode(), "utf-8"),
        (b"\xef\xbb\xbf" + "報告".encode(), "utf-8"),
        ("報告".encode("cp950"), "cp950"),
        ("報告".encode("utf-16"), "utf-16"),
        ("報告".encode("utf-32"), "utf-32"),
        ("報".encode() * 400_000, "utf-8"),
        (b"\x89PNG\r\n\x1a\n\0\0", ""),
        (b"\xff\xfe\x00", ""),
    ],
)
def test_text_in_any_encoding(data: bytes, encoding: str) -> None:
    assert decoded(data[: 1 << 20], "cp950")[1] == encoding


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<w:t>run <w:b/></w:t>", None),
        (b'<w:t xml:space="preserve">run</w:t>', None),
        (b"<w:tbl><w:tab/></w:tbl>", "package.readme-empty"),
        (b"<!DOCTYPE x [<!ENTITY a 'aaaa'>]><w:t>&a;</w:t>", None),
        (b"<w:t>" + b"x" * 5_000_000, None),
        (b"<w:t " * 400_000, "package.readme-empty"),
    ],
)
def test_word_documents(sample: Sample, body: bytes, code: Optional[str]) -> None:
    (sample.folder / "README.md").unlink()
    document = zip_bytes([Raw(b"word/document.xml", body)])
    (sample.folder / "README.docx").write_bytes(document)
    assert codes_of(look(sample)) == ([code] if code else [])


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [Raw(b"word/other.xml")],
        [Raw(b"word/document.xml", crc=1)],
        [Raw(b"word/document.xml", flags=1)],
        [Raw(b"word/document.xml", method=12)],
    ],
)
def test_documents_that_are_none(sample: Sample, entries: list[Raw]) -> None:
    (sample.folder / "README.md").unlink()
    (sample.folder / "README.docx").write_bytes(zip_bytes(entries))
    assert codes_of(look(sample)) == ["package.readme-unreadable"]


CODE_CELL = {"cell_type": "code", "source": "print(1)"}


@pytest.mark.parametrize(
    ("notebook", "code"),
    [
        ({"cells": [CODE_CELL]}, None),
        ({"cells": [{"cell_type": "code", "source": ["# no\n", "print(1)"]}]}, None),
        ({"worksheets": [{"cells": [{"cell_type": "code", "input": "x"}]}]}, None),
        ({"cells": []}, "package.empty-code"),
        ({"cells": [{"cell_type": "code", "source": ["\n", "# no"]}]}, "package.empty-code"),
        ({"cells": [{"cell_type": "code", "source": [1, None]}]}, "package.empty-code"),
        ({"cells": [None, 3, [], "x"]}, "package.empty-code"),
        ({"worksheets": [None, {"cells": 3}]}, "package.empty-code"),
        ({"cells": {"cell_type": "code"}}, "package.broken-notebook"),
        ({}, "package.broken-notebook"),
        ("text", "package.broken-notebook"),
    ],
)
def test_notebooks(sample: Sample, notebook: object, code: Optional[str]) -> None:
    (sample.folder / "train.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert codes_of(look(sample)) == ([code] if code else [])


@pytest.mark.parametrize(
    "data", [b"[" * 900_000, b"\xff\xfe", b"{" * 10_000, b'{"cells": [' + b"9" * 9_000]
)
def test_hostile_notebooks(sample: Sample, data: bytes) -> None:
    (sample.folder / "train.ipynb").write_bytes(data)
    assert codes_of(look(sample)) == ["package.broken-notebook"]


def test_a_notebook_of_too_many_values_is_not_parsed(sample: Sample) -> None:
    (sample.folder / "train.ipynb").write_bytes(b'{"cells": [' + b"[]," * 1_100_000)
    assert codes_of(look(sample)) == ["package.large-text"]


def test_leftovers_are_told_once_for_each_kind(sample: Sample) -> None:
    for number in range(12):
        path = sample.folder / ".git" / "objects" / str(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 100)
    (sample.folder / ".DS_Store").write_bytes(b"x")
    found = look(sample).findings
    assert [finding.code for finding in found] == ["package.leftovers"] * 2
    assert any('version history (".git/"): 12 files, 1.2 kB' in f.message for f in found)


def test_what_the_trainer_leaves_in_the_model_folder_is_told_elsewhere(sample: Sample) -> None:
    (sample.model / "training_args.bin").write_bytes(b"x")
    assert codes_of(look(sample)) == []
    (sample.folder / "training_args.bin").write_bytes(b"x")
    assert codes_of(look(sample)) == ["package.leftovers"]


def test_rules_can_weigh_a_finding_otherwise(sample: Sample) -> None:
    (sample.folder / "main.pyc").write_bytes(b"x")
    rules: Rules = sample.rules.model_copy(update={"severities": {"package.leftovers": "blocks"}})
    workspace = read_folder(sample.folder, "given", Limits.of(rules.package))
    (finding,) = section(workspace, rules).findings
    assert finding.blocks
