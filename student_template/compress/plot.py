"""A plot of score by ratio: what is lost when more is pruned, and what training brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_STYLES = (":", "-", "--", "-.")


@dataclass(frozen=True)
class Line:
    """One line of the plot: the ratios and the scores of one method, trained in one way."""

    method: str
    way: str
    ratios: tuple[float, ...]
    scores: tuple[float, ...]


def plot(lines: Sequence[Line], levels: Mapping[str, float], limit: float, path: Path) -> None:
    """Draw the lines, a level for each thing that needs no pruning, and the course's limit."""
    import matplotlib

    matplotlib.use("Agg")  # a file, no window
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(8, 5), layout="constrained")
    methods = list(dict.fromkeys(line.method for line in lines))
    ways = list(dict.fromkeys(line.way for line in lines))
    for line in lines:
        axes.plot(
            line.ratios,
            line.scores,
            marker="o",
            color=f"C{methods.index(line.method)}",
            linestyle=_STYLES[ways.index(line.way) % len(_STYLES)],
            label=f"{line.method}, trained: {line.way}",
        )
    for number, (name, score) in enumerate(levels.items()):
        axes.axhline(score, color="0.6", linewidth=1)
        axes.annotate(
            name, (1 - 0.3 * (number % 2), score), xycoords=("axes fraction", "data"),
            ha="right", va="bottom", fontsize=8, color="0.4",
        )  # fmt: skip
    axes.axvline(limit, color="0.6", linestyle="--", linewidth=1)
    axes.set_xlabel("ratio: non-zero parameters of the released model's")
    axes.set_ylabel("score on validation rows")
    axes.invert_xaxis()
    axes.legend(fontsize=8, ncols=2)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)
