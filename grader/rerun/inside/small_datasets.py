"""A small stand-in for the library `datasets`, for environments that lack it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Callable, Optional, Union

from grader.rerun.inside.layer import Layer
from grader.rerun.inside.reads import ReadRow, Reads, watch
from grader.rerun.inside.serving import Serving
from grader.rerun.inside.splits import Columns, read_columns


def install(layer: Layer) -> None:
    """Stand in for `datasets` where it is not installed."""
    reads = Reads(layer)
    layer.stand_ins.add("datasets", lambda module: _fill(module, layer, reads))


def _fill(module: ModuleType, layer: Layer, reads: Reads) -> None:
    watch(reads)
    module.__dict__.update(
        course_stand_in=True, Dataset=Dataset, DatasetDict=DatasetDict, IterableDataset=Dataset,
        load_dataset=Serving(layer, _Making()).around(_local_files),
        concatenate_datasets=_concatenated, disable_progress_bar=lambda: None,
        disable_caching=lambda: None,
    )  # fmt: skip
    layer.journal.tell("record", "datasets", "not installed: the layer's small stand-in is used")


def _tell(dataset: Dataset, column: str) -> None:
    if dataset.origin:
        # A row of one column, so that there is one way only to tell what is read.
        ReadRow.of({column: None}, dataset.origin)[column]


class Dataset:
    """Columns of equal length, with the methods that the tutorial's code uses."""

    def __init__(self, columns: Columns, origin: str = "", split: str = "") -> None:
        self._columns, self.origin, self.split = columns, origin, split
        self._shown: Optional[list[str]] = None

    @classmethod
    def from_dict(cls, columns: Columns) -> Dataset:
        """The columns as a data set."""
        return cls({key: list(values) for key, values in columns.items()})

    @classmethod
    def from_pandas(cls, frame: Any) -> Dataset:
        """The columns of a frame."""
        return cls({str(key): list(frame[key]) for key in frame.columns})

    @property
    def column_names(self) -> list[str]:
        """The names of the columns."""
        return list(self._columns)

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return len(self)

    def __len__(self) -> int:
        return len(next(iter(self._columns.values()), ()))

    def __iter__(self) -> Iterator[Any]:
        return (self[number] for number in range(len(self)))

    def __getitem__(self, key: Union[int, str, slice, list[int]]) -> Any:
        if isinstance(key, str):
            _tell(self, key)
            return list(self._columns[key])
        shown = {name: self._columns[name] for name in self._shown or self._columns}
        if isinstance(key, slice):
            return self._row({name: values[key] for name, values in shown.items()})
        if hasattr(key, "__index__"):
            return self._row({name: values[key] for name, values in shown.items()})
        return self._row({name: [values[at] for at in key] for name, values in shown.items()})

    def map(
        self, function: Callable[..., Any], batched: bool = False, batch_size: int = 1000,
        remove_columns: Union[str, list[str], None] = None, with_indices: bool = False,
        fn_kwargs: Optional[dict[str, Any]] = None, **_: Any,
    ) -> Dataset:  # fmt: skip
        """What the function makes of each row or batch, added to its columns."""
        removed = [remove_columns] if isinstance(remove_columns, str) else remove_columns or []
        made: Columns = {}
        for start in range(0, len(self), batch_size if batched else 1):
            whole = range(start, min(start + batch_size, len(self)))
            given = self._plain(list(whole)) if batched else self._plain(start)
            places: tuple[Any, ...] = (list(whole) if batched else start,) if with_indices else ()
            got = function(self._row(given), *places, **(fn_kwargs or {}))
            kept = {key: value for key, value in given.items() if key not in removed}
            for key, value in {**kept, **dict(got or {})}.items():
                made.setdefault(key, []).extend(value if batched else [value])
        return self._like(made)

    def filter(self, function: Callable[[Any], bool], **_: Any) -> Dataset:
        """The rows that the function says yes to."""
        return self.select([at for at in range(len(self)) if function(self[at])])

    def select(self, indices: Any, **_: Any) -> Dataset:
        """The rows at these places."""
        kept = list(indices)
        return self._like(
            {key: [values[at] for at in kept] for key, values in self._columns.items()}
        )

    def shuffle(self, seed: Optional[int] = None, **_: Any) -> Dataset:
        """The rows in another order, which is not the library's for the same seed."""
        order = list(range(len(self)))
        random.Random(seed).shuffle(order)  # noqa: S311 - the order of rows is no secret
        return self.select(order)

    def train_test_split(
        self, test_size: Union[float, int] = 0.25, seed: Optional[int] = None,
        shuffle: bool = True, **_: Any,
    ) -> DatasetDict:  # fmt: skip
        """The rows parted in two."""
        rows = self.shuffle(seed) if shuffle else self
        tests = test_size if isinstance(test_size, int) else -int(-test_size * len(self) // 1)
        cut = len(self) - tests
        return DatasetDict(train=rows.select(range(cut)), test=rows.select(range(cut, len(self))))

    def remove_columns(self, names: Union[str, list[str]]) -> Dataset:
        """The data set without these columns."""
        gone = [names] if isinstance(names, str) else names
        return self._like({key: each for key, each in self._columns.items() if key not in gone})

    def rename_column(self, name: str, new: str) -> Dataset:
        """The data set with a column of another name."""
        _tell(self, name)
        renamed = {new if key == name else key: each for key, each in self._columns.items()}
        return self._like(renamed)

    def add_column(self, name: str, column: list[Any], **_: Any) -> Dataset:
        """The data set with one more column."""
        return self._like({**self._columns, name: list(column)})

    def set_format(self, type: Optional[str] = None, columns: Any = None, **_: Any) -> None:
        """Show these columns only in rows."""
        self._shown = None if columns is None else list(columns)

    def with_format(self, type: Optional[str] = None, columns: Any = None, **_: Any) -> Dataset:
        """The same rows with these columns only."""
        other = self._like(self._columns)
        other.set_format(type, columns)
        return other

    def to_dict(self) -> Columns:
        """All columns as lists."""
        for name in self._columns:
            _tell(self, name)
        return {key: list(values) for key, values in self._columns.items()}

    def to_pandas(self) -> Any:
        """All columns as a frame of pandas."""
        import pandas as pd

        return pd.DataFrame(self.to_dict())

    def _plain(self, at: Union[int, list[int]]) -> dict[str, Any]:
        if isinstance(at, int):
            return {key: values[at] for key, values in self._columns.items()}
        return {key: [values[each] for each in at] for key, values in self._columns.items()}

    def _row(self, values: dict[str, Any]) -> dict[str, Any]:
        return ReadRow.of(values, self.origin) if self.origin else values

    def _like(self, columns: Columns) -> Dataset:
        return Dataset(columns, self.origin, self.split)


class DatasetDict(dict[str, Dataset]):
    """Data sets by split, changed together."""

    def __getattr__(self, name: str) -> Callable[..., DatasetDict]:
        if name.startswith("_") or not callable(getattr(Dataset, name, None)):
            raise AttributeError(name)

        def each(*args: Any, **named: Any) -> DatasetDict:
            return DatasetDict(
                {key: getattr(dataset, name)(*args, **named) for key, dataset in self.items()}
            )

        return each

    @property
    def column_names(self) -> dict[str, list[str]]:
        """The names of the columns by split."""
        return {name: dataset.column_names for name, dataset in self.items()}


class _Making:
    def dataset(self, columns: Columns, origin: str, split: str) -> Dataset:
        return Dataset(columns, origin, split)

    def together(self, by_split: dict[str, Dataset]) -> DatasetDict:
        return DatasetDict(by_split)

    def streamed(self, dataset: Any) -> Any:
        return dataset


def _concatenated(datasets: list[Dataset], **_: Any) -> Dataset:
    keys = datasets[0].column_names
    joined = {key: [value for each in datasets for value in each._columns[key]] for key in keys}
    return Dataset(joined, datasets[0].origin, datasets[0].split)


def _local_files(path: str, name: Any = None, *, data_files: Any = None, **asked: Any) -> Any:
    """The student's own `json` and `csv` files, which the real library would read."""
    if path not in ("json", "csv") or data_files is None:
        raise ValueError(f'"{path}" needs the library `datasets`, which is not installed here.')
    by_split = data_files if isinstance(data_files, dict) else {"train": data_files}
    made = DatasetDict()
    for split, files in by_split.items():
        listed = [files] if isinstance(files, str) else list(files)
        parts = [Dataset(read_columns(str(file), None), "", split) for file in listed]
        made[split] = _concatenated(parts)
    return made[asked["split"]] if asked.get("split") else made
