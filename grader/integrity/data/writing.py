"""Where files are written: what is in them is remembered, and labels in predictions are told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Callable, Optional

from grader.integrity.data.columns import element_of
from grader.integrity.data.loading import PATH, path_of
from grader.integrity.data.state import Call, State, sure_or_not
from grader.integrity.data.values import GENERATED, LABEL_COLUMNS, Source, Value, sources_of
from grader.integrity.data.words import (
    MAY_BE_WRITTEN,
    MAY_PREDICT,
    PREDICTS,
    WRITTEN,
    says,
    told,
)

_FILE, _HEADER = "\0file", "\0header"
_PREDICTED = re.compile(r"pred", re.IGNORECASE)
# A column or a file of this name is for comparing, and is called what it is.
_COMPARED = re.compile(
    r"summar|ref|label|gold|target|truth|actual|answer|human|true|compar|eval|score|metric|expect"
    r"|error|analys|example|sample|debug|check|inspect|test(_?set|_?data)?\.",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(r"\.(pt|pth|bin|ckpt|safetensors|onnx)$", re.IGNORECASE)
_TABLE = re.compile(r"\.(csv|tsv)$", re.IGNORECASE)

_TABLE_WRITERS = ("to_csv", "write_csv", "to_json", "to_parquet", "to_pickle", "to_feather",
                  "save_to_disk", "to_excel")  # fmt: skip

Columns = Sequence[tuple[str, Value]]


def _writer(state: State, call: Call) -> Optional[Value]:
    """`csv.writer` and `csv.DictWriter`."""
    if call.function.api.partition(".")[0] not in ("csv", "writer", "DictWriter"):
        return None
    made = Value(items={_FILE: call.args[0] if call.args else Value()}, made="csv.writer")
    names = call.argument(1, "fieldnames")
    if names is not None and call.function.api.endswith("DictWriter"):
        made.put(_HEADER, names)
    return made


def _row(state: State, call: Call) -> Optional[Value]:
    owner = call.function.receiver
    if owner is None or owner.made != "csv.writer" or not call.args:
        return None
    row = call.args[0]
    if call.function.attribute == "writerows":
        row = element_of(row)
    texts = [part.text for part in (row.items or {}).values()]
    if texts and all(text is not None for text in texts):
        owner.put(_HEADER, row)
        return Value()
    header = owner.part(_HEADER) or Value()
    names = [part.text or "" for part in (header.items or {}).values()]
    _written(state, call, owner.part(_FILE), _named(row, names), table=True)
    return Value()


def _named(row: Value, names: Sequence[str]) -> Columns:
    """The cells of a row with their columns' names; all in one where they aren't known."""
    if not row.items:
        name = names[-1] if names and not row.elem else ""
        return [(name, row)]
    cells = []
    for place, (key, part) in enumerate(row.items.items()):
        by_key = key if isinstance(key, str) else ""
        cells.append((by_key or (names[place] if place < len(names) else ""), part))
    return cells


def _table(state: State, call: Call) -> Optional[Value]:
    """`to_csv` and the like of a table."""
    owner = call.function.receiver
    if owner is None:
        return None
    columns: Columns = [("", owner)]
    if owner.items and all(isinstance(key, str) for key in owner.items):
        columns = [(str(key), part) for key, part in owner.items.items()]
    elif owner.elem is not None and owner.elem.items:
        columns = _named(owner.elem, ())
    target = call.argument(0, "path_or_buf", "path", "file", "dataset_path", "fname")
    is_table = "csv" in call.function.attribute
    _written(state, call, target, columns, is_table, rest=owner.sources)
    return Value()


def _text(state: State, call: Call) -> Optional[Value]:
    """`write` of an open file, `write_text` of a path."""
    owner = call.function.receiver
    if owner is None or not call.args:
        return None
    if owner.part(PATH) is None and not owner.texts:
        return None
    _written(state, call, owner, _named(call.args[0], ()), table=False)
    return Value()


def _lines(state: State, call: Call) -> Optional[Value]:
    owner = call.function.receiver
    if owner is None or not call.args or owner.part(PATH) is None:
        return None
    _written(state, call, owner, _named(element_of(call.args[0]), ()), table=False)
    return Value()


def _printed(state: State, call: Call) -> Optional[Value]:
    file = call.keyword("file")
    if call.function.api == "print" and file is not None:
        _written(state, call, file, [("", value) for value in call.args], table=False)
    return Value() if call.function.api == "print" else None


def _dumped(state: State, call: Call) -> Optional[Value]:
    """`dump(what, file)`, `torch.save(what, path)`, `np.save(path, what)`."""
    if len(call.args) < 2:
        return _table(state, call) if call.function.receiver is not None else None
    first, second = call.args[:2]
    what, target = (second, first) if path_of(first) and not path_of(second) else (first, second)
    is_table = call.function.api.endswith("savetxt")
    columns = [("", what)]
    if call.function.receiver is None or sources_of(what):
        _written(state, call, target, columns, is_table)
    return Value()


def _written(
    state: State, call: Call, target: Optional[Value], columns: Columns, table: bool,
    rest: Iterable[Source] = (),
) -> None:  # fmt: skip
    """Remember what is in the file, and tell what a table of predictions is made of."""
    paths = path_of(target)
    found = frozenset(each for _, value in columns for each in sources_of(value)) | frozenset(rest)
    if any(each.column == GENERATED for each in found):
        # Which of the two is read from the file later isn't followed.
        found = frozenset(
            replace(each, sure=False) if each.column in LABEL_COLUMNS else each for each in found
        )
    for path in paths:
        if _WEIGHTS.search(path):
            state.write(path, frozenset(each for each in found if each.kind != "file"))
        else:
            state.write(path, found)
    path = paths[0] if len(paths) == 1 else ""
    if table or not path or _TABLE.search(path):
        _predictions(state, call, path, columns)


def _predictions(state: State, call: Call, path: str, columns: Columns) -> None:
    wrote = [(name, value) for name, value in columns if _has(value, GENERATED)]
    named = any(_PREDICTED.search(name) for name, _ in columns)
    for name, value in columns:
        labels = [each for each in sources_of(value) if each.column in LABEL_COLUMNS]
        others = [each for each in wrote if each[0] != name or each[1] is not value]
        compared = bool(_COMPARED.search(name)) or (bool(others) and not _PREDICTED.search(name))
        compared = compared or (not name and bool(_COMPARED.search(path.rpartition("/")[2])))
        if not labels or compared or (named and name and not _PREDICTED.search(name)):
            continue
        for each in sure_or_not(state, labels):
            verb = WRITTEN if each.sure else MAY_BE_WRITTEN
            by_name = "predictions" if _PREDICTED.search(name) else "table"
            state.observe(
                "column", f"{told(each)}/{each.column}", call.site,
                says(verb, each.site, f"{path or 'a file'} ({by_name})"),
            )  # fmt: skip
    _models(state, call, wrote)


def _models(state: State, call: Call, wrote: Columns) -> None:
    """The models that wrote the texts of test rows."""
    for _, value in wrote:
        for each in sure_or_not(state, sources_of(value)):
            if each.kind == "model":
                verb = PREDICTS if each.sure else MAY_PREDICT
                state.observe("model", each.name, call.site, says(verb, each.site))


def _has(value: Value, column: str) -> bool:
    return any(each.column == column for each in sources_of(value))


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    "writer": _writer, "DictWriter": _writer, "writerow": _row, "writerows": _row,
    **dict.fromkeys(_TABLE_WRITERS, _table),
    "write": _text, "write_text": _text, "writelines": _lines, "print": _printed,
    "dump": _dumped, "save": _dumped, "savez": _dumped, "savetxt": _dumped,
    "safe_dump": _dumped, "save_file": _dumped,
}  # fmt: skip
