"""Reading `competition.toml`: presets, overrides, and refusals that name line and key."""

from __future__ import annotations

import difflib
import hashlib
import json
import sys
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any, Optional, TypeVar

from pydantic import BaseModel, ValidationError

from validators.rules.locate import KeyPath, key_lines, line_of
from validators.rules.records import Rules

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PRESETS = ("hw4",)
MAX_FILE_BYTES = 4 << 20
_Record = TypeVar("_Record", bound=BaseModel)


class RulesError(ValueError):
    """A rules file that can't be used; the text names file, line, key and remedy."""


@dataclass(frozen=True)
class TomlFile:
    """A TOML file as read: its values, and on which line each key stands."""

    name: str
    values: dict[str, Any]
    lines: dict[KeyPath, int]

    def at(self, path: KeyPath) -> str:
        """`competition.toml:12` for the key, or for the nearest table around it."""
        return f"{self.name}:{line_of(self.lines, path)}"


def load_rules(path: Optional[Path] = None) -> Rules:
    """The rules in a `competition.toml`, or those of the preset `hw4` when no file is given."""
    if path is None:
        return load_preset(PRESETS[0])
    return rules_of(read_toml(path))


def load_preset(name: str) -> Rules:
    """The rules of a preset that ships with the package."""
    return rules_of(_preset_file(name))


def rules_of(file: TomlFile) -> Rules:
    """The rules that a file states, on top of the preset that it extends."""
    own = {key: value for key, value in file.values.items() if key != "extends"}
    preset = file.values.get("extends")
    if preset is not None:
        if preset not in PRESETS:
            hint = _nearest(str(preset), PRESETS)
            raise RulesError(
                f'{file.at(("extends",))}: extends: there is no preset "{preset}".{hint}'
            )
        own = _merged(_preset_file(preset).values, own)
    rules = checked(Rules, own, file)
    _refuse_contradictions(rules, file)
    return rules


def rules_json(rules: Rules) -> str:
    """The rules as JSON, for `rules_from_json`."""
    return rules.model_dump_json()


def rules_from_json(text: str) -> Rules:
    """The rules that `rules_json` wrote, with its decimals as text."""
    return Rules.model_validate_json(text, strict=False)


def rules_digest(rules: Rules) -> str:
    """A SHA-256 over everything that the rules say, whatever file and order they came in."""
    text = json.dumps(rules.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def read_toml(path: Path) -> TomlFile:
    """The file's values and key lines; floats are exact decimals."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise RulesError(f"{path}: {error.strerror or error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise RulesError(f"{path}: over {MAX_FILE_BYTES:,} bytes; rules are a page or two of text.")
    try:
        return _parsed(path.name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise RulesError(f"{path.name}:{line}: not UTF-8. Save the file as UTF-8.") from error


def checked(record: type[_Record], values: dict[str, Any], file: TomlFile) -> _Record:
    """The values as a record; every problem is told with its line, its key and a suggestion."""
    try:
        return record.model_validate(values)
    except ValidationError as error:
        problems = [_told(dict(problem), record, file) for problem in error.errors()]
        raise RulesError("\n".join(problems)) from error


def _parsed(name: str, text: str) -> TomlFile:
    try:
        values = tomllib.loads(text.replace("\r\n", "\n"), parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RulesError(f"{name}: not valid TOML: {error}") from error
    return TomlFile(name, values, key_lines(text))


def _preset_file(name: str) -> TomlFile:
    text = resources.files("validators.rules").joinpath(f"presets/{name}.toml")
    return _parsed(f"preset {name}", text.read_text(encoding="utf-8"))


def _merged(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """The preset's values with the file's own on top, table by table.

    `predictions.ids` and a `model.architecture` of another family replace the preset's whole.
    """
    result = dict(base)
    for key, value in own.items():
        below = result.get(key)
        if isinstance(value, dict) and isinstance(below, dict) and not _replaces(key, value, below):
            result[key] = _merged(below, value)
        else:
            result[key] = value
    return result


def _replaces(key: str, value: dict[str, Any], below: dict[str, Any]) -> bool:
    if key == "ids":
        return True
    return key == "architecture" and value.get("family", below["family"]) != below["family"]


def _refuse_contradictions(rules: Rules, file: TomlFile) -> None:
    from validators.catalogue import code_names
    from validators.model.architecture import reference_of

    for name in rules.severities:
        if name not in code_names():
            hint = _nearest(name, code_names())
            raise RulesError(
                f'{file.at(("severities", name))}: severities: no finding is called "{name}".{hint}'
            )
    if rules.model is not None:
        total = reference_of(rules.model).total
        if total != rules.model.parameters:
            raise RulesError(
                f"{file.at(('model', 'parameters'))}: model.parameters: is "
                f"{rules.model.parameters:,}, but model.architecture has {total:,} parameters."
            )


def _told(problem: dict[str, Any], record: type[BaseModel], file: TomlFile) -> str:
    # Union members appear in the location by name; what the file holds are only the keys.
    path = tuple(str(part) for part in problem["loc"])
    kept = tuple(part for part in path if part not in {"t5", "listed", "IdRange", "IdList"})
    key = ".".join(kept)
    message = (
        problem["msg"].replace("Value error, ", "").replace("an instance of Decimal", "a number")
    )
    if problem["type"] == "extra_forbidden":
        message = f"unknown key.{_nearest(kept[-1], _known_keys(record, kept[:-1]))}"
    elif problem["type"] == "missing":
        message = "missing."
    elif kept and not isinstance(problem.get("input"), dict):
        message = f"{message}; found {_as_toml(problem.get('input'))}."
    if not kept:  # a contradiction between keys names its key itself
        key, _, message = message.partition(": ")
        kept = tuple(key.split("."))
        message += "."
    return f"{file.at(kept)}: {key}: {message}"


def _known_keys(record: type[BaseModel], path: KeyPath) -> list[str]:
    """The keys that the record knows at a path, looked up in its JSON Schema."""
    schema = record.model_json_schema()
    nodes = [schema]
    for part in path:
        nodes = [found for node in nodes for found in _variants(node, schema)]
        nodes = [node["properties"][part] for node in nodes if part in node.get("properties", {})]
    found = (key for node in nodes for each in _variants(node, schema) for key in _keys_of(each))
    return sorted(set(found))


def _variants(node: dict[str, Any], schema: dict[str, Any]) -> list[dict[str, Any]]:
    options = node.get("anyOf") or node.get("oneOf") or [node]
    return [
        schema["$defs"][option["$ref"].rsplit("/", 1)[1]] if "$ref" in option else option
        for option in options
    ]


def _keys_of(node: dict[str, Any]) -> list[str]:
    return list(node.get("properties", {}))


def _nearest(word: str, known: Any) -> str:
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f' Did you mean "{found[0]}"?' if found else ""


def _as_toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)
