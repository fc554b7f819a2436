"""The README: there, at the top, readable, and with words in it."""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from typing import Optional

from validators.display import quoted
from validators.findings import Finding
from validators.package import codes
from validators.package.docx import docx_text
from validators.package.leftovers import is_leftover
from validators.package.pdf import pdf_trouble
from validators.package.subject import Package
from validators.package.workspace import Entry
from validators.rules.records import Rules

TEMPLATE_LINE = "Replace this README by one about your own work"
"""What stands in the README of the student template, and in nobody's own."""

_READ_BYTES = 1 << 20
_NAME = re.compile(r"read[ _-]?me.*", re.IGNORECASE)
# Documents that are no text and whose inside isn't looked at.
_OPAQUE = frozenset({".doc", ".odt", ".rtf", ".pages", ".png", ".jpg", ".jpeg"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def check_readme(package: Package, rules: Rules) -> Iterator[Finding]:
    """A README is at the top, can be read and says something."""
    found = _readmes(package, rules)
    if not found:
        suffixes = ", ".join(rules.package.readme_suffixes)
        message = (
            f"no README in the package; expected one at the top (README and one of {suffixes})."
        )
        yield codes.NO_README.at(package.place, message)
        return
    judged = [tuple(_judged(package, entry, rules)) for entry in found]
    # One good README is enough; only when none is good does each have to be explained.
    best = min(judged, key=_trouble)
    if any(finding.blocks for finding in best):
        for findings in judged:
            yield from findings
    else:
        yield from best


def _trouble(findings: tuple[Finding, ...]) -> tuple[int, int]:
    """How grave the findings about one README are: blocking ones first, then how many."""
    return sum(finding.blocks for finding in findings), len(findings)


def is_readme(entry: Entry) -> bool:
    """Whether the file is called README, in any case and with any suffix."""
    return bool(_NAME.fullmatch(unicodedata.normalize("NFKC", entry.name))) and not is_leftover(
        entry.path
    )


def _readmes(package: Package, rules: Rules) -> list[Entry]:
    """The READMEs at the top; those of other folders only when there is none."""
    code = rules.package.code_suffixes
    named = [e for e in package.workspace.entries if is_readme(e) and e.suffix not in code]
    top = [entry for entry in named if "/" not in entry.path]
    if top:
        return top
    # A model folder has a README of its own: the card that transformers writes.
    model = "" if rules.model is None else f"{rules.model.folder}/"
    return [entry for entry in named if not (model and entry.path.startswith(model))]


def _judged(package: Package, entry: Entry, rules: Rules) -> Iterator[Finding]:
    place = package.place_of(entry)
    if "/" in entry.path:
        folder = quoted(entry.path.rpartition("/")[0] + "/")
        yield codes.README_PLACE.at(place, f"the README is in {folder}; expected it at the top.")
    accepted = rules.package.readme_suffixes
    if entry.suffix not in accepted:
        found = f"its suffix is {quoted(entry.suffix)}" if entry.suffix else "it has no suffix"
        yield codes.README_FORM.at(place, f"{found}; expected one of {', '.join(accepted)}.")
    if not entry.bytes:
        yield codes.README_EMPTY.at(place, "the file is empty; expected the commands to run.")
    elif entry.suffix == ".pdf":
        trouble = pdf_trouble(package.workspace, entry)
        if trouble:
            yield codes.README_UNREADABLE.at(place, f"{trouble}; expected a PDF.")
    elif entry.suffix not in _OPAQUE:
        finding = _text_finding(package, entry, rules)
        if finding is not None:
            yield finding


def _text_finding(package: Package, entry: Entry, rules: Rules) -> Optional[Finding]:
    place = package.place_of(entry)
    if entry.suffix == ".docx":
        text, encoding = docx_text(package.workspace, entry), "utf-8"
        if text is None:
            message = "it is no Word document inside; expected one."
            return codes.README_UNREADABLE.at(place, message)
    else:
        data = package.workspace.read(entry, _READ_BYTES)
        text, encoding = decoded(data, rules.package.legacy_name_encoding)
        if not encoding:
            message = "it holds bytes that are no text; expected text."
            return codes.README_UNREADABLE.at(place, message)
    if not text.strip(" \t\r\n\f\v\u3000\ufeff"):
        message = "there is nothing but white space in it; expected the commands to run."
        return codes.README_EMPTY.at(place, message)
    if TEMPLATE_LINE in " ".join(text.split()):
        message = f"it still says {quoted(TEMPLATE_LINE, 60)}; expected a README of your own."
        return codes.README_TEMPLATE.at(place, message)
    if encoding != "utf-8":
        message = f"its text is {encoding}; expected UTF-8."
        return codes.README_ENCODING.at(place, message, encoding=encoding)
    return None


def decoded(data: bytes, legacy: str) -> tuple[str, str]:
    """The text and its encoding; an empty encoding when the bytes are no text."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _tried(data, encoding)
            return ("", "") if text is None else (text, encoding.replace("utf-8-sig", "utf-8"))
    for encoding in ("utf-8", legacy, "cp1252"):
        text = _tried(data, encoding)
        if text is not None and not _CONTROLS.search(text):
            return text, encoding
    return "", ""


def _tried(data: bytes, encoding: str) -> Optional[str]:
    """The text, or None; a character that the end of what was read cuts in two doesn't matter."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data, len(data) < _READ_BYTES)
    except UnicodeError:
        return None
