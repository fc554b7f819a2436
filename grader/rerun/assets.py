"""The course's models and data sets: what a student's code may load when it is run again."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Optional

from grader.rerun.records import Bill

MAX_LINE_BYTES = 8 << 20
"""The longest line, or cell, of a data file that is read."""
_WEIGHTS = (".safetensors", ".bin", ".pth", ".pt")
_KINDS = (".jsonl", ".csv")
_COLUMNS = ("text", "summary", "title")


class AssetsError(ValueError):
    """Assets that can't be used; the text names the place and what to mend."""


@dataclass(frozen=True)
class Model:
    """A model or tokenizer folder of the course; its name is what students ask for."""

    name: str
    folder: Path
    weights: bool


@dataclass(frozen=True)
class Split:
    """One data file of the course."""

    dataset: str
    name: str
    file: Path


@dataclass(frozen=True)
class Assets:
    """What lies in the assets folder, in the order of the names."""

    folder: Path
    models: tuple[Model, ...] = ()
    splits: tuple[Split, ...] = ()
    hub: Optional[Path] = None

    def split(self, dataset: str, name: str) -> Split:
        """One split of a data set. Raises AssetsError when it is missing."""
        for split in self.splits:
            if (split.dataset, split.name) == (last_part(dataset), name):
                return split
        wanted = self.folder / "datasets" / last_part(dataset) / f"{name}.jsonl"
        raise AssetsError(
            f"{wanted}: there is no such file, nor a .csv. Put the data set's rows there."
        )


def last_part(name: str) -> str:
    """The part of a name or path by which models and data sets are known."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    return parts[-1] if parts else ""


def read_assets(folder: Path) -> Assets:
    """What lies in the folder. Raises AssetsError for what the TA must mend first."""
    if not folder.is_dir():
        raise AssetsError(
            f"{folder}: there is no such folder. Make it, with models/ and datasets/."
        )
    try:
        models = tuple(_models(folder / "models"))
        splits = tuple(_splits(folder / "datasets"))
    except OSError as error:
        raise AssetsError(f"{error.filename}: can't be read ({error.strerror}).") from error
    if not models and not splits:
        raise AssetsError(f"{folder}: holds no models/NAME/ and no datasets/NAME/SPLIT.jsonl.")
    _refuse_alike(folder / "models", [model.name for model in models])
    _refuse_alike(folder / "datasets", sorted({split.dataset for split in splits}))
    hub = folder / "hub"
    return Assets(folder, models, splits, hub if hub.is_dir() else None)


def released(assets: Assets, name: str) -> Model:
    """The released model of the course. Raises AssetsError when it or its weights are missing."""
    wanted = last_part(name)
    for model in assets.models:
        if model.name == wanted and model.weights:
            return model
        if model.name == wanted:
            raise AssetsError(f"{model.folder}: holds no weights. Put model.safetensors there.")
    there = ", ".join(model.name for model in assets.models) or "none"
    raise AssetsError(f"{assets.folder / 'models' / wanted}: no such model; there are: {there}.")


def read_bills(path: Path) -> tuple[Bill, ...]:
    """Every row of a data file. Raises AssetsError with the line that is no row."""
    try:
        with path.open("rb") as file:
            bills = tuple(_csv_bills(path, file) if path.suffix == ".csv" else _bills(path, file))
    except OSError as error:
        raise AssetsError(f"{path}: can't be read ({error.strerror or error}).") from error
    if not bills:
        raise AssetsError(f"{path}: has no rows; expected one for each bill.")
    return bills


def _models(folder: Path) -> Iterator[Model]:
    for each in _inside(folder):
        if not each.is_dir():
            continue
        names = sorted(path.name for path in each.iterdir())
        if not names:
            raise AssetsError(f"{each}: is empty; expected config.json or a tokenizer's files.")
        yield Model(each.name, each, any(name.endswith(_WEIGHTS) for name in names))


def _splits(folder: Path) -> Iterator[Split]:
    for each in _inside(folder):
        if not each.is_dir():
            continue
        found: dict[str, Path] = {}
        for file in _inside(each):
            if file.suffix not in _KINDS or not file.is_file():
                continue
            if file.stem in found:
                both = f"{found[file.stem].name} and {file.name}"
                raise AssetsError(f"{each}: holds {both}; expected one of them. Remove the other.")
            found[file.stem] = file
            yield Split(each.name, file.stem, file)
        if not found:
            raise AssetsError(f"{each}: holds no data; expected files such as train.jsonl.")


def _inside(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if not path.name.startswith((".", "_"))]
    for path in found:
        if not path.name.isprintable():
            raise AssetsError(f"{folder}: holds a name that can't be shown: {path.name!a}.")
    return sorted(found, key=lambda path: path.name)


def _refuse_alike(folder: Path, names: list[str]) -> None:
    """Names are asked for in any case, so two that differ only in that could not be told apart."""
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFKC", name).casefold()
        if key in seen:
            raise AssetsError(f'{folder}: "{seen[key]}" and "{name}" are too alike. Rename one.')
        seen[key] = name


def _bills(path: Path, file: IO[bytes]) -> Iterator[Bill]:
    # Not by text lines: a bill may hold separators that Python takes for line ends.
    number = 0
    while True:
        line = file.readline(MAX_LINE_BYTES + 1)
        if not line:
            return
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise AssetsError(f"{path}:{number}: is over {MAX_LINE_BYTES:,} bytes long.")
        if not line.strip():
            continue
        try:
            row = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise AssetsError(f"{path}:{number}: is no JSON object in UTF-8 ({error}).") from error
        if not isinstance(row, dict):
            raise AssetsError(f"{path}:{number}: expected a JSON object with text and summary.")
        yield _bill(f"{path}:{number}", row)


def _csv_bills(path: Path, file: IO[bytes]) -> Iterator[Bill]:
    reader = csv.reader(_lines(path, file))
    limit = csv.field_size_limit(MAX_LINE_BYTES)
    try:
        header = next(reader, [])
        if "text" not in header:
            raise AssetsError(
                f"{path}:1: has no column text; found: {', '.join(header) or 'none'}."
            )
        before = reader.line_num
        for cells in reader:
            at, before = f"{path}:{before + 1}", reader.line_num
            if not cells:
                continue
            if len(cells) != len(header):
                raise AssetsError(f"{at}: has {len(cells)} cells; expected {len(header)}.")
            yield _bill(at, dict(zip(header, cells)))
    except csv.Error as error:
        raise AssetsError(f"{path}:{reader.line_num}: is no CSV row ({error}).") from error
    finally:
        csv.field_size_limit(limit)


def _lines(path: Path, file: IO[bytes]) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise AssetsError(f"{path}:{number}: is not UTF-8 text.") from error


def _bill(at: str, row: dict[str, Any]) -> Bill:
    values = {}
    for key in _COLUMNS:
        value = row.get(key, "")
        if not isinstance(value, str) or (key == "text" and "text" not in row):
            raise AssetsError(f"{at}: {key} is no text; expected a string.")
        try:
            value.encode("utf-8")
        except UnicodeEncodeError as error:
            raise AssetsError(f"{at}: {key} holds half a character, which is no text.") from error
        values[key] = value
    return Bill(values["text"], values["summary"], values["title"])
