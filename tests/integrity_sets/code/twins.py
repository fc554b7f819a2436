"""Twins of programs: twelve ways to make a program look like another one, alone and together."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from tests.integrity_sets.code import rewriting
from tests.integrity_sets.code.pieces import bound, is_definition, is_import, statements
from tests.integrity_sets.code.works import CELL, Project, joined

Change = Callable[[Project, random.Random], Project]
_MARK = re.compile(rf"^{CELL}\n", re.MULTILINE)


def _each(change: Callable[[str, random.Random], str]) -> Change:
    """The change of a text, made in each file."""

    def changed(project: Project, draw: random.Random) -> Project:
        return {path: change(text, draw) for path, text in sorted(project.items())}

    return changed


def _rename(project: Project, draw: random.Random) -> Project:
    found = [bound(_MARK.sub("", text)) for text in project.values()]
    names = {
        kind: frozenset().union(*(getattr(each, kind) for each in found))
        for kind in ("plain", "members", "functions")
    }
    return rewriting.renamed(project, names["plain"], names["members"], names["functions"], draw)


def _reorder(text: str, draw: random.Random) -> str:
    """Functions and classes in another order, before the rest."""
    pieces = statements(text)
    imports = [piece for piece in pieces if is_import(piece)]
    defined = [piece for piece in pieces if is_definition(piece)]
    rest = [piece for piece in pieces if not is_import(piece) and not is_definition(piece)]
    draw.shuffle(imports)
    draw.shuffle(defined)
    return joined((*imports, *defined, *rest))


def _to_other_kind(project: Project, draw: random.Random) -> Project:
    """Scripts become notebooks with some cells, notebooks become scripts."""
    made: Project = {}
    for path, text in sorted(project.items()):
        stem, _, kind = path.rpartition(".")
        if kind == "ipynb":
            made[f"{stem}.py"] = re.sub(r"^[%!].*\n", "", _MARK.sub("", text), flags=re.MULTILINE)
            continue
        cells = [f"{CELL}\n"]
        for piece in statements(text):
            cells.append(piece if draw.random() < 0.7 else f"{piece}{CELL}\n")
        made[f"{stem}.ipynb"] = joined(cells)
    return made


def _split(project: Project, draw: random.Random) -> Project:
    """Each file in two or three, cut between statements."""
    made: Project = {}
    for path, text in sorted(project.items()):
        pieces = statements(text)
        cuts = sorted(draw.sample(range(1, max(4, len(pieces))), 2))
        stem, _, kind = path.rpartition(".")
        for number, (start, end) in enumerate(zip((0, *cuts), (*cuts, len(pieces)))):
            if pieces[start:end]:
                begin = f"from {stem}_{number - 1} import *\n" if number else ""
                made[f"{stem}_{number}.{kind}"] = begin + joined(pieces[start:end])
    return made


def _merge(project: Project, draw: random.Random) -> Project:
    """All files in one; of a single file, its functions stand at its end."""
    texts = [_MARK.sub("", text) for _, text in sorted(project.items())]
    if len(texts) == 1:
        pieces = statements(texts[0])
        texts = [joined(piece for piece in pieces if not is_definition(piece)),
                 joined(piece for piece in pieces if is_definition(piece))]  # fmt: skip
    draw.shuffle(texts)
    return {"all_in_one.py": joined(texts)}


TRANSFORMATIONS: Mapping[str, Change] = MappingProxyType({
    "rename": _rename,
    "reorder": _each(_reorder),
    "comments": _each(rewriting.recommented),
    "dead code": _each(rewriting.with_dead_code),
    "formatting": _each(rewriting.reformatted),
    "other kind": _to_other_kind,
    "split": _split,
    "merge": _merge,
    "loops": _each(rewriting.with_other_loops),
    "literals": _each(rewriting.with_other_literals),
    "wrap": _each(rewriting.in_a_class),
    "aliases": _each(rewriting.with_aliases),
})  # fmt: skip
"""The twelve changes, by name. Combined, they are made in this order."""


def twin(project: Project, names: Sequence[str], seed: int) -> Project:
    """The project changed in these ways; the same for the same seed."""
    draw = random.Random(f"{sorted(project)} {sorted(names)} {seed}")
    for name, change in TRANSFORMATIONS.items():
        if name in names:
            project = change(dict(project), draw)
    return project


def some(count: int, seed: int) -> tuple[str, ...]:
    """So many different changes, drawn."""
    return tuple(sorted(random.Random(f"some {count} {seed}").sample(list(TRANSFORMATIONS), count)))
