"""Packages that lack something, hold it in the wrong place, or hold too much."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Optional

from grader.demo.sample import Sample
from tests.cases.archive import package_rules, with_entry
from tests.cases.case import Breakage, Case
from tests.rawzip import Raw, zip_bytes
from validators.starting import template_folder

NOTEBOOK = {"cells": [{"cell_type": "code", "source": ["1 + 1"]}], "nbformat": 4}
NO_CELLS = {"cells": [{"cell_type": "markdown", "source": ["# Title"]}], "nbformat": 4}
DOCX_BODY = b"<w:document><w:body><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:body></w:document>"


def add(name: str, data: bytes = b"x\n") -> Breakage:
    """One more file, or another content of a file."""

    def change(sample: Sample) -> None:
        path = sample.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return change


def move(old: str, new: str) -> Breakage:
    """A file or folder elsewhere, or under another name."""

    def change(sample: Sample) -> None:
        target = sample.folder / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (sample.folder / old).rename(target)

    return change


def drop(name: str) -> Breakage:
    """A file or folder less."""

    def change(sample: Sample) -> None:
        path = sample.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    return change


def both(*changes: Breakage) -> Breakage:
    """One change after the other."""

    def change(sample: Sample) -> None:
        for one in changes:
            one(sample)

    return change


def readme(name: str, data: bytes) -> Breakage:
    """Another README in place of the sample's."""
    return both(drop("README.md"), add(name, data))


def called(name: str) -> Breakage:
    """The zip under another name."""
    return lambda sample: sample.packed(name)


def report(name: str, data: Optional[bytes] = None) -> Breakage:
    """The report alone, under this name."""

    def change(sample: Sample) -> Path:
        path = sample.report.with_name(name)
        path.write_bytes(sample.report.read_bytes() if data is None else data)
        return path

    return change


def wrapped(sample: Sample) -> Path:
    """Zip the folder, not its files."""
    inner = sample.folder / "hw4"
    inner.mkdir()
    for path in sorted(sample.folder.iterdir()):
        if path != inner:
            path.rename(inner / path.name)
    return sample.packed()


def others_report(sample: Sample) -> Path:
    shutil.copy(sample.report, sample.folder / "HW4_0240309_佐藤和真.pdf")
    return sample.packed()


def docx(words: bytes) -> bytes:
    return zip_bytes([Raw(b"[Content_Types].xml"), Raw(b"word/document.xml", DOCX_BODY % words)])


def emptied(sample: Sample) -> None:
    shutil.rmtree(sample.folder)
    sample.folder.mkdir()


CASES = (
    Case("too many files", add("a.py"), ("package.too-many",), rules=package_rules(max_entries=6)),
    Case(
        "too many bytes",
        add("a.bin"),
        ("package.too-large",),
        rules=package_rules(max_unpacked_bytes=40_000),
    ),
    Case(
        "folders too deep",
        add("a/b/c/d/e.py"),
        ("package.too-deep",),
        rules=package_rules(max_depth=3),
    ),
    Case("a long name", with_entry(name="報告".encode() * 50), ("package.long-name",)),
    Case("a control character", with_entry(name=b"a\nb.py"), ("package.bad-name",)),
    Case("a NUL in a name", with_entry(name=b"a.py\0.txt"), ("package.bad-name",)),
    Case("a name that Windows reserves", with_entry(name=b"aux.py"), ("package.windows-name",)),
    Case("a name that ends with a dot", with_entry(name=b"notes."), ("package.windows-name",)),
    Case("names that differ by case", with_entry(name=b"MAIN.py"), ("package.colliding-names",)),
    Case("a file and a folder", with_entry(name=b"main.py/a"), ("package.colliding-names",)),
    Case(
        "a symbolic link",
        with_entry(name=b"data", data=b"/etc", mode=0o120777),
        ("package.link",),
    ),
    Case(
        "a hard link",
        with_entry(name=b"data", extra=b"\x0d\0\x10\0" + bytes(12) + b"/etc"),
        ("package.link",),
    ),
    Case("a pipe", with_entry(name=b"pipe", mode=0o010644), ("package.not-a-file",)),
    Case("a device", with_entry(name=b"disk", mode=0o060644), ("package.not-a-file",)),
    Case("nothing at all", emptied, ("package.empty",)),
    Case("a zip called homework", called("homework"), ("package.zip-name",)),
    Case("a second download without a name", called("HW4_9900940 (1)"), ("package.zip-name",)),
    Case("an id that is too short", called("HW4_99009_王小明"), ("package.zip-name",)),
    Case("dashes in the name", called("HW4-9900940-王小明"), ("package.zip-name",)),
    Case("no prefix", called("9900940_王小明"), ("package.zip-name",)),
    Case("a zip without a student's name", called("HW4_9900940"), ("package.zip-spelling",)),
    Case("full-width digits", called("HW4_９９００９４０_王小明"), ("package.zip-spelling",)),
    Case("lower case", called("hw4_9900940_王小明"), ("package.zip-spelling",)),
    Case("a second download", called("HW4_9900940_王小明 (1)"), ("package.zip-spelling",)),
    Case("a suffix twice", called("HW4_9900940_王小明.zip"), ("package.zip-spelling",)),
    Case("someone else's report", others_report, ("package.other-id",)),
    Case("a report called report", report("report.pdf"), ("package.report-name",)),
    Case("a report in Word", report("HW4_9900940_王.docx"), ("package.report-name",)),
    Case("a report without a name", report("HW4_9900940.pdf"), ("package.report-spelling",)),
    Case("a Word document called .pdf", add("report.pdf", docx(b"Hi")), ("package.broken-pdf",)),
    Case("half a PDF", add("report.pdf", b"%PDF-1.4\n1 0 obj"), ("package.broken-pdf",)),
    Case("an empty PDF", add("report.pdf", b""), ("package.broken-pdf",)),
    Case("a broken report beside", report("HW4_9900940_王.pdf", b"x"), ("package.broken-pdf",)),
    Case("everything in one folder", wrapped, ("package.wrapper",)),
    Case("the model below", move("pruned_model", "hw/src/pruned_model"), ("package.layout",)),
    Case(
        "the model in a folder of its own name",
        both(move("pruned_model", "up"), move("up", "pruned_model/pruned_model")),
        ("package.layout",),
    ),
    Case("the model misspelt", move("pruned_model", "Pruned-Model"), ("package.layout",)),
    Case("the model final", move("pruned_model", "pruned_model_final"), ("package.layout",)),
    Case("the model under another name", move("pruned_model", "t5"), ("package.layout",)),
    Case("no model", drop("pruned_model"), ("package.no-model",)),
    Case(
        "the model zipped again",
        both(drop("pruned_model"), add("pruned_model.zip", zip_bytes([]))),
        ("package.no-model", "package.nested-archive"),
    ),
    Case("weights elsewhere", add("released/model.bin"), ("package.other-weights",)),
    Case("no README", drop("README.md"), ("package.no-readme",)),
    Case(
        "a README of the model only",
        move("README.md", "pruned_model/README.md"),
        ("package.no-readme",),
    ),
    Case("a README without suffix", move("README.md", "readme"), ("package.readme-form",)),
    Case("a README below", move("README.md", "docs/README.md"), ("package.readme-place",)),
    Case(
        "a full-width README below",
        move("README.md", "docs/ＲＥＡＤＭＥ.md"),
        ("package.readme-place",),
    ),
    Case(
        "the template's README",
        add("README.md", (template_folder() / "README.md").read_bytes()),
        ("package.readme-template",),
    ),
    Case("an empty README", add("README.md", b""), ("package.readme-empty",)),
    Case("a README of blanks", add("README.md", b" \n\t\n"), ("package.readme-empty",)),
    Case(
        "a Word README without words", readme("README.docx", docx(b" ")), ("package.readme-empty",)
    ),
    Case("a README.pdf that is text", readme("README.pdf", b"hi"), ("package.readme-unreadable",)),
    Case(
        "a README.docx that is text", readme("README.docx", b"hi"), ("package.readme-unreadable",)
    ),
    Case(
        "a README of bytes", readme("README.txt", bytes(range(9))), ("package.readme-unreadable",)
    ),
    Case(
        "a README in Big5",
        add("README.md", "執行 main.py".encode("cp950")),
        ("package.readme-encoding",),
    ),
    Case(
        "a README in UTF-16",
        add("README.md", "run main.py".encode("utf-16")),
        ("package.readme-encoding",),
    ),
    Case("no code", drop("main.py"), ("package.no-code",)),
    Case("code that is empty", add("main.py", b"\n"), ("package.no-code",)),
    Case("one empty code file", add("train.py", b"# later\n"), ("package.empty-code",)),
    Case(
        "a notebook without code",
        add("train.ipynb", json.dumps(NO_CELLS).encode()),
        ("package.empty-code",),
    ),
    Case("half a notebook", add("a.ipynb", b'{"cells": ['), ("package.broken-notebook",)),
    Case("JSON that is no notebook", add("a.ipynb", b"[1]"), ("package.broken-notebook",)),
    Case("data in the code", add("data.py", b"x = 1\n" * 200_000), ("package.large-text",)),
    Case("an archive inside", add("data.zip", zip_bytes([])), ("package.nested-archive",)),
    Case("macOS's folder", add("__MACOSX/._main.py"), ("package.leftovers",)),
    Case("a checkpoint", add("checkpoint-500/optimizer.pt"), ("package.leftovers",)),
    Case("a Kaggle key", add("kaggle.json", b"{}"), ("package.secret",)),
    Case("a private key", add("id_rsa"), ("package.secret",)),
)
