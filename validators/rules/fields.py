"""The kinds of value that a competition file holds, checked when the file is read."""

from __future__ import annotations

import codecs
import re
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema


class Table(BaseModel):
    """One table of the file: frozen, strictly typed, without unknown keys."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        validate_default=True,
        use_attribute_docstrings=True,
    )


def _exact(value: Any) -> Any:
    # The file is read with floats as Decimal, so that 0.3 means 3/10 and nothing near it.
    return Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _finite(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("must be a finite number")
    # One spelling for each number, so that 0.30 and 0.3 have one digest.
    return Decimal(format(value.normalize(), "f"))


def as_tuple(value: Any) -> Any:
    """The value with a TOML array as a tuple, which can't be changed."""
    return tuple(value) if isinstance(value, list) else value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except Exception as error:  # ZoneInfo raises several unrelated types for a bad name
        raise ValueError('must be an IANA time zone such as "Asia/Taipei"') from error
    return value


def _local_time(value: datetime) -> datetime:
    if value.tzinfo is not None:
        raise ValueError("must be a local time without offset; competition.time_zone says the zone")
    return value


def _regex(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"must be a regular expression ({error})") from error
    return value


def _codec(value: str) -> str:
    try:
        return codecs.lookup(value).name
    except LookupError as error:
        raise ValueError("must be a text encoding that Python knows") from error


def _plain_name(value: str) -> str:
    if not value or value in {".", ".."} or re.search(r'[/\\:*?"<>|\x00-\x1f]', value):
        raise ValueError("must be a plain file or folder name")
    return value


def _suffix(value: str) -> str:
    if not re.fullmatch(r"\.[a-z0-9]+", value):
        raise ValueError('must be a lower-case file suffix such as ".py"')
    return value


def _name_pattern(value: str) -> str:
    holes = re.findall(r"\{([^}]*)\}", value)
    if set(holes) - {"id", "name"} or len(holes) != len(set(holes)) or "id" not in holes:
        raise ValueError("must hold {id} once, may hold {name} once, and no other {…}")
    return value


Exact = Annotated[
    Decimal,
    BeforeValidator(_exact),
    AfterValidator(_finite),
    WithJsonSchema({"type": "number"}),
]
Fraction01 = Annotated[
    Decimal,
    BeforeValidator(_exact),
    AfterValidator(_finite),
    Field(ge=0, le=1),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1}),
]
Text = Annotated[str, Field(min_length=1)]
Names = Annotated[tuple[Text, ...], BeforeValidator(as_tuple), Field(min_length=1)]
PlainName = Annotated[str, AfterValidator(_plain_name)]
NamePattern = Annotated[str, AfterValidator(_name_pattern)]
NamePatterns = Annotated[tuple[NamePattern, ...], BeforeValidator(as_tuple), Field(min_length=1)]
NamePatternsOrNone = Annotated[tuple[NamePattern, ...], BeforeValidator(as_tuple)]
Suffixes = Annotated[
    tuple[Annotated[str, AfterValidator(_suffix)], ...],
    BeforeValidator(as_tuple),
    Field(min_length=1),
]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
LocalTime = Annotated[datetime, AfterValidator(_local_time)]
Regex = Annotated[str, AfterValidator(_regex)]
Encoding = Annotated[str, AfterValidator(_codec)]
Count = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
