"""A plot of score by ratio: what is lost when more is pruned, and what training brings back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STYLES: tuple[Any, ...] = (":", "-", "--", "-.", (0, (6, 1, 1, 1, 1, 1)), (0, (2, 1)), (0, (8, 3)))
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
"""How the ways to train are told apart; how the methods are, are colours."""

_LEGEND_LETTERS = 110
"""As many letters have room side by side below the plot."""


@dataclass(frozen=True)
class Line:
    """One line of the plot: the ratios and the scores of one method, trained in one way."""

    method: str
    way: str
    ratios: tuple[float, ...]
    scores: tuple[float, ...]
    joined: bool = True
    """Whether there is something between the points: between 2:4 and 1:4 there is nothing."""


def plot(lines: Sequence[Line], levels: Mapping[str, float], limit: float, path: Path) -> None:
    """Draw the lines, a level for each thing that needs no pruning, and the course's limit."""
    import matplotlib

    matplotlib.use("Agg")  # a file, no window
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 6), layout="constrained")
    colours = {line.method: f"C{n}" for n, line in enumerate(_first(lines, "method"))}
    styles: dict[str, dict[str, Any]] = {
        line.way: {
            "linestyle": _STYLES[n % len(_STYLES)],
            "marker": _MARKERS[n % len(_MARKERS)],
            "markersize": 5,
        }
        for n, line in enumerate(_first(lines, "way"))
    }
    for line in lines:
        style = styles[line.way] if line.joined else {**styles[line.way], "linestyle": "none"}
        axes.plot(line.ratios, line.scores, color=colours[line.method], **style)
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
    _legend(axes, colours, styles)
    figure.savefig(path, dpi=150)
    pyplot.close(figure)


def _legend(axes: Any, colours: Mapping[str, str], styles: Mapping[str, dict[str, Any]]) -> None:
    """What each colour and each style stands for, below the plot."""
    from matplotlib.lines import Line2D

    told = [Line2D([], [], color=colour, label=method) for method, colour in colours.items()]
    told += [
        Line2D([], [], color="0.3", label=f"trained: {way}", **style)
        for way, style in styles.items()
    ]
    longest = max(len(str(each.get_label())) for each in told)
    columns = max(_LEGEND_LETTERS // (longest + 8), 1)  # the sample of a line takes room as well
    axes.legend(
        handles=told, fontsize=8, ncol=columns, loc="upper center", bbox_to_anchor=(0.5, -0.12)
    )


def _first(lines: Sequence[Line], name: str) -> list[Line]:
    """The first line of each method, or of each way."""
    return list({getattr(line, name): line for line in reversed(lines)}.values())[::-1]
