"""The rules of a competition as one frozen value: what `competition.toml` says."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated, Literal, Optional, Union
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from validators.rules.fields import (
    Encoding,
    Exact,
    Fraction01,
    LocalTime,
    NamePatterns,
    Names,
    PlainName,
    Positive,
    Regex,
    Suffixes,
    Table,
    Text,
    TimeZone,
    _tuple,
)

Part = Literal["package", "csv", "model", "team"]
SeverityName = Literal["blocks", "warns", "notes"]


class Penalty(str, Enum):
    """What one confirmed offence does to a result."""

    NONE = "none"
    REMOVE = "remove"
    HALVE = "halve"
    ZERO = "zero"


Ladder = Annotated[
    tuple[Annotated[Penalty, Field(strict=False)], ...],
    BeforeValidator(_tuple),
    Field(min_length=1),
]


class CompetitionRules(Table):
    """Which competition it is, and when it runs."""

    name: Text
    """How reports and pages call the competition."""
    time_zone: TimeZone
    """The IANA zone in which all times of this file are meant."""
    opens: LocalTime
    """The first moment of which submissions count."""
    closes: LocalTime
    """The last moment of which submissions count."""
    parts: Annotated[tuple[Part, ...], BeforeValidator(_tuple), Field(min_length=1)]
    """Which parts of a submission are checked."""
    submissions_per_day: Positive
    """How many predictions one team may send to Kaggle in a day."""

    def moment(self, local: datetime) -> datetime:
        """The local time of this file as a moment with its zone."""
        return local.replace(tzinfo=ZoneInfo(self.time_zone))


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
    report: NamePatterns
    """Accepted names of the report without its suffix, the preferred one first."""
    report_suffixes: Suffixes
    """The forms in which a report may come."""
    readme_suffixes: Suffixes
    """The forms in which a README may come."""
    code_suffixes: Suffixes
    """What counts as code."""
    legacy_name_encoding: Encoding
    """How names in a zip are read that are not marked as UTF-8 and are not UTF-8."""
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
    count: Positive
    """How many there are."""


class IdList(Table):
    """IDs that are listed, one by one."""

    values: Names
    """Every ID, in the order of the sample submission."""


class PredictionRules(Table):
    """The CSV that goes to Kaggle."""

    id_column: Text
    """The name of the ID column."""
    text_column: Text
    """The name of the prediction column."""
    ids: Union[IdRange, IdList]
    """The IDs that must each be there once: `{first, count}` or `{values}`."""
    in_package: bool
    """Whether the zip must hold the CSV too."""
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


class MetricRules(Table):
    """How predictions are scored."""

    name: Literal["rouge1", "rouge2", "rougeL", "rougeLsum"]
    """Which ROUGE."""
    dialect: Literal["handout", "reference"]
    """The course's own recall, or ROUGE as published implementations define it."""
    stemmer: bool
    """Whether words are stemmed (dialect `reference`)."""
    label_column: Text
    """The column of the answers that predictions are compared with."""
    baseline: Fraction01
    """The score that earns the points of the baseline."""


class T5Architecture(Table):
    """The released model, when it is a T5: its tensors follow from these sizes."""

    family: Literal["t5"]
    """The family of the model."""
    vocab_size: Positive
    """As in the model's `config.json`."""
    d_model: Positive
    """As in the model's `config.json`."""
    d_kv: Positive
    """As in the model's `config.json`."""
    d_ff: Positive
    """As in the model's `config.json`."""
    num_layers: Positive
    """As in the model's `config.json`."""
    num_decoder_layers: Positive
    """As in the model's `config.json`."""
    num_heads: Positive
    """As in the model's `config.json`."""
    relative_attention_num_buckets: Positive
    """As in the model's `config.json`."""
    gated: bool
    """Whether the feed-forward layers are gated (T5 v1.1)."""
    tied: bool
    """Whether the head is the embedding."""


class ListedTensor(Table):
    """One parameter of a listed architecture."""

    name: Text
    """Its name in the released model's file."""
    shape: Annotated[tuple[Positive, ...], BeforeValidator(_tuple)]
    """Its shape."""
    group: Text
    """The group that it is counted under in the report."""
    aliases: Annotated[tuple[Text, ...], BeforeValidator(_tuple)] = ()
    """Other names that the same values are saved under (tied weights)."""


class ListedArchitecture(Table):
    """The released model, when it is no T5: all its tensors, one by one."""

    family: Literal["listed"]
    """The family of the model."""
    tensors: Annotated[tuple[ListedTensor, ...], BeforeValidator(_tuple), Field(min_length=1)]
    """Every parameter of the model."""


class ModelRules(Table):
    """The compressed model and how its ratio is counted."""

    folder: PlainName
    """The folder of the package that holds the model."""
    parameters: Positive
    """The released model's parameters: what the ratio divides by, always."""
    max_ratio: Fraction01
    """The largest ratio of non-zero parameters that is accepted."""
    counting: Literal["handout", "strict"]
    """Which of the two countings decides."""
    dtypes: Annotated[
        tuple[Literal["F64", "F32", "F16", "BF16", "F8_E4M3", "F8_E5M2"], ...],
        BeforeValidator(_tuple),
        Field(min_length=1),
    ]
    """The number formats that weights may be stored in."""
    architecture: Annotated[
        Union[T5Architecture, ListedArchitecture], Field(discriminator="family")
    ]
    """The released model's tensors."""


class MarkRules(Table):
    """How a score becomes a mark."""

    baseline_points: Exact
    """For reaching the baseline."""
    rank_points: Exact
    """Spread evenly over the ranks: the first gets all, the last the minimum."""
    last_rank_points: Exact
    """What the last rank gets of them."""
    single_rank_points: Exact
    """What the only one ranked gets of them."""
    ranked: Literal["baseline", "accepted"]
    """Who is ranked: who reached the baseline, or everyone accepted."""
    ties: Literal["best", "mean", "worst"]
    """Which of the shared ranks equal scores get."""
    decimals: Annotated[int, Field(ge=0, le=6)]
    """Decimals of the final mark."""
    rounding: Literal["half-up", "half-even", "down", "up"]
    """How the final mark is rounded, once."""


class PenaltyRules(Table):
    """What confirmed offences cost: the first, the second, … ; the last entry holds from there."""

    special_rule: Ladder
    """Breach of a special rule: copying, sharing, forbidden data or models."""
    full_model_results: Ladder
    """Results of the uncompressed model."""
    invalid_model: Ladder
    """Results of a model over the largest ratio."""
    daily_limit: Ladder
    """More submissions in a day than allowed."""
    before_opening: Ladder
    """Submissions before the opening."""
    late: Ladder
    """A package that came after the closing time."""


class RerunRules(Table):
    """The limits under which a student's code is run again."""

    rows: Positive
    """How many rows are predicted again."""
    policy: Literal["predict", "full"]
    """Whether training is skipped or run as well."""
    wall_seconds: Positive
    """Longest time of one run."""
    memory_mb: Positive
    """Most memory of one run."""
    disk_mb: Positive
    """Most that one run may write."""
    processes: Positive
    """Most processes and threads at a time."""


class Rules(Table):
    """Everything that a course decides about its competition."""

    competition: CompetitionRules
    team: TeamRules
    package: PackageRules
    predictions: PredictionRules
    metric: MetricRules
    model: Optional[ModelRules] = None
    marks: MarkRules
    penalties: PenaltyRules
    rerun: RerunRules
    severities: dict[str, SeverityName] = Field(default_factory=dict)
    """Findings that this course takes more or less gravely: code = "blocks" | "warns" | "notes"."""

    @model_validator(mode="after")
    def _agree(self) -> Rules:
        competition, metric, marks = self.competition, self.metric, self.marks
        clash = ""
        if competition.closes <= competition.opens:
            clash = "competition.closes: must be later than competition.opens"
        elif "model" in competition.parts and self.model is None:
            clash = 'competition.parts: "model" needs a [model] table'
        elif metric.dialect == "handout" and (metric.name != "rougeLsum" or metric.stemmer):
            clash = 'metric.dialect: "handout" is rougeLsum without stemmer'
        elif not 0 <= marks.last_rank_points <= marks.rank_points:
            clash = "marks.last_rank_points: must lie between 0 and marks.rank_points"
        elif not 0 <= marks.single_rank_points <= marks.rank_points:
            clash = "marks.single_rank_points: must lie between 0 and marks.rank_points"
        elif self.predictions.id_column == self.predictions.text_column:
            clash = "predictions.text_column: must differ from predictions.id_column"
        if clash:
            raise ValueError(clash)
        return self
