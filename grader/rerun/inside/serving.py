"""`load_dataset` as students call it, answered from the course's own files."""

# The layer loads little into the program's process, and there a path is the text it was asked by.
# ruff: noqa: PTH110

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Callable, Optional, Protocol

from grader.rerun.inside.layer import Layer
from grader.rerun.inside.splits import Columns, NoSuchData, named, parts_of, read_columns, splits_in

_FORMATS = ("json", "csv", "text", "parquet", "arrow", "pandas", "generator")


class Making(Protocol):
    """Makes the objects of the library that is there."""

    def dataset(self, columns: Columns, origin: str, split: str) -> Any:
        """One data set."""

    def together(self, by_split: dict[str, Any]) -> Any:
        """All splits."""

    def streamed(self, dataset: Any) -> Any:
        """The same for one who asked for a stream."""


class Serving:
    """Answers `load_dataset` with local files, and leaves local files of the student's alone."""

    def __init__(self, layer: Layer, making: Making) -> None:
        self._layer, self._making = layer, making

    def around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """A `load_dataset` that asks the real one only for files that lie here."""

        def load_dataset(path: Any, name: Any = None, *args: Any, **asked: Any) -> Any:
            wanted = str(path)
            known = self._layer.config.datasets
            if wanted in _FORMATS or os.path.exists(wanted):
                self._layer.journal.tell("dataset", wanted, "a local file or folder")
                return real(path, name, *args, **asked)
            dataset = named(wanted, known) if name is None else _configured(wanted, name, known)
            if dataset is None:
                self._layer.journal.tell("dataset", wanted, "refused")
                raise NoSuchData(
                    f'There is no data set "{wanted}" here: this run has no network. '
                    f"There are: {', '.join(sorted(known)) or 'none'}."
                )
            return self._served(dataset, wanted, asked.get("split"), bool(asked.get("streaming")))

        return load_dataset

    def _served(self, dataset: str, wanted: str, split: Any, streaming: bool) -> Any:
        if isinstance(split, (list, tuple)):
            return [self._served(dataset, wanted, each, streaming) for each in split]
        self._layer.journal.tell("dataset", wanted, dataset)
        if split is None:
            splits = self._layer.config.datasets[dataset]
            given = self._making.together({each: self._one(dataset, each) for each in splits})
        else:
            given = self._one(dataset, _spec(split))
        return self._making.streamed(given) if streaming else given

    def _one(self, dataset: str, spec: str) -> Any:
        files = self._layer.config.datasets[dataset]
        wanted = list(files) if spec == "all" else splits_in(spec)
        read = {split: read_columns(files[split]) for split in wanted if split in files}
        rows_of = {split: len(next(iter(read.get(split, {}).values()), [])) for split in files}
        try:
            parts = parts_of(spec, rows_of)
        except NoSuchData:
            self._layer.journal.tell("split", f"{dataset}/{spec}", "refused")
            raise
        blinded = any(self._layer.config.parted(dataset, part.split) for part in parts)
        told = "blinded rows" if blinded else "as it is"
        self._layer.journal.tell("split", f"{dataset}/{spec}", told)
        names = "+".join(dict.fromkeys(part.split for part in parts))
        return self._making.dataset(_joined(read, parts), f"{dataset}/{names}", names)


def _joined(read: Mapping[str, Columns], parts: Any) -> Columns:
    if len(parts) == 1 and parts[0].start == 0:
        return {key: values[: parts[0].stop] for key, values in read[parts[0].split].items()}
    # A split without a column that another one has, as the blinded rows may be, lacks its values.
    keys = list(dict.fromkeys(key for part in parts for key in read[part.split]))
    joined: Columns = {key: [] for key in keys}
    for part in parts:
        for key in keys:
            values = read[part.split].get(key)
            length = part.stop - part.start
            joined[key] += [None] * length if values is None else values[part.start : part.stop]
    return joined


def _configured(wanted: str, name: Any, known: Mapping[str, Any]) -> Optional[str]:
    """A data set asked for with a configuration: only that which every data set has."""
    return named(wanted, known) if str(name) in ("default", "plain_text", wanted) else None


def _spec(split: Any) -> str:
    to_spec = getattr(split, "to_spec", None)
    return str(to_spec() if callable(to_spec) else split)
