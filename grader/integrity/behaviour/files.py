"""Files with the same bytes in submissions of different students."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from grader.integrity.behaviour.kinds import Kind, kind_of
from grader.integrity.behaviour.records import Teams
from grader.integrity.labels import pair_label
from grader.integrity.records import Cluster, FileSeen, Found, Inspection, Pair, Spread
from validators.findings import Finding, Place
from validators.integrity_codes.behaviour import SAME_FILE
from validators.rules import Rules

LEAST_BYTES = 64
"""What is smaller coincides by itself, or is empty."""
LEAST_CODE_BYTES = 300
"""Shorter code holds some sixty tokens at most, which coincide by themselves, too."""
FEW = 2
"""What so many submissions share is never taken for handed out."""
COMMON_SHARE = 10
"""What more than one in so many submissions share, and more than FEW, counts as handed out."""
# The kinds in which a reader looks at them, and what each is called for one and for several.
_SHOWN: Mapping[Kind, tuple[str, str]] = {
    "notebook": ("notebook", "notebooks"),
    "code": ("code file", "code files"),
    "weights": ("weight file", "weight files"),
    "predictions": ("CSV file", "CSV files"),
    "readme": ("README", "READMEs"),
    "report": ("report", "reports"),
}
_MADE: tuple[Kind, ...] = ("weights", "predictions")
_PRUNED = (
    "two who only prune the released model by the same rule get the same weights and the same "
    "predictions to the byte, and so does the same recipe with the same seed"
)
_GIVEN = "both were given the file, or took it from the same place on the web"
_NEXT = (
    "Next: look at the other files of both, at their code first. A file that everybody was given "
    "belongs into base_code of [inspect] in grading.toml."
)


@dataclass(frozen=True)
class Same:
    """Files of one's own that two submissions have in common: the path in each, and the file."""

    first: str
    second: str
    files: tuple[tuple[Kind, str, str, FileSeen], ...]
    package: bool
    """Whether all that was handed in has the same bytes."""


class SameFiles:
    """What the submissions of a class have in common to the byte."""

    def __init__(
        self, files: Sequence[tuple[str, tuple[FileSeen, ...]]], given: Teams, rules: Rules,
        handed_out: Collection[str],
    ) -> None:  # fmt: skip
        submissions = {
            each.submission.source: each for each in given.entrants if each.submission is not None
        }
        self._counting = frozenset(submissions)
        self._owners = {
            submission.source: each.student.id
            for each in given.entrants
            for submission in (*((each.submission,) if each.submission else ()), *each.others)
        }
        self._packages = {
            source: each.submission.digest
            for source, each in submissions.items()
            if each.submission is not None and each.submission.digest
        }
        self._names = sorted({source for source, _ in files} | set(submissions))
        self._rules, self._handed_out = rules, handed_out
        self._own = {source: self._own_files(seen) for source, seen in sorted(files)}

    def inspection(self) -> Inspection:
        """The pairs, a finding for each side of each, and what was taken for handed out."""
        pairs = tuple(map(self._pair, self._same))
        found = [
            each
            for same, pair in zip(self._same, pairs)
            for each in (self._found(same, pair, 0), self._found(same, pair, 1))
        ]
        clusters = tuple(Cluster("behaviour", names) for names in self._rings if len(names) > 2)
        return Inspection(tuple(found), pairs, clusters, self._spreads(), notes=(*self._notes(),))

    def _own_files(self, seen: Sequence[FileSeen]) -> Mapping[str, tuple[Kind, FileSeen]]:
        """The files that are somebody's own work by digest; of several alike the first by path."""
        found: dict[str, tuple[Kind, FileSeen]] = {}
        for each in sorted(seen, key=lambda each: each.path):
            kind = kind_of(each.path, self._rules)
            least = LEAST_CODE_BYTES if kind in ("code", "notebook") else LEAST_BYTES
            if kind is not None and each.bytes >= least and each.sha256 not in self._handed_out:
                found.setdefault(each.sha256, (kind, each))
        return found

    def _owner(self, source: str) -> str:
        return self._owners.get(source, f"submission {source}")

    @cached_property
    def _holders(self) -> Mapping[str, tuple[str, ...]]:
        """The submissions that hold each file, by its digest; those of one student count once."""
        found: dict[str, dict[str, str]] = {}
        # The submission that counts is the one that a finding is told of.
        for source in sorted(self._own, key=lambda each: (each not in self._counting, each)):
            for digest in self._own[source]:
                found.setdefault(digest, {}).setdefault(self._owner(source), source)
        return {
            digest: tuple(sorted(own.values())) for digest, own in found.items() if len(own) > 1
        }

    @property
    def _most(self) -> int:
        """So many submissions may share a file before it is taken for handed out."""
        return max(FEW, len(self._names) // COMMON_SHARE)

    @cached_property
    def _same(self) -> tuple[Same, ...]:
        """What is the same in each two submissions that have anything in common."""
        shared: dict[tuple[str, str], list[str]] = {}
        for digest, sources in sorted(self._holders.items()):
            if len(sources) <= self._most:
                for pair in combinations(sources, 2):
                    shared.setdefault(pair, []).append(digest)
        packages = set(self._same_packages())
        return tuple(
            Same(*pair, self._files(*pair, shared.get(pair, ())), pair in packages)
            for pair in sorted({*shared, *packages})
        )

    @cached_property
    def _rings(self) -> tuple[tuple[str, ...], ...]:
        """The submissions that hang together by what they have in common."""
        ring_of: dict[str, set[str]] = {}
        for same in self._same:
            ring = ring_of.get(same.first, {same.first}) | ring_of.get(same.second, {same.second})
            ring_of.update(dict.fromkeys(ring, ring))
        return tuple(sorted({tuple(sorted(ring)) for ring in ring_of.values()}))

    def _same_packages(self) -> Iterator[tuple[str, str]]:
        sources: dict[str, list[str]] = {}
        for source, digest in sorted(self._packages.items()):
            sources.setdefault(digest, []).append(source)
        for same in sources.values():
            if len(same) <= self._most:
                yield from combinations(same, 2)

    def _files(
        self, first: str, second: str, digests: Sequence[str]
    ) -> tuple[tuple[Kind, str, str, FileSeen], ...]:
        kinds = list(_SHOWN)
        found = []
        for digest in digests:
            (kind, one), (_, other) = self._own[first][digest], self._own[second][digest]
            found.append((kind, one.path, other.path, one))
        return tuple(sorted(found, key=lambda each: (kinds.index(each[0]), *each[1:3])))

    def _pair(self, same: Same) -> Pair:
        count = float(len(same.files))
        figures = [("own files in common", count)]
        figures.append(("bytes in common", float(sum(each[3].bytes for each in same.files))))
        if same.package:
            figures.append(("the whole package is the same", 1.0))
        rows = tuple(
            (kind, one, other, f"{seen.bytes:,}", seen.sha256)
            for kind, one, other, seen in same.files
        )
        label = pair_label("behaviour", same.first, same.second)
        headers = ("kind", "file of the first", "file of the second", "bytes", "sha-256")
        return Pair(
            "behaviour", same.first, same.second, label, tuple(figures), headers=headers, rows=rows
        )

    def _found(self, same: Same, pair: Pair, side: int) -> Found:
        name = (same.first, same.second)[side]
        return Found(name, self._finding(same, pair, side), (pair.label,))

    def _finding(self, same: Same, pair: Pair, side: int) -> Finding:
        """The finding of one side, which names nothing of the other's."""
        own = tuple((each[1], each[2])[side] for each in same.files)
        place = own[0] if own else (same.first, same.second)[side].rpartition("/")[2]
        says = f"{_listed(same)} with the same bytes as in another submission (pair {pair.label})"
        if same.package:
            whole = "the whole package has the same bytes as another one"
            says = f"{whole} (pair {pair.label})" + (f"; {_listed(same)} in it" if own else "")
        return SAME_FILE.at(
            Place(place),
            f"{says}; expected work of one's own.",
            self._remedy(same),
            pair=pair.label, files=own, sha256=tuple(each[3].sha256 for each in same.files),
            bytes=tuple(each[3].bytes for each in same.files), whole_package=same.package,
        )  # fmt: skip

    def _remedy(self, same: Same) -> str:
        compared, alike = self._compared, len(self._same)
        made = [each for each in same.files if each[0] in _MADE]
        ring = next(len(names) for names in self._rings if same.first in names)
        together = f" This one hangs together with {ring - 1} others by such files." * (ring > 2)
        reasons = [*([_PRUNED] if made else []), *([_GIVEN] if len(made) < len(same.files) else [])]
        return (
            f"Pairs of submissions of this class with files of their own in common: {alike:,} of "
            f"{compared:,}; all others have none.{together} Innocent: "
            f"{'; or '.join(reasons or [_GIVEN])}. {_NEXT}"
        )

    @property
    def _compared(self) -> int:
        return len(self._names) * (len(self._names) - 1) // 2

    def _spreads(self) -> tuple[Spread, ...]:
        if not self._compared:
            return ()
        return (
            Spread(
                "behaviour", "files of one's own in common", self._compared, len(self._same),
                0.0, 0.0, 0.0, 1.0,
            ),
        )  # fmt: skip

    def _notes(self) -> Iterator[str]:
        """What many share is nobody's finding, and the TA may want to know."""
        common = {
            digest: sources
            for digest, sources in self._holders.items()
            if len(sources) > self._most
        }
        if common:
            kinds = Counter(self._own[sources[0]][digest][0] for digest, sources in common.items())
            told = _counted({kind: kinds[kind] for kind in _SHOWN if kinds[kind]})
            fewest = min(map(len, common.values()))
            of_all = f"of {len(self._names)} submissions"
            if len(common) == 1:
                yield f"{told} is in {fewest} {of_all} and was taken for handed out."
            else:
                yield (
                    f"{told} are in more than {self._most} {of_all} each and were taken for handed "
                    f"out; the rarest is in {fewest}."
                )


def _listed(same: Same) -> str:
    counts = Counter(each[0] for each in same.files)
    return _counted({kind: counts[kind] for kind in _SHOWN if counts[kind]})


def _counted(counts: Mapping[Kind, int]) -> str:
    told = [f"{count} {_SHOWN[kind][count > 1]}" for kind, count in counts.items()]
    return " and ".join(filter(None, (", ".join(told[:-1]), *told[-1:])))
