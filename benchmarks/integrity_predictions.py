"""How well each figure of predictions tells breaches from honest files, and what a class costs.

    PYTHONPATH=. python benchmarks/integrity_predictions.py [--part breaches] [--part cost]

`breaches`: a made class of honest files beside files with breaches of known kinds. `cost`: time
and memory. benchmarks/integrity_generated.py has texts that a T5 wrote.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import click
import numpy as np
from tabulate import tabulate

from grader.integrity.predictions.arrays import Kept, packed, unpacked
from grader.integrity.predictions.compare import compare_predictions
from grader.integrity.predictions.extract import prediction_traits
from grader.integrity.predictions.gathered import gathered
from grader.integrity.predictions.likeness import likeness
from grader.integrity.predictions.single import FULL_FIGURES, KEY_FIGURES, all_measured
from grader.integrity.predictions.standing_out import PAIR_FIGURES, thresholds
from grader.integrity.records import PredictionTraits, Work
from tests.integrity_sets.predictions.breaches import FULL, LEAKS, TWINS, WEAK, source_texts
from tests.integrity_sets.predictions.classes import Made, honest_models, make_course
from validators.rules.inspecting import PredictionForensicsRules

RULES = PredictionForensicsRules()
Works = list[Work[PredictionTraits]]
_FAMILIES = {"twin": TWINS, "full model": FULL, "answers": LEAKS, "weak": WEAK}


@dataclass(frozen=True)
class Planted:
    """One breach in the class: its figures, and how many of its sides carry which finding."""

    family: str
    name: str
    figures: dict[str, float]
    found: tuple[str, ...]
    wrong: int


def honest_class(made: Made, count: int) -> Works:
    """The honest files."""
    return [
        made.work(f"honest {number:04}", made.texts(model))
        for number, model in enumerate(honest_models(count))
    ]


def planted(made: Made, honest: Works, seeds: int) -> Iterator[Planted]:
    """Every breach, some times over, each alone with the class."""
    full, source = made.full_work(), made.work("source", source_texts(made))
    for family, breaches in _FAMILIES.items():
        for name, breach in breaches.items():
            for seed in range(seeds):
                works = [*honest, made.work("planted", breach(made, seed))]
                works += [source] if family == "twin" else []
                found = compare_predictions(works, full, RULES)
                codes = tuple(
                    each.finding.code for each in found.found if each.name in ("planted", "source")
                )
                figures = figures_of(works, full, twin=family == "twin")
                yield Planted(family, name, figures, codes, len(found.found) - len(codes))


def figures_of(works: Works, full: Work[PredictionTraits], *, twin: bool) -> dict[str, float]:
    """All figures of the planted file, and of it with its source."""
    class_ = gathered(works, full, RULES)
    place = class_.names.index("planted")
    found = {
        name: -1.0 if each.value is None else each.value
        for name, each in all_measured(class_)[place].items()
    }
    if twin:
        values = likeness(class_.kept, class_.full_kept).figures
        source = class_.names.index("source")
        found.update({name: float(each[place, source]) for name, each in zip(PAIR_FIGURES, values)})
    return found


def honest_figures(honest: Works, full: Work[PredictionTraits]) -> dict[str, list[float]]:
    """Each figure of all honest pairs, or of all honest files."""
    class_ = gathered(honest, full, RULES)
    upper = np.triu_indices(len(honest), 1)
    found = {
        name: [float(value) for value in each[upper] if not np.isnan(value)]
        for name, each in zip(PAIR_FIGURES, likeness(class_.kept, class_.full_kept).figures)
    }
    for figures in all_measured(class_).values():
        for name, each in figures.items():
            found.setdefault(name, []).append(-1.0 if each.value is None else each.value)
    return found


def area(honest: Sequence[float], breaches: Sequence[float]) -> float:
    """The area under the ROC: how often a breach has more than an honest one."""
    ours, theirs = np.asarray(honest)[:, None], np.asarray(breaches)[None, :]
    return float(np.mean((theirs > ours) + 0.5 * (theirs == ours)))


def show_breaches(rows: int, count: int, seeds: int) -> None:
    """Tables of figures and of breaches found."""
    made = make_course(rows)
    honest = honest_class(made, count)
    alone = compare_predictions(honest, made.full_work(), RULES)
    click.echo(f"{count} honest files of {rows} rows: {len(alone.found)} findings\n")
    usual = honest_figures(honest, made.full_work())
    every = list(planted(made, honest, seeds))
    show_figures(usual, every)
    table = [
        (each.family, each.name, *told(each), f"{found} of {seeds}", wrong)
        for each, found, wrong in grouped(every)
    ]
    headers = ("family", "breach", "figures", "finding", "found", "on others")
    click.echo(tabulate(table, headers, "github", disable_numparse=True))


def show_figures(usual: dict[str, list[float]], every: Sequence[Planted]) -> None:
    """How each figure alone tells its family of breaches from honest ones."""
    limits = dict(zip(PAIR_FIGURES, thresholds(RULES, beside_full=True)))
    limits.update(zip(FULL_FIGURES, (float(RULES.equal_rows), 0.7, float(RULES.full_model_prefix))))
    limits.update(zip(KEY_FIGURES, (float(RULES.key_rows), float(RULES.key_run_words))))
    family = dict.fromkeys(PAIR_FIGURES, "twin")
    family.update(dict.fromkeys(FULL_FIGURES, "full model"))
    family.update(dict.fromkeys(KEY_FIGURES, "answers"))
    table = []
    for name, limit in limits.items():
        breaches = [each.figures[name] for each in every if each.family == family[name]]
        honest = usual[name]
        caught = sum(value >= limit for value in breaches)
        wrong = sum(value >= limit for value in honest)
        table.append(
            (family[name], name, f"{limit:g}", f"{area(honest, breaches):.3f}",
             f"{caught}/{len(breaches)}", f"{wrong}/{len(honest)}",
             f"{np.median(honest):.3f}", f"{np.percentile(honest, 95):.3f}", f"{max(honest):.3f}")
        )  # fmt: skip
    headers = ("breaches", "figure alone", "from", "area under ROC", "breaches over", "honest over",
               "honest median", "95 of 100", "worst honest")  # fmt: skip
    click.echo(tabulate(table, headers, "github", disable_numparse=True) + "\n")


def grouped(every: Sequence[Planted]) -> Iterator[tuple[Planted, int, int]]:
    """The first of each breach, how often it was found, and findings on anybody else."""
    names = dict.fromkeys((each.family, each.name) for each in every)
    for family, name in names:
        some = [each for each in every if (each.family, each.name) == (family, name)]
        yield some[0], sum(bool(each.found) for each in some), sum(each.wrong for each in some)


def told(each: Planted) -> tuple[str, str]:
    """The figures of its family, and the codes found."""
    names = {"twin": PAIR_FIGURES, "full model": FULL_FIGURES, "answers": KEY_FIGURES}
    some = [f"{each.figures[name]:.2f}" for name in names.get(each.family, KEY_FIGURES)]
    codes = sorted({code.partition(".")[2] for code in each.found})
    return " / ".join(some), ", ".join(codes) or "-"


def show_cost(rows: int, sizes: Sequence[int]) -> None:
    """Time and memory of a class; the files beyond the first few are made from their arrays."""
    made, ready = timed(lambda: make_course(rows))
    works, wall = timed(lambda: honest_class(made, 10))
    texts = [made.texts(model) for model in honest_models(10)]
    _, reading = timed(lambda: [prediction_traits(each, "p", "", made.course) for each in texts])
    click.echo(
        f"\n{rows} rows: course made in {ready:.1f} s, a file kept in {reading / 10:.2f} s, "
    )
    click.echo(f"{sum(len(work.arrays) for work in works) / 10 / 1000:.0f} kB each\n")
    full, table = made.full_work(), []
    for size in sizes:
        class_ = many(works, size)
        found, wall = timed(lambda class_=class_: compare_predictions(class_, full, RULES))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        table.append((size, size * (size - 1) // 2, f"{wall:.1f}", f"{peak:.0f}", len(found.found)))
    headers = ("works", "pairs", "comparing, s", "peak of the process, MB", "findings")
    click.echo(tabulate(table, headers, "github", disable_numparse=True))


def many(works: Works, count: int) -> Works:
    """So many works: the given ones, and others with most of their rows drawn anew."""
    draw = np.random.default_rng(0)
    kept = [unpacked(work.arrays) for work in works]
    found = list(works[:count])
    for number in range(len(found), count):
        place = number % len(works)
        arrays = packed(redrawn(kept[place], draw))
        found.append(replace(works[place], name=f"made {number:04}", arrays=arrays))
    return found


def redrawn(kept: Kept, draw: np.random.Generator) -> Kept:
    """Arrays of the same kind, of which 95 of 100 values are others."""

    def other(values: np.ndarray, top: int) -> np.ndarray:
        drawn = draw.integers(1 << 31, top, len(values), dtype=np.uint64).astype(values.dtype)
        return np.where((draw.random(len(values)) < 0.95) & (values > 0), drawn, values)

    sketch = np.unique(other(kept.own_sketch, int(kept.own_sketch[-1])))
    return replace(
        kept, texts=other(kept.texts, 1 << 32), starts=other(kept.starts, 1 << 32),
        sketch=np.sort(sketch), own_sketch=np.sort(sketch),
    )  # fmt: skip


def timed(work: Callable[[], object]) -> tuple:  # type: ignore[type-arg]
    """What the work gives, and its CPU time."""
    start = time.process_time()
    found = work()
    return found, time.process_time() - start


@click.command()
@click.option("--part", "parts", multiple=True, default=("breaches", "cost"))
@click.option("--rows", default=600, show_default=True, help="Rows of the class with breaches.")
@click.option("--honest", default=60, show_default=True, help="Honest files in it.")
@click.option("--seeds", default=5, show_default=True, help="How often each breach is made.")
@click.option("--class-rows", default=3269, show_default=True, help="Rows where cost is measured.")
@click.option("--size", "sizes", multiple=True, type=int, default=(100, 300, 1000))
def main(
    parts: tuple[str, ...], rows: int, honest: int, seeds: int, class_rows: int,
    sizes: tuple[int, ...],
) -> None:  # fmt: skip
    """Measure."""
    if "breaches" in parts:
        show_breaches(rows, honest, seeds)
    if "cost" in parts:
        show_cost(class_rows, sorted(sizes))


if __name__ == "__main__":
    main()
