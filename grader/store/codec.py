"""Records as canonical JSON, and back: the same record gives the same bytes, and comes back equal.

The JSON is ASCII, so that any text can be stored: a NUL or a lone surrogate (what `os.fsdecode`
makes of a file name that isn't UTF-8) is written as its escape. One thing is not kept apart: a high
surrogate followed by a low one comes back as the one character that the pair stands for; no decoder
of Python's gives such a pair. Infinite and undefined numbers are written as Python does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from datetime import datetime
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_type_hints

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")


class UnreadableError(ValueError):
    """Stored text that is no such record; the text says where, and quotes nothing of it."""


def encode(record: object) -> str:
    """The record as canonical JSON: sorted names, no spaces, ASCII.

    Raises TypeError or ValueError for what no record may hold.
    """
    return json.dumps(record, default=_plain, sort_keys=True, separators=(",", ":"))


def decode(text: str, type_: type[T]) -> T:
    """The record of that type which the text says. Raises UnreadableError."""
    wanted: Any = type_
    try:
        found: T = _adapter(wanted).validate_python(json.loads(text))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UnreadableError(f"{place}: {first['type']}") from error
    except (ValueError, TypeError, RecursionError) as error:
        raise UnreadableError(f"not JSON that was written here ({type(error).__name__})") from error
    return found


def shape(type_: Any) -> str:
    """A short digest of the fields of the type and of every record in it, by name and type.

    Text that was written for another shape is of an older or a newer program.
    """
    return _shape(type_)


def column(text: str) -> Union[str, bytes]:
    """The text as a column's value: as it is, or as bytes where it is no Unicode.

    No two texts get the same value: to SQLite bytes and text are never equal.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(value: Union[str, bytes]) -> str:
    """The text of which `column` made the value."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


@cache
def _shape(type_: Any) -> str:
    found: dict[str, str] = {}
    _describe(type_, found)
    told = "\n".join((repr(type_), *(f"{name}: {found[name]}" for name in sorted(found))))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a record must not hold a {type(value).__name__}")


@cache
def _adapter(type_: Any) -> TypeAdapter[Any]:
    return TypeAdapter(type_)


def _describe(hint: Any, found: dict[str, str]) -> None:
    """Add the fields of every dataclass in the type to what was found."""
    name = f"{getattr(hint, '__module__', '')}.{getattr(hint, '__qualname__', hint)}"
    if name in found:
        return
    if not is_dataclass(hint):
        for inner in get_args(hint):
            _describe(inner, found)
        return
    found[name] = ", ".join(f"{field.name}: {field.type}" for field in fields(hint))
    hints = get_type_hints(hint, include_extras=True)
    for field in fields(hint):
        _describe(hints[field.name], found)
