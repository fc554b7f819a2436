"""What stands under the title of a board, in whatever form it is shown."""

from __future__ import annotations

from leaderboard.audience import View


def under_title(view: View) -> str:
    """What is measured, what has to be reached, and from when the board is; not yet cleaned."""
    baseline = "" if view.baseline is None else f" · baseline {view.baseline}"
    return f"{view.metric}{baseline} · published {view.published_at}"
