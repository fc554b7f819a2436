"""What packing decides about a folder, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from validators.package.troubles import Trouble
from validators.package.workspace import Entry


@dataclass(frozen=True)
class Packed:
    """A file that goes into the zip, and as what."""

    entry: Entry
    why: str


@dataclass(frozen=True)
class LeftOut:
    """A file that stays out, or a whole folder (with "/" at its end), and why.

    `bytes` and `files` are a lower bound where the folder was too large to be counted `whole`.
    """

    path: str
    bytes: int
    files: int
    why: str
    whole: bool = True


@dataclass(frozen=True)
class Walked:
    """A folder as it lies on disk: its files, what was passed over, and what can't be packed.

    `unsure` are folders that may or may not hold what belongs in the zip: a link, say.
    """

    files: tuple[Entry, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    broken: tuple[Trouble, ...] = ()
    unsure: tuple[Trouble, ...] = ()


@dataclass(frozen=True)
class Selection:
    """What is packed of a folder, what is not, and what can't be although it belongs in."""

    root: Path
    packed: tuple[Packed, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    missing: tuple[Trouble, ...] = ()
    unsure: tuple[Trouble, ...] = ()

    @property
    def bytes(self) -> int:
        """The size of all that is packed, before it is compressed."""
        return sum(each.entry.bytes for each in self.packed)
