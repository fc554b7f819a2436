"""Calls that load data: data sets by name, and files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Callable, Optional

from grader.integrity.data.state import Call, State
from grader.integrity.data.values import (
    Const,
    Source,
    Value,
    constant,
    joined,
    of_sources,
    sources_of,
)
from grader.integrity.data.words import LOADED, UNKNOWN, says, told

FORMATS = frozenset({"csv", "json", "text", "parquet", "arrow", "pandas", "generator", "xml"})
"""What `load_dataset` takes for a format of files, not for a data set's name."""
_FIRSTS = ("filepath_or_buffer", "path_or_buf", "path", "f", "file", "fp", "filename", "io",
           "dataset_path", "path_or_paths")  # fmt: skip
PATH = "\0path"
"""Under which part of an open file its path is kept."""
_TABLES = frozenset({"pandas", "pd", "polars", "pl", "cudf", "dask"})
_ARRAYS = frozenset({"numpy", "np", "pickle", "dill", "joblib", "torch", "cloudpickle", "pkl"})
_TEXTS = frozenset({"json", "yaml", "toml", "tomli", "tomllib", "ujson", "orjson", "jsonlines"})
_CONFIGS = re.compile(
    r"\.(ya?ml|toml|ini|cfg|md|py|ipynb|model|vocab)$"
    r"|(^|[/_.-])(config|settings?|args|arguments|hparams|params|vocab|tokenizer\w*|stopwords)"
    r"([_.-]|$)",
    re.IGNORECASE,
)
_WEIGHTS = re.compile(r"\.(pt|pth|bin|ckpt|safetensors)$", re.IGNORECASE)


def _dataset(state: State, call: Call) -> Optional[Value]:
    """`load_dataset`."""
    wanted = call.argument(0, "path")
    names = wanted.texts if wanted is not None else ()
    if any(name in FORMATS for name in names):
        return _files(state, call)
    if not names:
        state.observe("dataset", "?", call.site, says(UNKNOWN))
        return of_sources(_split_sources("?", call))
    found = []
    for name in names:
        state.observe("dataset", name, call.site, says(LOADED))
        found.append(_named(state, name, call))
    return joined(found)


def _named(state: State, name: str, call: Call) -> Value:
    written = state.written(name)
    if written is not None:
        return of_sources(written)
    split = call.keyword("split") or (call.args[3] if len(call.args) > 3 else None)
    if split is None or split.consts == (None,):
        whole = Source("data", name, call.site, "*")
        return Value(sources=frozenset({whole}), splits=whole)
    several = [
        part for _, part in sorted((split.items or {}).items(), key=lambda each: str(each[0]))
    ]
    if several:
        return Value(items={n: _one(state, name, each, call) for n, each in enumerate(several)})
    return _one(state, name, split, call)


def _one(state: State, name: str, split: Value, call: Call) -> Value:
    texts = split.texts or ((_of_enum(split.api),) if split.api else ("?",))
    found = [Source("data", name, call.site, part) for text in texts for part in parts_of(text)]
    for each in found:
        state.observe("split", told(each), call.site, says(LOADED))
    doubt = len(texts) > 1
    return of_sources(replace(each, sure=not doubt) for each in found)


def parts_of(split: str) -> tuple[str, ...]:
    """The splits that a text such as `train+test[:10%]` names, each with its slice."""
    return tuple(part.strip() for part in split.split("+") if part.strip()) or ("?",)


def _of_enum(api: str) -> str:
    head, _, last = api.rpartition(".")
    return last.lower() if head.endswith("Split") else "?"


def _split_sources(name: str, call: Call) -> Iterable[Source]:
    split = call.keyword("split")
    texts = split.texts if split is not None else ()
    return [
        Source("data", name, call.site, part) for text in texts or ("*",) for part in parts_of(text)
    ]


def _files(state: State, call: Call) -> Value:
    """`load_dataset("csv", data_files=…)`: each split is what its files are."""
    given = call.keyword("data_files") or call.keyword("data_dir") or call.argument(2)
    split = call.keyword("split")
    if given is not None and given.items and any(isinstance(key, str) for key in given.items):
        parts: dict[Const, Value] = {
            key: of_sources(_read(state, _texts_in(each), call))
            for key, each in given.items.items()
        }
        if split is not None and split.text is not None:
            wanted = [part.partition("[")[0] for part in parts_of(split.text)]
            return joined([parts.get(each, Value()) for each in wanted])
        return Value(items=parts, made="DatasetDict")
    whole = of_sources(_read(state, _texts_in(given) if given is not None else (), call))
    if split is not None:
        return whole
    return Value(items={"train": whole}, made="DatasetDict")


def _texts_in(value: Value) -> tuple[str, ...]:
    return value.texts or tuple(t for part in (value.items or {}).values() for t in part.texts)


def _read(state: State, paths: Iterable[str], call: Call) -> frozenset[Source]:
    """What files are made from: what the package's programs wrote into them, or themselves."""
    found: set[Source] = set()
    for path in paths:
        written = state.written(path)
        kind = "url" if re.match(r"(https?|hf|s3|gs|ftp)://", path) else "file"
        state.observe(kind, path, call.site, says(LOADED))
        if written is not None:
            found |= written
        elif _WEIGHTS.search(path):
            found.add(Source("model", path, call.site))
        elif not _CONFIGS.search(path):
            found.add(Source("url" if kind == "url" else "file", path, call.site))
    if not list(paths):
        state.observe("file", "?", call.site, says(UNKNOWN))
        found.add(Source("file", "?", call.site))
    return frozenset(found)


def path_of(value: Optional[Value]) -> tuple[str, ...]:
    """The path that a value names: a text, a `Path`, or an open file."""
    if value is None:
        return ()
    if value.texts:
        return value.texts
    inner = value.part(PATH)
    return inner.texts if inner is not None else ()


def _root(call: Call) -> str:
    return call.function.api.partition(".")[0]


def _from_file(state: State, call: Call) -> Optional[Value]:
    """A reader that takes the file first."""
    first = call.argument(0, *_FIRSTS)
    if first is not None and first.part(PATH) is not None:
        return of_sources(sources_of(first))
    if first is not None and not first.texts and (sources_of(first) or first.made):
        return of_sources(sources_of(first))  # a buffer, or what was downloaded
    return of_sources(_read(state, first.texts if first is not None else (), call))


def _by_root(roots: frozenset[str]) -> Callable[[State, Call], Optional[Value]]:
    def read(state: State, call: Call) -> Optional[Value]:
        return _from_file(state, call) if _root(call) in roots else None

    return read


def _load(state: State, call: Call) -> Optional[Value]:
    """`load` of json, pickle, numpy, torch; anybody else's is somebody else's."""
    if _root(call) in _TEXTS | _ARRAYS:
        return _from_file(state, call)
    return None


def _loads(state: State, call: Call) -> Optional[Value]:
    return of_sources(sources_of(call.argument(0, "s")))


def _open(state: State, call: Call) -> Optional[Value]:
    """`open`, also as a method of a path."""
    function = call.function
    method = bool(function.attribute)
    target = function.receiver if method else call.argument(0, "file")
    mode = call.argument(0 if method else 1, "mode")
    kind = mode.text if mode is not None and mode.text is not None else "r"
    paths = path_of(target)
    path = constant(paths[0]) if len(paths) == 1 else Value()
    if set(kind) & set("wax"):
        return Value(items={PATH: path}, made="open")
    if target is not None and not paths and sources_of(target):
        return of_sources(sources_of(target))
    return Value(sources=_read(state, paths, call), items={PATH: path}, made="open")


def _read_method(state: State, call: Call) -> Optional[Value]:
    """`read_text` of a path, `read` of an open file."""
    owner = call.function.receiver
    if owner is None:
        return None
    if owner.texts or owner.made == "pathlib.Path" or owner.part(PATH) is not None:
        if owner.sources or owner.made == "open":
            return of_sources(owner.sources)
        return of_sources(_read(state, path_of(owner), call))
    return None


def _path(state: State, call: Call) -> Optional[Value]:
    """`Path`, `os.path.join`, `str` of a path: a text that names a file."""
    parts = [path_of(each) for each in call.args]
    if not parts or any(len(each) != 1 for each in parts):
        return Value(made="pathlib.Path")
    text = "/".join(each[0].rstrip("/") if len(parts) > 1 else each[0] for each in parts)
    return replace(constant(text), made="pathlib.Path", soft=any(each.soft for each in call.args))


def _join(state: State, call: Call) -> Optional[Value]:
    return _path(state, call) if call.function.api.endswith("path.join") else None


HANDLERS: Mapping[str, Callable[[State, Call], Optional[Value]]] = {
    "load_dataset": _dataset, "load_from_disk": _from_file, "open": _open, "Path": _path,
    "PurePath": _path, "abspath": _path, "expanduser": _path, "join": _join,
    **{name: _by_root(_TABLES) for name in (
        "read_csv", "read_json", "read_parquet", "read_table", "read_pickle", "read_excel",
        "read_feather", "read_ndjson", "read_orc", "scan_csv", "scan_parquet")},
    **{name: _by_root(_ARRAYS | _TEXTS) for name in ("loadtxt", "genfromtxt", "fromfile")},
    "load": _load, "safe_load": _load, "loads": _loads, "load_file": _from_file,
    "from_csv": _from_file, "from_json": _from_file, "from_parquet": _from_file,
    "from_text": _from_file, "read_text": _read_method, "read_bytes": _read_method,
    "read": _read_method, "readlines": _read_method, "reader": _from_file,
    "DictReader": _from_file,
}  # fmt: skip
