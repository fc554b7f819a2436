"""What the checks of this area look at."""

from __future__ import annotations

from dataclasses import dataclass

from validators.findings import Place
from validators.package.workspace import Entry, Workspace


@dataclass(frozen=True)
class Package:
    """A workspace and the names of the files that were given."""

    workspace: Workspace
    names: tuple[str, ...] = ()

    @property
    def place(self) -> Place:
        """The package as a whole."""
        return self.workspace.place()

    def place_of(self, entry: Entry) -> Place:
        """The file as it is called in what was handed in."""
        return self.workspace.place(entry.path)
