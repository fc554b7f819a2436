"""The code of one package: what its files show, and which of them are programs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from grader.rerun.code_facts import Facts, facts_of
from grader.rerun.command_words import CODE_SUFFIXES, same

MAX_PROGRAMS = 300
"""How many code files are read; in more, somebody's whole library was handed in too."""

MAX_CODE_BYTES = 2 << 20
"""How much code is read altogether."""


@dataclass(frozen=True)
class Package:
    """A package's code, read once it is needed."""

    root: Path
    files: tuple[str, ...]

    @cached_property
    def by_name(self) -> dict[str, str]:
        """Each path by how paths are compared."""
        return {same(path): path for path in self.files}

    @cached_property
    def code(self) -> list[str]:
        """The paths of the scripts and notebooks."""
        return [path for path in self.files if path.lower().endswith(CODE_SUFFIXES)]

    @cached_property
    def facts(self) -> dict[str, Facts]:
        """What each code file shows, those near the top first, as far as the bounds go."""
        found: dict[str, Facts] = {}
        left = MAX_CODE_BYTES
        for path in sorted(self.code, key=lambda path: (path.count("/"), path))[:MAX_PROGRAMS]:
            with suppress(OSError, ValueError):
                # Most of a notebook is pictures.
                share = 16 if path.lower().endswith(".ipynb") else 1
                left -= (self.root / path).lstat().st_size // share
            if left < 0:
                break
            found[path] = facts_of(self.root, path)
        return found

    def used_by(self, path: str) -> list[Facts]:
        """The program itself and the files of the package that it imports or runs, all the way."""
        found: dict[str, Facts] = {}
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current in found or current not in self.facts:
                continue
            found[current] = self.facts[current]
            waiting.extend(self._used(self.facts[current]))
        return list(found.values())

    def _used(self, facts: Facts) -> list[str]:
        folder = facts.path.rpartition("/")[0]
        paths = []
        for name in facts.uses:
            wanted = name if name.endswith(".py") else name.replace(".", "/") + ".py"
            places = (f"{folder}/{wanted}", wanted) if folder else (wanted,)
            paths += [self.by_name[same(place)] for place in places if same(place) in self.by_name]
        return paths

    @cached_property
    def programs(self) -> list[Facts]:
        """The files that do something when they are started: no modules that others import."""
        used = {
            other
            for facts in self.facts.values()
            for other in self._used(facts)
            if other != facts.path
        }
        return [
            facts
            for facts in self.facts.values()
            if facts.has_main or (facts.acts and facts.path not in used)
        ]
