"""The rules of a competition as one frozen value: what `competition.toml` says."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Optional
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, model_validator

from validators.rules.fields import (
    LocalTime,
    Positive,
    Table,
    Text,
    TimeZone,
    as_tuple,
)
from validators.rules.handing_in import IdList, IdRange, PackageRules, PredictionRules, TeamRules
from validators.rules.inspecting import ABOUT_MODELS, ALL_PARTS, InspectRules
from validators.rules.marking import MarkRules, MetricRules, Penalty, PenaltyRules, RerunRules
from validators.rules.model import ListedArchitecture, ListedTensor, ModelRules, T5Architecture

__all__ = [
    "CompetitionRules",
    "IdList",
    "IdRange",
    "InspectRules",
    "ListedArchitecture",
    "ListedTensor",
    "MarkRules",
    "MetricRules",
    "ModelRules",
    "PackageRules",
    "Part",
    "Penalty",
    "PenaltyRules",
    "PredictionRules",
    "RerunRules",
    "Rules",
    "SeverityName",
    "T5Architecture",
    "TeamRules",
]

Part = Literal["package", "csv", "model", "team"]
SeverityName = Literal["blocks", "warns", "notes"]


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
    parts: Annotated[tuple[Part, ...], BeforeValidator(as_tuple), Field(min_length=1)]
    """Which parts of a submission are checked."""
    submissions_per_day: Positive
    """How many predictions one team may send to Kaggle in a day."""

    def moment(self, local: datetime) -> datetime:
        """The local time of this file as a moment with its zone."""
        return local.replace(tzinfo=ZoneInfo(self.time_zone))


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
    inspect: InspectRules = Field(default_factory=InspectRules)
    """What of a class is inspected, and from where on it stands out."""
    severities: dict[str, SeverityName] = Field(default_factory=dict)
    """Findings that this course takes more or less gravely: code = "blocks" | "warns" | "notes"."""

    @model_validator(mode="before")
    @classmethod
    def _inspect_what_is_handed_in(cls, values: Any) -> Any:
        """Without a model nobody is accused by the data and models that homework 4 allows."""
        if not isinstance(values, dict):
            return values
        competition, inspect = values.get("competition"), values.get("inspect", {})
        parts = competition.get("parts") if isinstance(competition, dict) else None
        if not isinstance(parts, (list, tuple)) or "model" in parts:
            return values
        if not isinstance(inspect, dict) or "parts" in inspect:
            return values
        kept = tuple(each for each in ALL_PARTS if each not in ABOUT_MODELS)
        return {**values, "inspect": {**inspect, "parts": kept}}

    @model_validator(mode="after")
    def _agree(self) -> Rules:
        competition, metric, marks = self.competition, self.metric, self.marks
        clash = ""
        if competition.closes <= competition.opens:
            clash = "competition.closes: must be later than competition.opens"
        elif "model" in competition.parts and self.model is None:
            clash = 'competition.parts: "model" needs a [model] table'
        elif metric.dialect == "handout" and (metric.name != "rougeLsum" or metric.stemmer):
            key = "stemmer" if metric.stemmer else "name"
            clash = f'metric.{key}: the dialect "handout" is rougeLsum without stemmer'
        elif not 0 <= marks.last_rank_points <= marks.rank_points:
            clash = "marks.last_rank_points: must lie between 0 and marks.rank_points"
        elif not 0 <= marks.single_rank_points <= marks.rank_points:
            clash = "marks.single_rank_points: must lie between 0 and marks.rank_points"
        elif self.predictions.id_column == self.predictions.text_column:
            clash = "predictions.text_column: must differ from predictions.id_column"
        if clash:
            raise ValueError(clash)
        return self
