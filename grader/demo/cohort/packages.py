"""What each member hands in: a zip with code, README, weights and predictions, and a report."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Callable

from grader.demo.cohort.code import SETTINGS, code_of
from grader.demo.cohort.recipes import recipe
from grader.demo.cohort.records import Csv, Handed, Layout, Member, Texts
from grader.demo.cohort.storing import Halves, restored
from grader.demo.corpus import Bill
from grader.demo.course import as_course_writes, predictions_text
from grader.demo.sample import pdf_bytes
from grader.demo.shipped import model_files, weights, written

PREDICTIONS, MODEL, CACHE = "predictions.csv", "pruned_model", "cache.json"
_WORDS = 30
_LACKING = 3
_MOMENT = (2026, 5, 13, 12, 0, 0)
_README = """\
# Homework 4

`prune.py` makes `pruned_model/`, `predict.py` writes `predictions.csv`; all settings stand in
`settings.toml`. Both are the template's.
"""


@dataclass(frozen=True)
class Package:
    """What one member handed in, in bytes, and the texts that they sent to Kaggle."""

    member: Member
    zip: bytes
    report: bytes
    texts: tuple[str, ...]

    @property
    def zip_name(self) -> str:
        """How the zip is called."""
        return self.member.handed.name.format(id=self.member.id, name=self.member.name)

    @property
    def report_name(self) -> str:
        """How the report is called."""
        return f"HW4_{self.member.id}_{self.member.name}.pdf"


def package_of(member: Member, bills: Sequence[Bill]) -> Package:
    """The package of that member; the same bytes each time."""
    texts = _TEXTS[member.handed.texts](member.handed, bills)
    return package_with(member, bills, model_of(member), texts)


def model_of(member: Member) -> Halves:
    """The weights that the member hands in."""
    return restored(made("models", f"{member.handed.recipe}.xz"), weights("dense"))


def package_with(
    member: Member, bills: Sequence[Bill], model: Halves, texts: tuple[str, ...]
) -> Package:
    """The package of that member with these weights and texts in it."""
    handed = member.handed
    files_of_model = {f"{MODEL}/{name}": data for name, data in model_files(model).items()}
    found = {**_code(member), **files_of_model}
    if handed.project == "looked-up":
        found[CACHE] = _cache(bills, texts)
    found[PREDICTIONS] = _CSV[handed.csv](texts)
    placed = _LAYOUT[handed.layout](found)
    report = pdf_bytes(f"Homework 4, report of {member.id}")
    return Package(member, _zipped(placed), report, texts)


def made(kind: str, name: str) -> bytes:
    """A file that `grader.demo.cohort.train` made: a recipe's model or texts."""
    return files("grader.demo.cohort").joinpath("made", kind, name).read_bytes()


def _code(member: Member) -> dict[str, bytes]:
    handed = member.handed
    found = code_of(recipe(handed.recipe), handed.project)
    if not handed.project:
        found["README.md"] = _README.encode()
    if SETTINGS in found:
        found[SETTINGS] = _signed(found[SETTINGS].decode(), member).encode()
    return found


def _signed(settings: str, member: Member) -> str:
    """The settings with the student's id and name, as `check-submission init` writes them."""
    named = settings.replace('id = ""', f'id = "{member.id}"', 1)
    return named.replace('name = ""', f'name = "{member.name}"', 1)


def _own(handed: Handed, bills: Sequence[Bill]) -> tuple[str, ...]:
    return tuple(json.loads(lzma.decompress(made("texts", f"{handed.recipe}.json.xz"))))


def _released(handed: Handed, bills: Sequence[Bill]) -> tuple[str, ...]:
    return written("dense").texts


def _answers(handed: Handed, bills: Sequence[Bill]) -> tuple[str, ...]:
    """The answers, each without its last word."""
    return tuple(" ".join(bill.summary.split()[:-1]) for bill in bills)


def _shortened(handed: Handed, bills: Sequence[Bill]) -> tuple[str, ...]:
    """The answers with their sentences the other way round, and not all of them."""
    turned = (" ".join(reversed(bill.summary.split(". "))) for bill in bills)
    return tuple(" ".join(text.split()[:_WORDS]) for text in turned)


def _plain(texts: Sequence[str]) -> bytes:
    return predictions_text(texts).encode()


def _unquoted(texts: Sequence[str]) -> bytes:
    """As the csv module of Python writes it when nothing else is said."""
    out = io.StringIO(newline="")
    rows = ((number, as_course_writes(text)) for number, text in enumerate(texts))
    csv.writer(out).writerows([("ID", "Predict"), *rows])
    return out.getvalue().encode()


def _big5(texts: Sequence[str]) -> bytes:
    """As Excel saves it in Taiwan, after it made dashes of the hyphens between words."""
    return predictions_text([text.replace(" - ", " — ") for text in texts]).encode("big5")


def _lacking(texts: Sequence[str]) -> bytes:
    return _plain(texts[:-_LACKING])


def _cache(bills: Sequence[Bill], texts: Sequence[str]) -> bytes:
    keys = (hashlib.md5(bill.text.encode(), usedforsecurity=False).hexdigest() for bill in bills)
    return json.dumps(dict(zip(keys, map(as_course_writes, texts))), indent=1).encode()


def _flat(found: Mapping[str, bytes]) -> Mapping[str, bytes]:
    return found


def _two_deep(found: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Everything two folders down but the README."""
    return {
        name if name.startswith("README") else f"hw4/final/{name}": data
        for name, data in found.items()
    }


_TEXTS: Mapping[Texts, Callable[[Handed, Sequence[Bill]], tuple[str, ...]]] = {
    "own": _own, "released": _released, "answers": _answers, "answers, shortened": _shortened,
}  # fmt: skip
_CSV: Mapping[Csv, Callable[[Sequence[str]], bytes]] = {
    "plain": _plain, "unquoted": _unquoted, "big5": _big5, "rows missing": _lacking,
}  # fmt: skip
_LAYOUT: Mapping[Layout, Callable[[Mapping[str, bytes]], Mapping[str, bytes]]] = {
    "flat": _flat, "two folders deep": _two_deep,
}  # fmt: skip


def _zipped(found: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compresslevel=1) as archive:
        for name, data in sorted(found.items()):
            entry = zipfile.ZipInfo(name, _MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, compresslevel=1)
    return out.getvalue()
