"""Where the parts of a package lie: the model folder, its wrapping folder, weights elsewhere."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterator

from validators.display import listed, quoted
from validators.display import size as shown_size
from validators.findings import Finding
from validators.package import codes
from validators.package.asked import asks_for_model
from validators.package.filenames import ARCHIVE_SUFFIXES
from validators.package.leftovers import is_leftover
from validators.package.subject import Package
from validators.package.workspace import WEIGHT_SUFFIXES, Workspace
from validators.rules.records import Rules

_NEAR = 0.8
# What lies beside a model's weights under these suffixes is none of them.
_NO_WEIGHTS = frozenset({".json", ".md", ".txt", ".model", ".jinja"})


def check_wrapper(package: Package, rules: Rules) -> Iterator[Finding]:
    """The files lie at the top of the package, not inside one folder more."""
    wrapper = package.workspace.wrapper
    if wrapper:
        message = f"everything is inside {quoted(wrapper + '/')}; expected at the top."
        yield codes.WRAPPER.at(package.place, message, folder=wrapper)


def check_model_folder(package: Package, rules: Rules) -> Iterator[Finding]:
    """The model folder is at the top of the package, under its right name."""
    if rules.model is None or not asks_for_model(rules):
        return
    workspace, wanted = package.workspace, rules.model.folder
    if wanted in workspace.folders:
        # Whether a model is in it, the checks of the model say.
        inner = models_below(workspace, wanted)
        if inner:
            yield _too_deep(package, wanted, inner)
        return
    candidates = _candidates(workspace, wanted)
    if not candidates:
        yield _nothing(package, wanted)
        return
    places = [_place_of(workspace.shown(path) if path else "", wanted) for path in candidates]
    message = f"{' and '.join(places[:5])}; expected {wanted}/ at the top."
    yield codes.LAYOUT.at(
        package.place, message, _remedy(candidates, wanted), candidates=tuple(candidates)
    )


def check_other_weights(package: Package, rules: Rules) -> Iterator[Finding]:
    """Weight files lie in the model folder only."""
    if rules.model is None or not asks_for_model(rules):
        return
    workspace, start = package.workspace, f"{rules.model.folder}/"
    if rules.model.folder not in workspace.folders:
        return
    found = [
        entry for entry in workspace.files(*WEIGHT_SUFFIXES) if not entry.path.startswith(start)
    ]
    if found:
        paths = tuple(workspace.shown(entry.path) for entry in found)
        total = sum(entry.bytes for entry in found)
        files = "weight file" if len(found) == 1 else "weight files"
        message = (
            f"{len(found):,} {files} outside {start} ({listed(paths, len(paths))}), "
            f"{shown_size(total)}; only {start} counts."
        )
        yield codes.OTHER_WEIGHTS.at(package.place, message, paths=paths[:20], bytes=total)


def models_below(workspace: Workspace, wanted: str) -> tuple[str, ...]:
    """The folders in the model folder that hold its model, where it holds none itself.

    from_pretrained then finds nothing in it. A file of an unknown kind may be weights all the same.
    """
    inside = [e for e in workspace.entries if e.path.startswith(f"{wanted}/")]
    inside = [entry for entry in inside if not is_leftover(entry.path)]
    direct = [entry for entry in inside if entry.path.count("/") == wanted.count("/") + 1]
    if any(e.name == "config.json" or e.suffix not in _NO_WEIGHTS for e in direct):
        return ()
    paths = {entry.path for entry in inside}
    weighty = {e.path.rpartition("/")[0] for e in inside if e.suffix in WEIGHT_SUFFIXES}
    return tuple(sorted(folder for folder in weighty if f"{folder}/config.json" in paths))


def _too_deep(package: Package, wanted: str, inner: tuple[str, ...]) -> Finding:
    shown = tuple(package.workspace.shown(f"{path}/") for path in inner)
    message = (
        f"{wanted}/ holds no model, only {listed(shown, len(shown))} in it does; expected "
        f"config.json and the weights in {wanted}/ itself."
    )
    remedy = f"Move what {quoted(shown[0])} holds up into {wanted}/."
    if len(inner) > 1:
        remedy = f"Keep the final model only, its files in {wanted}/ itself."
    return codes.LAYOUT.at(package.place, message, remedy, candidates=inner)


def _candidates(workspace: Workspace, wanted: str) -> list[str]:
    """Folders that could be the model folder: by name, else by what they hold."""
    folders = [path for path in workspace.folders if not is_leftover(f"{path}/")]
    near = [path for path in folders if _is_near(path.rpartition("/")[2], wanted)]
    inner = [path for path in near if not any(path.startswith(f"{other}/") for other in near)]
    if inner:
        return inner
    weights = workspace.files(*WEIGHT_SUFFIXES)
    return sorted({entry.path.rpartition("/")[0] for entry in weights})


def _is_near(name: str, wanted: str) -> bool:
    plain, target = _plain(name), _plain(wanted)
    if target in plain:
        return True
    return difflib.SequenceMatcher(None, plain, target).ratio() >= _NEAR


def _plain(name: str) -> str:
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


def _place_of(path: str, wanted: str) -> str:
    folder, _, name = path.rpartition("/")
    if name == wanted:
        return f"{wanted}/ is under {quoted(folder + '/')}"
    if not path:
        return "weight files lie at the top, in no folder"
    if _is_near(name, wanted):
        return f"the model folder is called {quoted(path + '/')}"
    return f"weight files lie in {quoted(path + '/')}"


def _remedy(candidates: list[str], wanted: str) -> str:
    if len(candidates) > 1:
        return f"Keep the final model only, as {wanted}/ at the top."
    folder, _, name = candidates[0].rpartition("/")
    if name == wanted:
        return "Zip the files, not their folder."
    if not name:
        return f"Move the model's files into a folder {wanted}/."
    moved = " and move it to the top" if folder else ""
    return f"Rename the folder to {wanted}{moved}."


def _nothing(package: Package, wanted: str) -> Finding:
    beside = [
        entry.path
        for entry in package.workspace.entries
        if entry.suffix in ARCHIVE_SUFFIXES and _is_near(entry.name.partition(".")[0], wanted)
    ]
    if wanted in {entry.path for entry in package.workspace.entries}:
        found, remedy = f"{wanted} is a file", "Put the folder itself in its place."
    elif beside:
        found = f"no folder {wanted}/, only {quoted(beside[0])}, which is not opened"
        remedy = "Unpack it and put the folder itself into the package."
    else:
        found, remedy = f"no folder {wanted}/ and no weight files", ""
    return codes.NO_MODEL.at(package.place, f"{found}; expected {wanted}/ at the top.", remedy)
