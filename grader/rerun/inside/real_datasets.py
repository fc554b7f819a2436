"""The course's data through the real library `datasets`, where that is installed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import FrameType, ModuleType
from typing import Any, Callable, Optional

from grader.rerun.inside.layer import Layer, wrap
from grader.rerun.inside.reads import ReadRow, Reads, Telling, marked, origin_of, watch
from grader.rerun.inside.serving import Serving

_WHOLE = ("to_pandas", "to_dict", "to_list", "to_csv", "to_json", "to_parquet", "to_polars", "iter",
          "to_iterable_dataset")  # fmt: skip
Method = Callable[..., Any]


def install(layer: Layer) -> None:
    """Serve the course's data when `datasets` has been imported, and tell what is read of it."""
    reads = Reads(layer)
    watch(reads)
    library = _Library(layer, reads)
    layer.hooks.after("datasets", library.serve)
    layer.hooks.after("datasets.arrow_dataset", library.tell_reads)
    layer.hooks.after("datasets.formatting.formatting", library.tell_lazy_reads)


class _Library:
    def __init__(self, layer: Layer, reads: Reads) -> None:
        self._layer, self._reads = layer, reads

    def serve(self, module: ModuleType) -> None:
        """Put our `load_dataset` before the library's."""
        if getattr(module, "course_stand_in", False):
            return
        serving = Serving(self._layer, _Making(module))
        wrap(module, "load_dataset", serving.around)
        loading = sys.modules.get("datasets.load")
        if loading is not None:
            loading.__dict__["load_dataset"] = module.load_dataset

    def tell_reads(self, module: ModuleType) -> None:
        """Tell what is read of a Dataset by its own methods."""
        dataset = module.Dataset
        wrap(dataset, "__getitem__", self._getting)
        wrap(dataset, "__getitems__", self._getting_rows)
        wrap(dataset, "__iter__", self._iterating)
        wrap(dataset, "map", self._mapping)
        wrap(dataset, "filter", self._filtering)
        for name in _WHOLE:
            wrap(dataset, name, self._whole)
        wrap(dataset, "rename_column", self._renaming)

    def tell_lazy_reads(self, module: ModuleType) -> None:
        """Tell what a function that is mapped over rows reads of them."""
        if not hasattr(module, "LazyDict"):  # before datasets 2.10 they are given plain dicts
            self._layer.journal.tell("record", "columns", "this `datasets` maps plain rows", "")
            return
        wrap(module.LazyDict, "__getitem__", self._getting_lazily)

    def _getting(self, real: Method) -> Method:
        def getitem(dataset: Any, key: Any) -> Any:
            origin = _origin(dataset)
            if not origin or _library(sys._getframe(1)):
                return real(dataset, key)
            if isinstance(key, str):
                self._reads.column(origin, key)
            found = real(dataset, key)
            return ReadRow.of(found, origin) if type(found) is dict else found

        return getitem

    def _getting_rows(self, real: Method) -> Method:
        def getitems(dataset: Any, keys: Any) -> Any:
            origin = _origin(dataset)
            rows = real(dataset, keys)
            return [ReadRow.of(row, origin) for row in rows] if origin else rows

        return getitems

    def _iterating(self, real: Method) -> Method:
        def iterate(dataset: Any) -> Iterator[Any]:
            origin = _origin(dataset)
            for row in real(dataset):
                yield ReadRow.of(row, origin) if origin and type(row) is dict else row

        return iterate

    def _mapping(self, real: Method) -> Method:
        def mapping(dataset: Any, *args: Any, **named: Any) -> Any:
            origin = _origin(dataset)
            asked = named.get("input_columns") or ()
            for column in (asked,) if isinstance(asked, str) else asked:
                self._reads.column(origin, column)
            with self._reads.mapping(origin):
                return real(dataset, *args, **named)

        return mapping

    def _filtering(self, real: Method) -> Method:
        mapping = self._mapping(real)

        def filtering(dataset: Any, function: Any = None, *args: Any, **named: Any) -> Any:
            origin = _origin(dataset)
            by_row = origin and callable(function) and not named.get("input_columns")
            told = Telling(function, origin) if by_row else function
            return mapping(dataset, told, *args, **named)

        return filtering

    def _whole(self, real: Method) -> Method:
        def whole(dataset: Any, *args: Any, **named: Any) -> Any:
            origin = _origin(dataset)
            if origin and not _library(sys._getframe(1)):
                self._reads.columns(origin, dataset.column_names, f"all at once ({real.__name__})")
            return real(dataset, *args, **named)

        return whole

    def _renaming(self, real: Method) -> Method:
        def rename(dataset: Any, name: str, new: str, *args: Any, **named: Any) -> Any:
            origin = _origin(dataset)
            if origin:
                self._reads.column(origin, name, f"renamed to {new}")
            return real(dataset, name, new, *args, **named)

        return rename

    def _getting_lazily(self, real: Method) -> Method:
        def getitem(row: Any, key: Any) -> Any:
            origin = self._reads.mapped
            if origin and not _library(sys._getframe(1)):
                self._reads.column(origin, key)
            return real(row, key)

        return getitem


class _Making:
    """Makes the library's own objects."""

    def __init__(self, module: Any) -> None:
        self._module = module

    def dataset(self, columns: dict[str, list[Any]], origin: str, split: str) -> Any:
        """A data set that knows where its rows come from."""
        info = self._module.DatasetInfo(description=marked(origin))
        # The library has no name for rows of several splits.
        one = None if "+" in split else self._module.NamedSplit(split)
        return self._module.Dataset.from_dict(columns, info=info, split=one)

    def together(self, by_split: dict[str, Any]) -> Any:
        """All splits in one."""
        return self._module.DatasetDict(by_split)

    def streamed(self, dataset: Any) -> Any:
        """The same rows one after the other."""
        if isinstance(dataset, dict):
            streams = {name: each.to_iterable_dataset() for name, each in dataset.items()}
            return self._module.IterableDatasetDict(streams)
        return dataset.to_iterable_dataset()


def _origin(dataset: Any) -> str:
    return origin_of(getattr(dataset.info, "description", ""))


def _library(frame: Optional[FrameType]) -> bool:
    """Whether it is the library that reads here, and not who uses it."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name not in ("_collections_abc", "collections.abc", "contextlib"):
            return bool(name == "datasets" or name.startswith("datasets."))
        frame = frame.f_back
    return False
