"""Rules of what is handed in: the team's name, the package, the predictions."""

from __future__ import annotations

from typing import Annotated, Literal, Union

from pydantic import Discriminator, Field, Tag

from validators.rules.fields import (
    Encoding,
    NamePatterns,
    NamePatternsOrNone,
    Names,
    Positive,
    Regex,
    Suffixes,
    Table,
    Text,
)


class TeamRules(Table):
    """How a team must be called on Kaggle."""

    pattern: NamePatterns
    """Accepted forms, the preferred one first; `{id}` and `{name}` stand for their values."""
    id: Regex
    """What a student id looks like (matched whole, after Unicode normalisation)."""


class PackageRules(Table):
    """What is handed in on the course site."""

    zip: NamePatterns
    """Accepted names of the zip without its suffix, the preferred one first."""
    report: NamePatternsOrNone
    """Accepted names of the report without its suffix; none where no report is asked for."""
    report_suffixes: Suffixes
    """The forms in which a report may come."""
    readme_suffixes: Suffixes
    """The forms in which a README may come."""
    code_suffixes: Suffixes
    """What counts as code."""
    legacy_name_encoding: Encoding
    """How names in a zip are read that are not marked as UTF-8 and are not UTF-8."""
    reuploads: Literal["latest-in-time", "latest", "first"]
    """Which of several submissions counts: the latest before closing, the latest, or the first."""
    max_zip_bytes: Positive
    """The largest zip that is opened."""
    max_unpacked_bytes: Positive
    """The most that a zip may unpack to."""
    max_entries: Positive
    """The most files and folders a submission may hold."""
    max_depth: Positive
    """The deepest folder that is read."""


class IdRange(Table):
    """IDs that are consecutive whole numbers."""

    first: int
    """The first ID."""
    count: Annotated[int, Field(ge=1, le=10_000_000)]
    """How many there are."""


class IdList(Table):
    """IDs that are listed, one by one."""

    values: Names
    """Every ID, in the order of the sample submission."""


def _kind_of_ids(value: object) -> str:
    listed = "values" in value if isinstance(value, dict) else isinstance(value, IdList)
    return "IdList" if listed else "IdRange"


class PredictionRules(Table):
    """The CSV that goes to Kaggle."""

    id_column: Text
    """The name of the ID column."""
    text_column: Text
    """The name of the prediction column."""
    ids: Annotated[
        Union[Annotated[IdRange, Tag("IdRange")], Annotated[IdList, Tag("IdList")]],
        Discriminator(_kind_of_ids),
    ]
    """The IDs that must each be there once: `{first, count}` or `{values}`."""
    in_package: bool
    """Whether the zip must hold the CSV too; if not, what is wrong with one in it only warns."""
    encoding: Encoding
    """The encoding of the file."""
    byte_order_mark: Literal["accept", "refuse"]
    """Whether the file may start with a byte order mark."""
    delimiter: Annotated[str, Field(pattern=r"^[,;\t|]$")]
    """What separates the fields."""
    quoting: Literal["any", "all", "none"]
    """Whether fields are quoted: as the writer likes, all of them, or none."""
    max_bytes: Positive
    """The largest file that is read."""
