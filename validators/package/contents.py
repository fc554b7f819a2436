"""What else lies in a package: PDFs, leftovers, secrets, archives in the archive."""

from __future__ import annotations

from collections.abc import Iterator

from validators.display import listed
from validators.display import size as shown_size
from validators.findings import Finding, Place
from validators.package import codes
from validators.package.asked import asks_for_model
from validators.package.filenames import ARCHIVE_SUFFIXES
from validators.package.leftovers import is_secret, kind_of
from validators.package.pdf import pdf_trouble
from validators.package.readme import is_readme
from validators.package.subject import Package
from validators.package.troubles import first_few
from validators.package.workspace import Entry
from validators.rules.records import Rules


def check_pdfs(package: Package, rules: Rules) -> Iterator[Finding]:
    """Every PDF of the package is a PDF."""
    pdfs = (entry for entry in package.workspace.files(".pdf") if not is_readme(entry))
    judged = ((entry, pdf_trouble(package.workspace, entry)) for entry in pdfs)
    yield from first_few(
        codes.BROKEN_PDF.at(package.place_of(entry), f"{trouble}; expected a PDF.")
        for entry, trouble in judged
        if trouble
    )


def check_leftovers(package: Package, rules: Rules) -> Iterator[Finding]:
    """No files that programs left behind take space."""
    kinds: dict[str, list[Entry]] = {}
    model = _model_start(package, rules)
    for path, entry in _all_paths(package):
        kind = kind_of(path)
        # What the Trainer leaves in the model folder, the checks of the model tell.
        told = model and path.startswith(model) and kind == "the state of training"
        if kind and not told:
            kinds.setdefault(kind, []).append(Entry(path, entry.bytes))
    for kind, entries in sorted(kinds.items()):
        total = sum(entry.bytes for entry in entries)
        counted = f"{len(entries):,} file{'s' if len(entries) > 1 else ''}"
        tops = tuple(dict.fromkeys(_start_of(entry.path, kind) for entry in entries))
        message = (
            f"{kind} ({listed(tops, len(tops), 3)}): {counted}, {shown_size(total)}; not needed."
        )
        place = package.place
        yield codes.LEFTOVERS.at(place, message, kind=kind, files=len(entries), bytes=total)


def check_secrets(package: Package, rules: Rules) -> Iterator[Finding]:
    """No key or password file is in the package."""
    secrets = ((path, entry.name) for path, entry in _all_paths(package) if is_secret(path))
    expected = "expected no such file in the package"
    yield from first_few(
        codes.SECRET.at(Place(path), f"{_kind_of_secret(name)}; {expected}.")
        for path, name in secrets
    )


def check_nested_archives(package: Package, rules: Rules) -> Iterator[Finding]:
    """No archives lie inside the package."""
    yield from first_few(
        codes.NESTED_ARCHIVE.at(
            package.place_of(entry),
            f"an archive of {shown_size(entry.bytes)} inside the package; not opened.",
            bytes=entry.bytes,
        )
        for entry in package.workspace.files(*ARCHIVE_SUFFIXES)
    )


def _kind_of_secret(name: str) -> str:
    if name.lower() == "kaggle.json":
        return "it holds your Kaggle key"
    return "a file of this name usually holds a key or password"


def _all_paths(package: Package) -> Iterator[tuple[str, Entry]]:
    """Every file with its path as it was handed in, also those beside the wrapping folder."""
    workspace = package.workspace
    for entry in workspace.entries:
        yield workspace.shown(entry.path), entry
    for entry in workspace.beside:
        yield entry.path, entry


def _model_start(package: Package, rules: Rules) -> str:
    """How paths of files in the model folder begin; empty when no model is asked for."""
    if rules.model is None or not asks_for_model(rules):
        return ""
    return package.workspace.shown(f"{rules.model.folder}/")


def _start_of(path: str, kind: str) -> str:
    """The path up to the first folder that makes it a leftover, or the whole of it."""
    parts = path.split("/")
    for end in range(1, len(parts)):
        start = "/".join(parts[:end]) + "/"
        if kind_of(start) == kind:
            return start
    return path
