"""Reading `settings.toml`: a slip is told in a line, with what was meant.

Everything here is judged before torch is loaded, which takes seconds, and long before training,
which takes hours.
"""

from __future__ import annotations

import difflib
import math
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from compress.settings import (
    GROUPS,
    METHODS,
    SCHEDULES,
    Settings,
    SettingsError,
    read_pattern,
)

_CHOICES = {
    "model.device": ("auto", "cuda", "mps", "cpu"),
    "prune.method": METHODS,
    "prune.schedule": SCHEDULES,
    "recover.precision": ("auto", "bf16", "fp16", "fp32"),
    "predict.runtime": ("torch", "onnx"),
    "sweep.methods": METHODS,
    "sweep.schedules": SCHEDULES,
}
_RATIO, _SHARE, _ONE_OR_MORE = (0.001, 1.0), (0.0, 1.0), (1, math.inf)
_BETWEEN = {
    "model.max_ratio": _RATIO,
    "prune.ratio": _RATIO,
    "sweep.ratios": _RATIO,
    "sweep.distill_weights": _SHARE,
    "distill.weight": _SHARE,
    "distill.temperature": (0.01, math.inf),
    "data.input_tokens": _ONE_OR_MORE,
    "data.target_tokens": _ONE_OR_MORE,
    "prune.steps": _ONE_OR_MORE,
    "recover.batch_tokens": _ONE_OR_MORE,
    "recover.accumulate": _ONE_OR_MORE,
    "predict.max_length": (2, math.inf),  # the first token only says that a text begins
    "predict.num_beams": _ONE_OR_MORE,
    "predict.batch_tokens": _ONE_OR_MORE,
    **{f"prune.keep.{group}": _SHARE for group in GROUPS},
}
"""What a number may be. One that doesn't stand here is 0 or more."""

_Record = TypeVar("_Record")


def read_settings(path: Path) -> Settings:
    """The settings of the file. Raises SettingsError."""
    settings = _record(Settings, read_toml(path), str(path))
    for name, value in _values(settings):
        try:
            _judge(name, value)
        except SettingsError as trouble:
            raise SettingsError(f"{path}: {trouble}") from None
    return settings


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of a TOML file. Raises SettingsError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as trouble:
        raise SettingsError(f"{path}: can't be read ({trouble.strerror or trouble}).") from None
    except ValueError as trouble:  # not TOML, or not UTF-8
        raise SettingsError(f"{path}: is no TOML: {trouble}.") from None


def refuse_over(settings: Settings) -> None:
    """Raise SettingsError where the model that is made could not be handed in."""
    goal, limit = settings.prune, settings.model.max_ratio
    if goal.pattern:
        pattern = read_pattern(goal.pattern)
        if pattern.keep > limit * pattern.of:
            raise SettingsError(
                f'prune.pattern "{goal.pattern}" keeps {pattern.keep / pattern.of:g} of every '
                f"layer; the limit is {limit:g}. Raise model.max_ratio to try it all the same."
            )
    elif goal.ratio > limit:
        raise SettingsError(f"prune.ratio is {goal.ratio:g}; at most {limit:g} is allowed.")


def _record(kind: type[_Record], told: dict[str, Any], file: str, table: str = "") -> _Record:
    """The table of the file as a record of this kind."""
    kinds = get_type_hints(kind)
    values = {}
    for key, value in told.items():
        if key not in kinds:
            near = difflib.get_close_matches(key, kinds, 1)
            meant = f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(kinds)}."
            place = f" in [{table}]" if table else ""
            raise SettingsError(f'{file}: there is no setting "{key}"{place}. {meant}')
        name = f"{table}.{key}" if table else key
        if not is_dataclass(kinds[key]):
            values[key] = _value(kinds[key], value, f"{file}: {name}")
        elif isinstance(value, dict):
            values[key] = _record(kinds[key], value, file, name)
        else:
            raise SettingsError(f"{file}: {name} is {value!r}; expected a table.")
    return kind(**values)


def _value(kind: Any, value: Any, place: str) -> Any:
    """The value, when it is of the kind that the record wants."""
    if kind == dict[str, float]:
        if not isinstance(value, dict):
            raise SettingsError(f"{place} is {value!r}; expected a table.")
        return {group: _value(float, share, f"{place}.{group}") for group, share in value.items()}
    if kind in (tuple[str, ...], tuple[float, ...]):
        if not isinstance(value, list):
            raise SettingsError(f"{place} is {value!r}; expected a list.")
        one = str if kind == tuple[str, ...] else float
        return tuple(_value(one, each, place) for each in value)
    if kind is float and type(value) is int:
        return float(value)
    if type(value) is not kind:  # True is no number here, though Python takes it for 1
        expected = {str: "a text in quotes", int: "a whole number", float: "a number"}[kind]
        raise SettingsError(f"{place} is {value!r}; expected {expected}.")
    return value


def _values(settings: Settings) -> Iterator[tuple[str, Any]]:
    """Every single value by its name; those of a list one by one."""
    for table, record in vars(settings).items():
        for key, value in vars(record).items():
            name = f"{table}.{key}"
            if isinstance(value, dict):
                yield from ((f"{name}.{inner}", each) for inner, each in value.items())
            elif isinstance(value, tuple):
                yield from ((name, each) for each in value)
            else:
                yield name, value


def _judge(name: str, value: Any) -> None:
    """Raise SettingsError for a value that nothing can be done with."""
    choices = _CHOICES.get(name)
    if choices is not None and value not in choices:
        raise SettingsError(f'{name} is "{value}"; choose from {", ".join(choices)}.')
    if name.startswith("prune.keep.") and name not in _BETWEEN:
        group = name[len("prune.keep.") :]
        raise SettingsError(f'prune.keep has no group "{group}"; choose from {", ".join(GROUPS)}.')
    if name in ("prune.pattern", "sweep.patterns") and value:
        read_pattern(value)
    if isinstance(value, (int, float)):
        least, most = _BETWEEN.get(name, (0, math.inf))
        if not least <= value <= most or math.isinf(value):
            expected = f"at least {least:g}" if math.isinf(most) else f"{least:g} to {most:g}"
            raise SettingsError(f"{name} is {value:g}; expected {expected}.")
