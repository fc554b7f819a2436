"""The bar on a terminal, the lines in a file, and the time that is left."""

from __future__ import annotations

import io

import pytest

from compress.progress import Progress, duration


class Clock:
    """A clock that is set by hand."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_file_gets_a_line_now_and_then() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock)
    progress.begin("training", 2000)
    for step in range(1, 2001):
        clock.now += 0.02  # 40 seconds in all
        progress.show(step, loss=1 / step)
    progress.end()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 5
    assert lines[0] == "training 1/2,000, loss 1, 40 s left"
    assert lines[-1] == "training 2,000/2,000, loss 0.0005, 40 s in all"
    assert "\r" not in stream.getvalue()


def test_figures_stay_in_sight_and_whole_numbers_are_whole() -> None:
    stream = io.StringIO()
    progress = Progress(stream, Clock())
    progress.begin("training", 1)
    progress.show(1, ratio=0.29513, rows=12345)
    progress.show(1, score=0.4)
    assert stream.getvalue().splitlines()[-1] == (
        "training 1/1, ratio 0.2951, rows 12,345, score 0.4, 0 s in all"
    )
    progress.begin("saving", 1)
    progress.show(1)
    assert stream.getvalue().splitlines()[-1] == "saving 1/1, 0 s in all"


def test_what_an_earlier_run_did_is_not_counted_as_fast() -> None:
    stream, clock = io.StringIO(), Clock()
    progress = Progress(stream, clock)
    progress.begin("training", 100, done=90)
    clock.now += 20
    progress.show(92)
    assert stream.getvalue() == "training 92/100, 80 s left\n"


def test_a_terminal_gets_one_line_that_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    stream, clock = Terminal(), Clock()
    progress = Progress(stream, clock)
    progress.begin("a rather long name for a piece of work, longer than the line", 4)
    progress.show(1)
    progress.begin("short", 4)
    progress.show(2)
    clock.now += 0.05
    progress.show(3)  # too soon to be seen
    progress.note("a word between")
    progress.show(4)
    progress.end()
    progress.end()
    screen = stream.getvalue()
    assert max(len(part) for part in screen.replace("\n", "\r").split("\r")) < 60
    assert "short 3/4" not in screen
    assert "\r[##########..........] short 2/4, 0 s left" in screen
    after = screen.split("a word between\n")
    assert after[0].endswith(" \r")
    assert after[1] == "\r[####################] short 4/4, 0 s in all\n"


def test_without_a_stream_nothing_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(None)
    progress.begin("training", 0)
    progress.show(0, loss=1.0)
    progress.note("a word")
    progress.end()
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [(0, "0 s"), (89, "89 s"), (89.4, "89 s"), (90, "2 min"), (3600, "60 min"),
     (5369, "89 min"), (5400, "1 h 30 min"), (7260, "2 h 1 min")],
)  # fmt: skip
def test_times_are_read_at_a_glance(seconds: float, told: str) -> None:
    assert duration(seconds) == told
