"""The section about the package: which checks look at it, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from validators.display import size as shown_size
from validators.findings import Finding
from validators.name_patterns import example
from validators.package import codes
from validators.package.asked import asks_for_model, contents_asked
from validators.package.contents import (
    check_leftovers,
    check_nested_archives,
    check_pdfs,
    check_secrets,
)
from validators.package.filenames import (
    check_same_id,
    check_zip_name,
    report_name_findings,
    report_names,
    reports_of,
    student_in_name,
    zip_names,
)
from validators.package.layout import check_model_folder, check_other_weights, check_wrapper
from validators.package.pdf import pdf_trouble
from validators.package.readme import check_readme
from validators.package.source import check_code, check_text_sizes
from validators.package.subject import Package
from validators.package.workspace import Entry, Workspace
from validators.report import Section
from validators.rules.records import Rules
from validators.running import Check, run_checks


def check_opened(package: Package, rules: Rules) -> Iterator[Finding]:
    """The package can be opened and is not empty."""
    workspace = package.workspace
    if not workspace.opened:
        yield from workspace.findings
    elif not workspace.entries and workspace.whole:
        yield codes.EMPTY.at(package.place, f"no file in it; expected {contents_asked(rules)}.")


def check_entries(package: Package, rules: Rules) -> Iterator[Finding]:
    """Every file in it is whole, within the limits and safe to unpack."""
    if package.workspace.opened:
        yield from package.workspace.findings


_CONTENTS: tuple[Check[Package], ...] = (
    check_wrapper,
    check_model_folder,
    check_readme,
    check_code,
    check_pdfs,
    check_other_weights,
    check_text_sizes,
    check_nested_archives,
    check_secrets,
    check_leftovers,
)
# A promise about what isn't asked for would make a student look for it.
_ABOUT_A_MODEL: tuple[Check[Package], ...] = (check_model_folder, check_other_weights)


def section(workspace: Workspace, rules: Rules, names: tuple[str, ...] = ()) -> Section:
    """The findings about a package; `names` are those of the zip and the report, as given."""
    package = Package(workspace, names)
    named: list[Check[Package]] = []
    if zip_names(package):
        named.append(check_zip_name)
    if named and reports_of(package, rules):
        named.append(check_same_id)
    # What is wrong with single entries may take away what the later checks look for.
    contents = [
        check for check in _CONTENTS if asks_for_model(rules) or check not in _ABOUT_A_MODEL
    ]
    tiers = ((check_opened,), (check_entries,), (*named, *contents))
    results, unchecked = run_checks(tiers, package, rules)
    return Section("package", workspace.name, results, _facts(package, rules), unchecked)


def reading_section(workspace: Workspace, rules: Rules) -> Section:
    """What keeps the parts of a package from being got at, when the package isn't asked for."""
    tiers = ((check_opened,), (check_entries,), (check_model_folder,))
    results, unchecked = run_checks(tiers, Package(workspace), rules)
    return Section("package", workspace.name, results, unchecked=unchecked)


def check_report_file(report: Package, rules: Rules) -> Iterator[Finding]:
    """The report is a whole PDF."""
    for entry in report.workspace.entries:
        trouble = pdf_trouble(report.workspace, entry) if entry.suffix == ".pdf" else ""
        if trouble:
            yield codes.BROKEN_PDF.at(report.place, f"{trouble}; expected a PDF.")


def check_report_title(report: Package, rules: Rules) -> Iterator[Finding]:
    """The report is named as the course asks."""
    yield from report_name_findings(report.workspace.name, rules)


def report_section(path: Path, name: str, rules: Rules) -> Section:
    """The findings about a report that is handed in beside the package."""
    real = path.resolve()
    entry = Entry(real.name, real.stat().st_size)
    report = Package(Workspace(name, real.parent, entries=(entry,)), (name,))
    asked = bool(rules.package.report)
    named: list[Check[Package]] = [check_report_title] if asked else []
    results, unchecked = run_checks(((*named, check_report_file),), report, rules)
    facts = (shown_size(entry.bytes), *(() if asked else ("this course asks for no report",)))
    return Section("package", name, results, facts, unchecked)


def _facts(package: Package, rules: Rules) -> tuple[str, ...]:
    workspace = package.workspace
    if not workspace.opened:
        return ()
    total = sum(entry.bytes for entry in workspace.entries)
    facts = [f"{len(workspace.entries):,} files, {shown_size(total)}"]
    asked = rules.package
    inside = workspace.files(*asked.report_suffixes)
    if asked.report and not inside and not report_names(package, rules):
        wanted = _report_wanted(package, rules) + asked.report_suffixes[0]
        facts.append(f"the report is not in the package: hand in {wanted} beside it")
    return tuple(facts)


def _report_wanted(package: Package, rules: Rules) -> str:
    """How the report is to be called: after who the zip is named after, where that is known."""
    pattern = rules.package.report[0]
    for name in zip_names(package):
        student = student_in_name(name, rules)
        if student is not None and (student.name or "{name}" not in pattern):
            return pattern.replace("{id}", student.student_id).replace("{name}", student.name)
    return example(pattern)
