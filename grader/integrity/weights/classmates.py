"""Who of a class shares trained weights with whom: findings, pairs, clusters, and the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from grader.integrity.labels import pair_label
from grader.integrity.records import About, Cluster, Found, Inspection, Pair, Spread
from grader.integrity.weights import telling
from grader.integrity.weights.pairing import (
    HEADERS,
    LEAST_COMPARED,
    LEAST_EXPLAINED,
    Model,
    Standing,
    by_one_factor,
    half_pairs,
    layer_rows,
    standing_out,
)
from grader.integrity.weights.samples import Samples
from grader.integrity.weights.sharing import Trained, shared_weights
from validators.findings import Finding, Place
from validators.rules.inspecting import WeightRules

COMMON_SHARE = 0.25
"""What more than this share of the trained models have in common is nobody's own: a template's
settings, run with its own seed."""

_COMMON_LEAST = 5
_ABOUT: About = "weights"


@dataclass(frozen=True)
class Mate:
    """One trained model of the class, by its submission."""

    name: str
    reference: bool
    place: Place
    model: Model


@dataclass(frozen=True)
class _Two:
    """Two submissions whose models stand out together."""

    first: Mate
    second: Mate
    standing: Standing

    @property
    def label(self) -> str:
        """The pair's label."""
        return pair_label(_ABOUT, self.first.name, self.second.name)

    @property
    def accuses(self) -> bool:
        """Whether what they have in common accuses anybody."""
        return self.standing.how in ("placed", "values")


def compared(mates: Sequence[Mate], released: Samples, rules: WeightRules) -> Inspection:
    """What comparing all of them with each other shows."""
    if len(mates) < 2:
        return Inspection(notes=("Fewer than two trained models could be compared.",))
    return _Class(mates, released, rules).inspection()


class _Class:
    """The trained models; those with the very same values are one, so that none counts twice."""

    def __init__(self, mates: Sequence[Mate], released: Samples, rules: WeightRules) -> None:
        ordered = sorted(mates, key=lambda mate: (mate.name, mate.reference))
        same: dict[str, list[Mate]] = {}
        for mate in ordered:
            same.setdefault(mate.model.samples.digest, []).append(mate)
        self._groups = [tuple(group) for group in same.values()]
        self._models = [group[0].model for group in self._groups]
        self._released, self._rules = released, rules
        self._count = len(ordered)
        trained = [Trained(each.samples, each.lineage.kind) for each in self._models]
        self._tables = shared_weights(trained, released)

    def inspection(self) -> Inspection:
        """All that is told."""
        standing = list(standing_out(self._models, self._tables, self._released, self._rules))
        twos = sorted(
            (two for each in (*self._twins(), *standing) for two in self._between(each)),
            key=lambda two: (two.first.name, two.second.name),
        )
        told = [two for two in twos if two.standing.how != "unexplained"]
        # Apart, or pairs that show nothing by themselves would make a large group of a small one.
        kinds = [[two for two in told if two.accuses is accuses] for accuses in (True, False)]
        clusters = [_clusters(twos) for twos in kinds]
        common = [each for several in clusters for each in several if self._is_common(each)]
        spreads = self._spreads(standing, told)
        said = {spread.figure: telling.in_class(spread, _unit(spread)) for spread in spreads}
        found = tuple(
            each
            for twos, several in zip(kinds, clusters)
            for two in _without(twos, [each for each in several if self._is_common(each)])
            for each in self._found(two, said)
        )
        notes = (*self._notes(len(twos) - len(told)), *map(_common_note, common))
        pairs = tuple(self._pairs(told))
        return Inspection(found, pairs, _joined(clusters), tuple(spreads), notes=notes)

    def _twins(self) -> Iterator[Standing]:
        """The groups of several with the very same values."""
        for number, group in enumerate(self._groups):
            model = group[0].model
            if len(group) > 1 and not by_one_factor(model, model, self._released, True):
                moved = int(self._tables.both[number, number])
                half = bool(half_pairs([model])[0, 0])
                yield Standing(number, number, "placed", moved, moved, 0.0, 1.0, 1.0, half)

    def _between(self, standing: Standing) -> Iterator[_Two]:
        """Every two submissions with these models; nothing is told between two references."""
        first, second = self._groups[standing.first], self._groups[standing.second]
        for number, one in enumerate(first):
            others = second[number + 1 :] if standing.first == standing.second else second
            for other in others:
                if not (one.reference and other.reference):
                    ordered = sorted((one, other), key=lambda mate: (mate.name, mate.reference))
                    yield _Two(ordered[0], ordered[1], standing)

    def _is_common(self, cluster: Cluster) -> bool:
        size = len(cluster.names)
        return size >= _COMMON_LEAST and size > COMMON_SHARE * self._count

    def _found(self, two: _Two, said: Mapping[str, str]) -> Iterator[Found]:
        others = max(0, len(self._models) - 2)
        for mate in (two.first, two.second):
            if not mate.reference:
                finding = _finding(mate.place, two, others, said)
                yield Found(mate.name, finding, (two.label,))

    def _pairs(self, twos: Sequence[_Two]) -> Iterator[Pair]:
        rows: dict[tuple[int, int], tuple[tuple[str, ...], ...]] = {}
        for two in twos:
            pair = two.standing
            at = pair.first, pair.second
            if at not in rows:
                first, second = (self._models[number] for number in at)
                rows[at] = layer_rows(first, second, self._released)
            yield Pair(
                _ABOUT, two.first.name, two.second.name, two.label, _figures(pair),
                headers=HEADERS, rows=rows[at],
            )  # fmt: skip

    def _spreads(self, standing: Sequence[Standing], told: Sequence[_Two]) -> list[Spread]:
        rules, tables, size = self._rules, self._tables, len(self._models)
        out = np.zeros((size, size), dtype=np.bool_)
        for pair in standing:
            out[pair.first, pair.second] = out[pair.second, pair.first] = True
        half = half_pairs(self._models)
        some, values = tables.both >= LEAST_COMPARED, tables.fewest >= LEAST_COMPARED
        figures = [
            (telling.EQUAL, tables.equal_share, some & ~half, rules.least_equal),
            (telling.EQUAL_HALF, tables.equal_share, some & half, rules.least_equal_half),
            (telling.VALUES, tables.value_share, values & ~half, rules.least_equal),
        ]
        if size - 2 >= rules.least_peers:
            enough = tables.common >= LEAST_COMPARED
            figures.append((telling.RESIDUAL, tables.residual, enough, rules.least_residual))
        upper = np.triu(np.ones((size, size), dtype=np.bool_), 1)
        found = []
        for figure, table, mask, bar in figures:
            flagged = sum(1 for two in told if _figure_of(two.standing) == figure)
            usual = table[mask & upper & ~out]
            total = self._all_pairs(mask & upper)
            if total:
                found.append(spread_of(figure, usual, total, flagged, float(bar)))
        return found

    def _all_pairs(self, mask: npt.NDArray[np.bool_]) -> int:
        """How many pairs of submissions those pairs of models stand for, and the twins."""
        sizes = np.array([len(group) for group in self._groups])
        twins = int((sizes * (sizes - 1) // 2).sum()) if mask.any() else 0
        return int((np.outer(sizes, sizes) * mask).sum()) + twins

    def _notes(self, unexplained: int) -> Iterator[str]:
        others = max(0, len(self._models) - 2)
        if others < self._rules.least_peers:
            yield (
                f"Changes from the released model were not compared by direction: a pair has"
                f" {others:,} other trained models beside it, and {self._rules.least_peers:,} are"
                f" needed. Values that are the same to the last bit were."
            )
        if unexplained:
            more = "one more pair" if unexplained == 1 else f"{unexplained:,} more pairs"
            yield (
                f"Changes of {more} point the same way, but too few others"
                f" prune and train like these to know what that means (their mean explains less"
                f" than {LEAST_EXPLAINED} of it as a cosine)."
            )


def spread_of(
    figure: str, usual: npt.NDArray[np.float64], compared_count: int, flagged: int, bar: float
) -> Spread:
    """Where those lie that don't stand out; zeros where there are none."""
    middle, high, top = (
        (float(np.median(usual)), float(np.percentile(usual, 95)), float(usual.max()))
        if usual.size
        else (0.0, 0.0, 0.0)
    )
    return Spread(_ABOUT, figure, compared_count, flagged, middle, high, top, bar)


def _finding(place: Place, two: _Two, others: int, said: Mapping[str, str]) -> Finding:
    pair = two.standing
    told = said.get(_figure_of(pair), "")
    if pair.how == "residual":
        return telling.alike_finding(place, two.label, pair, others, told)
    return telling.shared_finding(place, two.label, pair, told)


def _figure_of(pair: Standing) -> str:
    if pair.how == "placed":
        return telling.EQUAL_HALF if pair.half else telling.EQUAL
    return telling.VALUES if pair.how == "values" else telling.RESIDUAL


def _unit(spread: Spread) -> str:
    return "" if spread.figure == telling.RESIDUAL else "%"


def _figures(pair: Standing) -> tuple[tuple[str, float], ...]:
    residual = (telling.RESIDUAL, pair.residual)
    if pair.how == "residual":
        first, second = residual, (telling.EQUAL_HALF if pair.half else telling.EQUAL, pair.share)
    else:
        first, second = (_figure_of(pair), pair.share), residual
    return (
        first, second, ("likeness of changes", pair.likeness),
        ("values the same", float(pair.seen)), ("values compared", float(pair.compared)),
    )  # fmt: skip


def _clusters(twos: Sequence[_Two]) -> list[Cluster]:
    """Those that hang together, by name."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for two in twos:
        first, second = sorted((root(two.first.name), root(two.second.name)))
        parent[second] = first
    members: dict[str, list[str]] = {}
    for name in sorted(parent):
        members.setdefault(root(name), []).append(name)
    return [Cluster(_ABOUT, tuple(names)) for _, names in sorted(members.items())]


def _without(twos: Sequence[_Two], common: Sequence[Cluster]) -> list[_Two]:
    """The pairs that lie in none of these groups."""
    excused = {name for each in common for name in each.names}
    return [two for two in twos if two.first.name not in excused]


def _joined(clusters: Sequence[Sequence[Cluster]]) -> tuple[Cluster, ...]:
    """All groups, each once: first those that trained values make."""
    return tuple(dict.fromkeys(each for several in clusters for each in several))


def _common_note(cluster: Cluster) -> str:
    return (
        f"{len(cluster.names):,} models hang together by their trained weights, more than a quarter"
        f" of the trained ones: that is nobody's own, such as a template run with its own seed."
        f" Nothing is found of them; the pairs are kept."
    )
