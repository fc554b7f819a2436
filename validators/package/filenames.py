"""The names that zip and report carry, and the student id in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Optional

from validators.display import quoted
from validators.findings import Code, Finding, Place
from validators.name_patterns import NameMatch, example, ids_in, match_name
from validators.package import codes
from validators.package.subject import Package
from validators.rules.records import Rules

ARCHIVE_SUFFIXES = frozenset(
    {".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".zipx"}
)
# What browsers and file managers add to a name that is taken.
_COPY = re.compile(
    r"\s*(\(\d{1,3}\)|（\d{1,3}）)$|[\s_-]*(copy|kopie|copie|複製|副本|コピー)(\s*\d+)?$",
    re.IGNORECASE,
)


def student_id(filename: str, rules: Rules) -> Optional[str]:
    """The student id in the name of a zip or report, in plain digits; None when it doesn't fit."""
    match = student_in_name(filename, rules)
    return None if match is None else match.student_id


def student_in_name(filename: str, rules: Rules) -> Optional[NameMatch]:
    """Who the name of a zip or report says it is of; None when it fits no form of the course."""
    stem, _ = _split(filename, rules)
    return match_name(stem, (*rules.package.zip, *rules.package.report), rules.team.id)


def check_zip_name(package: Package, rules: Rules) -> Iterator[Finding]:
    """The zip is named as the course asks."""
    for filename in zip_names(package):
        stem, suffix = _split(filename, rules)
        if suffix.lower() != ".zip" and package.workspace.opened:
            message = f"the zip is called {quoted(filename)}; expected the suffix .zip."
            yield codes.ZIP_NAME.at(Place(filename), message)
            continue
        grave, slight = codes.ZIP_NAME, codes.ZIP_SPELLING
        yield from name_findings(filename, stem, ".zip", rules.package.zip, rules, grave, slight)


def check_same_id(package: Package, rules: Rules) -> Iterator[Finding]:
    """The zip and the report carry the same student id."""
    own = next((found for found in _ids(zip_names(package), rules)), None)
    for name in reports_of(package, rules):
        other = student_id(name, rules)
        if own is not None and other not in (None, own):
            message = f'its id is "{other}", that of the zip is "{own}"; expected the same in both.'
            yield codes.OTHER_ID.at(Place(name), message, report_id=other, zip_id=own)


def report_name_findings(filename: str, rules: Rules) -> Iterator[Finding]:
    """What is wrong with the name of a report, where one is asked for."""
    if not rules.package.report:
        return
    stem, suffix = _split(filename, rules)
    wanted = rules.package.report_suffixes
    if suffix.lower() not in wanted:
        message = f"the report ends with {quoted(suffix)}; expected {' or '.join(wanted)}."
        yield codes.REPORT_NAME.at(Place(filename), message, f"Export the report as {wanted[0]}.")
        return
    grave, slight = codes.REPORT_NAME, codes.REPORT_SPELLING
    yield from name_findings(filename, stem, wanted[0], rules.package.report, rules, grave, slight)


def zip_names(package: Package) -> tuple[str, ...]:
    """Those of the given names that are a package's."""
    return tuple(
        name
        for name in package.names
        if name == package.workspace.name or _suffix(name) in ARCHIVE_SUFFIXES
    )


def report_names(package: Package, rules: Rules) -> tuple[str, ...]:
    """Those of the given names that are a report's; none where no report is asked for."""
    return tuple(
        name
        for name in package.names
        if rules.package.report
        and _suffix(name) in rules.package.report_suffixes
        and name not in zip_names(package)
    )


def reports_of(package: Package, rules: Rules) -> tuple[str, ...]:
    """The names of reports, given beside the package or lying in it, that carry an id."""
    if not rules.package.report:
        return ()
    inside = [entry.name for entry in package.workspace.files(*rules.package.report_suffixes)]
    names = dict.fromkeys((*report_names(package, rules), *inside))
    return tuple(name for name in names if student_id(name, rules) is not None)


def name_findings(
    filename: str,
    stem: str,
    suffix: str,
    patterns: Sequence[str],
    rules: Rules,
    grave: Code,
    slight: Code,
) -> Iterator[Finding]:
    """What is wrong with a name: `grave` when no pattern fits, `slight` when it is only unusual."""
    match = match_name(stem, patterns, rules.team.id)
    if match is None:
        ids = ids_in(stem, rules.team.id)
        wanted = _wanted(patterns[0], ids) + suffix
        why = _difference(stem, patterns, rules, ids)
        message = f"{why}; expected {wanted}."
        yield grave.at(Place(filename), message, f"Rename it to {wanted}.", ids=ids)
        return
    remark = _remark(stem, match, patterns)
    if remark:
        preferred = _preferred(match, patterns[0]) + suffix
        message = f"{remark}; preferred is {preferred}."
        yield slight.at(Place(filename), message, student_id=match.student_id)


def _remark(stem: str, match: NameMatch, patterns: Sequence[str]) -> str:
    added = _COPY.search(match.name)
    if added:
        return f"the name ends with {quoted(added.group())}, which browsers add to a second copy"
    doubled = PurePosixPath(match.name).suffix
    if doubled.lower() in ARCHIVE_SUFFIXES:
        return f"the name ends with {quoted(doubled)} twice"
    if not match.exact:
        return f"{quoted(stem)} was read as {quoted(match.canonical)}"
    if match.pattern != patterns[0]:
        return f"the name has the form {example(match.pattern)}"
    return ""


def _preferred(match: NameMatch, pattern: str) -> str:
    name = _COPY.sub("", match.name) or "<name>"
    if PurePosixPath(name).suffix.lower() in ARCHIVE_SUFFIXES:
        name = PurePosixPath(name).stem
    return pattern.replace("{id}", match.student_id).replace("{name}", name)


def _wanted(pattern: str, ids: tuple[str, ...]) -> str:
    return example(pattern.replace("{id}", ids[0]) if ids else pattern)


def _difference(stem: str, patterns: Sequence[str], rules: Rules, ids: tuple[str, ...]) -> str:
    """How the name differs from what is expected, as precisely as can be said."""
    added = _COPY.search(stem)
    if added and match_name(_COPY.sub("", stem), patterns, rules.team.id):
        return f"{quoted(added.group())} at the end (browsers add it to a second copy)"
    joined = re.sub(r"[\s_.\-－–—]+", "_", stem)
    if joined != stem and match_name(joined, patterns, rules.team.id):
        return f'{quoted(stem)} has spaces, dashes or dots where "_" belongs'
    if not ids:
        runs = re.findall(r"[0-9]+", stem.replace(_prefix(patterns[0]), ""))
        digits = max(runs, key=len, default="")
        if digits:
            return f'{quoted(stem)} holds no student id ("{digits}" has {len(digits)} digits)'
        return f"{quoted(stem)} holds no student id"
    prefix = _prefix(patterns[0])
    if not stem.lower().startswith(prefix.lower()):
        return f"{quoted(stem)} doesn't begin with {quoted(prefix)}"
    return f'{quoted(stem)} holds the id "{ids[0]}", but has another form'


def _ids(names: Sequence[str], rules: Rules) -> Iterator[str]:
    return (found for found in (student_id(name, rules) for name in names) if found is not None)


def _prefix(pattern: str) -> str:
    return pattern.partition("{")[0]


def _suffix(filename: str) -> str:
    return PurePosixPath(filename).suffix.lower()


def _split(filename: str, rules: Rules) -> tuple[str, str]:
    """The name without and with only its suffix; a dot in a person's name is no suffix."""
    known = {*ARCHIVE_SUFFIXES, *rules.package.report_suffixes, *rules.package.readme_suffixes}
    suffix = PurePosixPath(filename).suffix
    if suffix.lower() not in known and not re.fullmatch(r"\.[A-Za-z0-9]{2,4}", suffix):
        return filename, ""
    return filename[: -len(suffix)], suffix
