"""A plot of score by ratio: what is lost when more is pruned, and what training brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    from matplotlib.lines import Line2D

    figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
    colours = {line.method: f"C{n}" for n, line in enumerate(_first(lines, "method"))}
    styles: dict[str, Any] = {
        line.way: _STYLES[n % len(_STYLES)] for n, line in enumerate(_first(lines, "way"))
    }
    for line in lines:
        axes.plot(
            line.ratios, line.scores, marker="o", markersize=4,
            color=colours[line.method], linestyle=styles[line.way],
        )  # fmt: skip
    for name, score in levels.items():
        axes.axhline(score, color="0.7", linewidth=1, zorder=0)
        axes.annotate(
            name, (1.01, score), xycoords=("axes fraction", "data"),
            va="center", fontsize=8, color="0.3",
        )  # fmt: skip
    axes.axvline(limit, color="0.7", linestyle="--", linewidth=1, zorder=0)
    axes.set_xlabel("ratio: non-zero parameters of the released model's (dashed: the limit)")
    axes.set_ylabel("score on validation rows")
    axes.invert_xaxis()
    told = [Line2D([], [], color=colour, label=method) for method, colour in colours.items()]
    told += [
        Line2D([], [], color="0.3", linestyle=style, label=f"trained: {way}")
        for way, style in styles.items()
    ]
    axes.legend(handles=told, fontsize=8, ncol=4, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def _first(lines: Sequence[Line], name: str) -> list[Line]:
    """The first line of each method, or of each way."""
    return list({getattr(line, name): line for line in reversed(lines)}.values())[::-1]
