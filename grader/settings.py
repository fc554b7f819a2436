"""`grading.toml`: what only the TA has: answer key, roster, released model, Kaggle's exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Optional

from pydantic import AfterValidator, BeforeValidator, Field

from validators.rules.fields import Positive, Table, Text, as_tuple
from validators.rules.loading import RulesError, TomlFile, checked, read_toml


def _relative(value: str) -> str:
    if "\0" in value:
        raise ValueError("must be a path")
    return value


PathText = Annotated[Text, AfterValidator(_relative)]


class KaggleExports(Table):
    """The leaderboard files that Kaggle's host pages give."""

    public_leaderboard: Optional[PathText] = None
    """The public leaderboard, as CSV or as the zip that Kaggle makes."""
    private_leaderboard: Optional[PathText] = None
    """The private leaderboard, likewise."""
    snapshots: Optional[PathText] = None
    """A folder of dated leaderboards, which prove the daily limit."""


class MachineLimits(Table):
    """What looking at one submission may take of this machine, before it is given up."""

    seconds_per_submission: Positive = 600
    """Longest time that unpacking, checking and scoring one submission may take."""
    memory_mb: Positive = 4096
    """Most memory that one submission may need for it."""


class RerunSettings(Table):
    """What of this machine the students' code gets when it is run again."""

    python: Optional[PathText] = None
    """The interpreter of an environment that has what the students' code imports; ours if none."""
    memory_mb: Optional[Positive] = None
    """Most memory for all sandboxes together; three quarters of the machine's when left out."""
    gpus: Annotated[int, Field(ge=0, le=64)] = 0
    """How many sandboxes get the machine's GPUs at a time; 0 keeps the GPUs out of reach."""
    clean_room_seconds: Positive = 900
    """Longest time that our own code may take to make a submission's texts again."""


class InspectSettings(Table):
    """What a class is compared with, beside itself."""

    base_code: Annotated[tuple[PathText, ...], BeforeValidator(as_tuple)] = ()
    """Folders and files of code that everybody was given, such as the tutorial."""
    earlier: Annotated[tuple[PathText, ...], BeforeValidator(as_tuple)] = ()
    """Folders of submissions of earlier years, in any layout that a course site exports."""
    known_models: dict[str, PathText] = Field(default_factory=dict)
    """Other models that a submission may come from: a name, and the folder of each."""
    released_predictions: Optional[PathText] = None
    """What the released model predicts without compression: a CSV as it is handed in to Kaggle."""


class BoardSettings(Table):
    """What everybody may see on the board beyond rank, score and ratio."""

    names: Literal["pseudonym", "display"] = "pseudonym"
    """Whether the ranked appear under a pseudonym, or under the nickname in their team's name."""
    shows: Annotated[tuple[Literal["mark", "quality"], ...], BeforeValidator(as_tuple)] = ()
    """What more is shown of the ranked."""


class GradingSettings(Table):
    """Where the private files of a course lie, relative to `grading.toml`."""

    answers: Optional[PathText] = None
    """The answer key: a CSV with the ID and the label of every row."""
    roster: Optional[PathText] = None
    """The course's students: a CSV with their ids and names."""
    worksheet: Optional[PathText] = None
    """Moodle's grading worksheet: whose the numbers of the folders are, and when each handed in."""
    earlier_offences: Optional[PathText] = None
    """Offences of the course's earlier competitions, as `grade offences` writes them."""
    released_model: Optional[PathText] = None
    """The folder of the model that the students started from."""
    assets: Optional[PathText] = None
    """The folder of models and data that a student's code may load; with it, code is run again."""
    kaggle: KaggleExports = KaggleExports()
    """The leaderboard files that Kaggle's host pages give."""
    rerun: RerunSettings = RerunSettings()
    """What of this machine the students' code gets when it is run again."""
    inspect: InspectSettings = InspectSettings()
    """What a class is compared with, beside itself."""
    board: BoardSettings = BoardSettings()
    """What everybody may see on the board beyond rank, score and ratio."""
    limits: MachineLimits = MachineLimits()
    """What looking at one submission may take of this machine."""


def load_grading(path: Path) -> GradingSettings:
    """The settings in a `grading.toml`; a path in it that isn't there is refused by name."""
    file = read_toml(path)
    settings = checked(GradingSettings, file.values, file)
    _refuse_missing(settings, path.parent, file)
    return settings


def _refuse_missing(settings: GradingSettings, home: Path, file: TomlFile) -> None:
    own = settings.model_dump(exclude={"kaggle", "rerun", "inspect", "board", "limits"})
    named: dict[tuple[str, ...], Optional[str]] = {(key,): value for key, value in own.items()}
    named.update({("kaggle", key): value for key, value in settings.kaggle.model_dump().items()})
    named["rerun", "python"] = settings.rerun.python
    named.update(_of_inspection(settings.inspect))
    missing = [
        f'{file.at(key)}: {".".join(key)}: there is no "{value}" beside {file.name}.'
        for key, value in named.items()
        if value is not None and not (home / value).exists()
    ]
    if missing:
        raise RulesError("\n".join(missing))


def _of_inspection(settings: InspectSettings) -> Iterator[tuple[tuple[str, ...], str]]:
    """The paths that the class is compared with, each under its key."""
    if settings.released_predictions is not None:
        yield ("inspect", "released_predictions"), settings.released_predictions
    for key, paths in (("base_code", settings.base_code), ("earlier", settings.earlier)):
        yield from ((("inspect", key, str(place)), path) for place, path in enumerate(paths))
    for name, path in settings.known_models.items():
        yield ("inspect", "known_models", name), path
