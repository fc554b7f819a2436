"""How well shared weights and other models are told from honest ones, on models really trained.

    PYTHONPATH=. python benchmarks/integrity_weights.py --models /tmp/models

Trains a class of the demo's T5 (some ten minutes of one core; what is in the folder is not made
again) and prints what docs/guides/integrity/weights.md shows. `--works 100 300 1000` measures
time and memory on made-up samples of T5-small's size instead, `--extract` on a model folder.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
from tabulate import tabulate

from benchmarks.make_model import write_folder
from grader.integrity.weights.compare import compare_weights
from grader.integrity.weights.extract import weight_traits
from grader.integrity.weights.formats import BRAIN, HALF, WHOLE, rounded
from grader.integrity.weights.lineage import lineage_of, values_of
from grader.integrity.weights.pairing import LEAST_EXPLAINED, Model, half_pairs
from grader.integrity.weights.samples import Samples
from grader.integrity.weights.sharing import Shared, Trained, shared_weights
from tests.integrity_sets.weights.large import large_class
from tests.integrity_sets.weights.sharers import CHANGES, Arrays, soup
from tests.integrity_sets.weights.toys import samples_of
from tests.integrity_sets.weights.training import (
    FIRST,
    FRESH,
    USUAL_SEED,
    MadeClass,
    Recipe,
    Trainer,
)
from validators.rules import load_rules
from validators.rules.inspecting import WeightRules

PEERS, DRAWS = (1, 4, 8, 16), 60
BARS = (0.01, 0.05, 0.2, 0.5, 0.9)
RESIDUALS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
LEAST_COSINE = float(WeightRules().least_release_cosine)
_ONWARD = (10, 30)


@dataclass(frozen=True)
class Seen:
    """The figures of one pair."""

    equal: float
    values: float
    residual: float
    explained: float
    half: bool

    @property
    def shared(self) -> float:
        """The share of trained values in common, by place or wherever they lie."""
        return self.equal if self.half else max(self.equal, self.values)


class Class:
    """The honest class and the released model, as they are compared."""

    def __init__(self, trainer: Trainer, made: MadeClass) -> None:
        self.made = made
        self.released = Samples(samples_of(trainer.released()))
        self.keys = sorted(self.released.keys)
        self.base = values_of(self.released, self.keys)
        self.arrays = {recipe.name: trainer.student(recipe) for recipe in made.recipes}
        self.models = {name: self.model(arrays) for name, arrays in self.arrays.items()}
        self.trained = [name for name, model in self.models.items() if model.lineage.trained]

    def model(self, arrays: Arrays) -> Model:
        """One model, read."""
        samples = Samples(samples_of(arrays))
        return Model(samples, lineage_of(values_of(samples, self.keys), self.base, ()))

    def tables(self, models: Sequence[Model]) -> Shared:
        """All pairs of these models."""
        trained = [Trained(each.samples, each.lineage.kind) for each in models]
        return shared_weights(trained, self.released)


def seen(tables: Shared, models: Sequence[Model], first: int, second: int) -> Seen:
    """The figures of the pair with these numbers."""
    at = first, second
    explained = min(tables.explained[at], tables.explained[second, first])
    grid = any(models[number].lineage.coarse for number in at)
    return Seen(
        float(tables.equal_share[at]), 0.0 if grid else float(tables.value_share[at]),
        float(tables.residual[at]), float(explained), bool(half_pairs(models)[at]),
    )  # fmt: skip


def honest_pairs(group: Class, kind: int) -> list[tuple[str, str, Seen]]:
    """All pairs of the class, with the numbers of every model in that format."""
    models = [
        group.models[name]
        if kind == WHOLE
        else group.model({key: rounded(each, kind) for key, each in group.arrays[name].items()})
        for name in group.trained
    ]
    tables = group.tables(models)
    return [
        (group.trained[first], group.trained[second], seen(tables, models, first, second))
        for first, second in combinations(range(len(models)), 2)
    ]


def sharers(group: Class, trainer: Trainer) -> Iterator[tuple[str, str, Arrays]]:
    """Every kind of sharer of every donor: the kind, the donor, and what is handed in."""
    for donor in group.made.donors:
        random = np.random.default_rng(len(donor))
        arrays = group.arrays[donor]
        for kind, change in CHANGES.items():
            yield kind, donor, change(arrays, random)
        yield "half of two", donor, soup(group.arrays[group.made.partner])(arrays, random)
        for steps in _ONWARD:
            name = f"onward-{steps}--{donor}"
            recipe = Recipe(name, 300 + steps, steps=steps, learning_rate=5e-4)
            yield f"trained on, {steps} steps", donor, trainer.onward(arrays, recipe)


def sharer_figures(group: Class, trainer: Trainer) -> dict[str, list[Seen]]:
    """By kind, the figures of each donor's pair in the honest class with this one sharer."""
    found: dict[str, list[Seen]] = {}
    for kind, donor, arrays in sharers(group, trainer):
        models = [*(group.models[name] for name in group.trained), group.model(arrays)]
        tables = group.tables(models)
        first = group.trained.index(donor)
        found.setdefault(kind, []).append(seen(tables, models, first, len(models) - 1))
    return found


def one_seed(first: str, second: str) -> bool:
    """Whether both left the usual seed as it is."""
    seeds = {recipe.name: recipe.seed for recipe in (*FIRST.recipes, *FRESH.recipes)}
    return seeds[first] == seeds[second] == USUAL_SEED


def roc(
    title: str, bars: Sequence[float], figure: Callable[[Seen], float],
    honest: Sequence[tuple[str, str, Seen]], found: dict[str, list[Seen]],
) -> str:  # fmt: skip
    """Threshold → honest pairs beyond it, and the share of each kind of sharer beyond it."""
    own = [each for first, second, each in honest if not one_seed(first, second)]
    usual = [each for first, second, each in honest if one_seed(first, second)]
    rows = []
    for bar in bars:
        cells = [f"{sum(figure(each) >= bar for each in several)}/{len(several)}"
                 for several in (own, usual, *found.values())]  # fmt: skip
        rows.append([f"{bar:g}", *cells])
    headers = [title, "honest", "honest, one seed", *found]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def worst(honest: Sequence[tuple[str, str, Seen]], figure: Callable[[Seen], float]) -> str:
    """The honest pairs that are nearest to standing out, with seeds of their own and with one."""
    told = []
    for same in (False, True):
        pairs = [pair for pair in honest if one_seed(pair[0], pair[1]) is same]
        first, second, each = max(pairs, key=lambda pair: figure(pair[2]))
        told.append(f"{first} and {second}: {figure(each):.4f} (explained {each.explained:.2f})")
    return "; with one seed ".join(told)


def gated(each: Seen) -> float:
    """The residual likeness where the others explain enough of both."""
    return each.residual if each.explained >= LEAST_EXPLAINED else 0.0


def peers(group: Class) -> str:
    """The residuals of honest pairs with seeds of their own, by how many others there are."""
    names = [each for each in group.trained if each == "usual-a" or "usual" not in each]
    random = np.random.default_rng(0)
    rows = []
    for count in (each for each in PEERS if each + 2 <= len(names)):
        tops: dict[str, list[float]] = {"all": [], "gated": []}
        for _ in range(DRAWS):
            drawn = [names[number] for number in random.permutation(len(names))[: count + 2]]
            models = [group.models[name] for name in drawn]
            tables = group.tables(models)
            pair = seen(tables, models, 0, 1)
            tops["all"].append(pair.residual)
            tops["gated"].append(gated(pair))
        rows.append([count, *(cell for top in tops.values() for cell in _highs(top))])
    headers = ["others", "median", "highest", "≥ 0.6", "median, gated", "highest, gated", "≥ 0.6 "]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def _highs(values: Sequence[float]) -> tuple[str, str, str]:
    beyond = sum(value >= 0.6 for value in values)
    return f"{np.median(values):.2f}", f"{max(values):.2f}", f"{beyond}/{len(values)}"


def lineage(group: Class, trainer: Trainer) -> str:
    """Honest models and those of other origins beside the released and the known ones."""
    tuned = trainer.tuned(Recipe("tuned", 901, steps=60, learning_rate=5e-4))
    cousin = trainer.tuned(Recipe("cousin", 950, steps=120, learning_rate=3e-3))
    foreign = trainer.foreign(Recipe("foreign", 900, steps=60))
    origins = {"tuned": tuned, "cousin": cousin, "foreign": foreign}
    known = [(name, group.model(each)) for name, each in origins.items()]
    values = [(name, values_of(each.samples, group.keys)) for name, each in known]
    models = dict(group.arrays)
    for name, start in origins.items():
        models[f"from {name}, pruned"] = trainer.student(
            Recipe(f"from-{name}-pruned", 952, steps=0), start
        )
        models[f"from {name}, trained"] = trainer.student(Recipe(f"from-{name}", 951), start)
    rows = []
    for name, arrays in models.items():
        line = lineage_of(values_of(group.model(arrays).samples, group.keys), group.base, values)
        near, lowest = line.nearest, line.lowest
        assert near is not None
        assert lowest is not None
        told = "yes" if near.clear or line.cosine < LEAST_COSINE else ""
        figures = f"{near.ratio:.2f}", f"{near.way:.2f}", told
        rows.append([name, f"{line.cosine:.4f}", f"{lowest.cosine:.3f}", near.name, *figures])
    headers = ["model", "cosine", "lowest layer", "nearest known", "distance", "way", "told"]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def measured(work: Callable[[], object]) -> tuple[str, str, str]:
    """Wall and CPU seconds of the work, and the most memory that the process has had."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    spent = time.perf_counter() - wall, time.process_time() - cpu
    return f"{spent[0]:.1f}", f"{spent[1]:.1f}", f"{peak:,.0f}"


def speeds(counts: Sequence[int]) -> str:
    """Comparing so many works; the memory is the process's, with the samples of all works."""
    rows = []
    for count in sorted(counts):
        works, released = large_class(count)
        held = f"{sum(len(work.arrays) for work in works) / 1e6:,.0f}"
        took = measured(lambda: compare_weights(works, released, (), WeightRules()))  # noqa: B023
        rows.append([f"{count:,}", *took, held])
    headers = ["works", "wall s", "CPU s", "peak MB", "of it samples, MB"]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def extracting(folder: Path) -> str:
    """Reading a folder of T5-small's size, as it is handed in in two ways."""
    rules = load_rules().model
    assert rules is not None
    rows = []
    for title, masked in (("242 MB, zeros baked in", False), ("484 MB, masked", True)):
        path = write_folder(folder / str(masked), masked).parent
        weight_traits(path, "pruned_model", rules)  # so that the file is in the page cache
        took = measured(lambda: weight_traits(path, "pruned_model", rules))  # noqa: B023
        traits, arrays = weight_traits(path, "pruned_model", rules)
        sampled = sum(count for _, count, _ in traits.layers)
        rows.append([title, *took, f"{sampled:,}", f"{len(arrays) / 1e6:.2f}"])
    headers = ["folder", "wall s", "CPU s", "peak MB", "sampled places", "samples, MB"]
    return tabulate(rows, headers, tablefmt="github", disable_numparse=True)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", type=Path, help="where the trained models are kept")
    parser.add_argument("--fresh", action="store_true", help="the class not chosen on")
    parser.add_argument("--works", type=int, nargs="*", default=(), help="measure so many works")
    parser.add_argument("--extract", type=Path, help="make model folders here and read them")
    given = parser.parse_args()
    if given.works:
        print(speeds(given.works))
    if given.extract is not None:
        print(extracting(given.extract))
    if given.models is None:
        return
    given.models.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(given.models)
    group = Class(trainer, FRESH if given.fresh else FIRST)
    found = sharer_figures(group, trainer)
    by_kind = {kind: honest_pairs(group, kind) for kind in (WHOLE, HALF, BRAIN)}
    whole = by_kind[WHOLE]
    for title, kind in (("same, 32 bits", WHOLE), ("same, float16", HALF), ("same, bf16", BRAIN)):
        shown = found if kind == WHOLE else {}
        print(roc(title, BARS, lambda each: each.shared, by_kind[kind], shown))
        print("worst:", worst(by_kind[kind], lambda each: each.shared), "\n")
    for title, figure in (("residual", lambda each: each.residual), ("gated", gated)):
        print(roc(title, RESIDUALS, figure, whole, found))
        print("worst:", worst(whole, figure), "\n")
    print(peers(group), "\n")
    print(lineage(group, trainer))


if __name__ == "__main__":
    main()
