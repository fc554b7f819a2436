"""What the class is ranked by, and whether a package holds what its team sent to Kaggle."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Optional

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.grading.standings import Standings, compared, figure_of, read_standings
from grader.outcomes import OwnScore, ScoreSource
from grader.records import Entrant, Student, Team
from tests.grader.judging.classes import HW4, with_marks
from validators.findings import Finding
from validators.rules.records import MetricRules

TEAM = Team("7", "9900101_Fox")
ENTRANT = Entrant(Student("9900101"), "E-1", team=TEAM)
HEADER = "Rank,TeamId,TeamName,LastSubmissionDate,Score"


def board(path: Path, *rows: tuple[str, str]) -> Path:
    lines = [f"1,{team},t,2024-05-01 10:00:00,{score}" for team, score in rows]
    path.write_text("\n".join((HEADER, *lines)), "utf-8")
    return path


def own(
    value: float, public: Optional[float] = None, private: Optional[float] = None,
    file: str = "p.csv",
) -> OwnScore:  # fmt: skip
    return OwnScore(
        file, f"sha of {file}", 9, value, 0.1, 0.3, f"ours {file}", 30.0, public, private
    )


def shown(source: ScoreSource = "private", **shows: str) -> Standings:
    return standings(shows, source)


def standings(boards: Mapping[str, str], source: ScoreSource = "private") -> Standings:
    public, private = ({TEAM.id: Decimal(boards[name])} if name in boards else {}
                       for name in ("public", "private"))  # fmt: skip
    return Standings(source, public, private, "kaggle|x")


def findings(standings: Standings, *scores: OwnScore) -> list[Finding]:
    return list(compared(ENTRANT, scores, standings))


@pytest.mark.parametrize(
    ("score_from", "there", "source"),
    [
        (("private", "public", "own"), ("public", "private", "own"), "private"),
        (("private", "public", "own"), ("public", "own"), "public"),
        (("private", "public", "own"), ("own",), "own"),
        (("private", "public", "own"), (), "none"),
        (("own", "private"), ("public", "private", "own"), "own"),
        (("own", "private"), ("public", "private"), "private"),
        (("own",), ("public", "private"), "none"),
        (("public",), ("private", "own"), "none"),
    ],
)
def test_the_first_source_of_the_rules_that_is_there_ranks(
    score_from: tuple[ScoreSource, ...], there: tuple[str, ...], source: str, tmp_path: Path
) -> None:
    files = {
        name: board(tmp_path / name, ("7", "0.2")) if name in there else None
        for name in ("public", "private")
    }
    rules = with_marks(score_from=score_from)
    found = read_standings(files["public"], files["private"], "own" in there, rules)
    assert found.source == source
    # Both boards are read whichever of them ranks.
    assert (bool(found.public), bool(found.private)) == ("public" in there, "private" in there)
    assert found.signature.startswith(f"kaggle|board:{source}|sha256:") is (source in files)


def test_the_signature_is_of_the_board_that_ranks(tmp_path: Path) -> None:
    first, second = board(tmp_path / "a", ("7", "0.2")), board(tmp_path / "b", ("7", "0.3"))
    found = read_standings(first, second, False, HW4)
    assert found.signature == read_standings(None, second, False, HW4).signature
    assert found.signature != read_standings(None, first, False, HW4).signature


def test_an_older_export_counts_the_best_row_of_each_team(tmp_path: Path) -> None:
    rows = (("7", "0.21"), ("8", "0.1"), ("7", "0.25"), ("8", "-0.1"), ("7", "0.2"))
    found = read_standings(None, board(tmp_path / "b", *rows), False, HW4)
    assert found.private == {"7": Decimal("0.25"), "8": Decimal("0.1")}


def test_a_figure_is_as_its_source_shows_it() -> None:
    public = Standings("public", {"7": Decimal("0.20")}, {"7": Decimal("0.3")}, "kaggle|public")
    private = Standings("private", public.public, public.private, "kaggle|private")
    ours = Standings("own", public.public, public.private, "")
    scores = (own(0.1 + 0.2), own(0.9, file="other.csv"))
    told = [figure_of(ENTRANT, scores, each) for each in (public, private, ours)]
    assert [(each.value, each.source, each.signature) for each in told if each] == [
        ("0.20", "public", "kaggle|public"),
        ("0.3", "private", "kaggle|private"),
        ("0.30000", "own", "ours p.csv"),
    ]


def test_the_last_bit_of_a_float_breaks_no_tie() -> None:
    ours = Standings("own", {}, {}, "")
    told = [figure_of(ENTRANT, (own(value),), ours) for value in (0.3, 0.1 + 0.2, 0.300004)]
    assert [each.value for each in told if each] == ["0.30000"] * 3


@given(st.decimals(0, 1, places=7), st.floats(0, 1))
def test_our_rounding_takes_no_baseline_from_anybody(baseline: Decimal, value: float) -> None:
    """Who reaches it exactly does so when rounded, however many decimals the baseline has."""
    rules = HW4.model_copy(
        update={"metric": MetricRules(**{**HW4.metric.model_dump(), "baseline": baseline})}
    )
    ours = read_standings(None, None, True, rules)
    for each in (value, float(baseline)):
        figure = figure_of(ENTRANT, (own(each),), ours)
        assert figure is not None
        reached = Decimal(repr(each)) >= baseline
        assert not reached or Decimal(figure.value) >= baseline
        assert abs(Decimal(figure.value) - Decimal(each)) <= Decimal("0.000005")


def test_a_tiny_figure_is_written_out() -> None:
    figure = figure_of(ENTRANT, (), shown(private="1E-7"))
    assert figure is not None
    assert figure.value == "0.0000001"


@pytest.mark.parametrize(
    ("entrant", "standings"),
    [
        (ENTRANT, shown("own", public="0.2", private="0.2")),
        (ENTRANT, shown("none", public="0.2", private="0.2")),
        (ENTRANT, shown("private", public="0.2")),
        (ENTRANT, shown("public", private="0.2")),
        (Entrant(Student("9900101"), "E-1"), shown("private", private="0.2")),
    ],
    ids=["no predictions", "no source", "on the public alone", "on the private alone", "no team"],
)
def test_without_a_score_in_the_source_there_is_no_figure(
    entrant: Entrant, standings: Standings
) -> None:
    assert figure_of(entrant, (), standings) is None


@pytest.mark.parametrize(
    ("score", "boards", "agrees"),
    [
        # With Usage in the key: one of the boards is enough, they may show two choices.
        (own(0.9, 0.20001, 0.3), {"public": "0.2", "private": "0.1"}, True),
        (own(0.9, 0.20002, 0.3), {"public": "0.2", "private": "0.1"}, False),
        (own(0.9, 0.4, 0.29999), {"public": "0.2", "private": "0.3"}, True),
        (own(0.9, 0.4, 0.29998), {"public": "0.2", "private": "0.3"}, False),
        (own(0.9, 0.2, 0.3), {"public": "0.3", "private": "0.2"}, False),
        (own(0.25, 0.3, 0.2), {"public": "0.25"}, False),
        (own(0.25, 0.3, 0.2), {"private": "0.2"}, True),
        # What Kaggle cut rather than rounded.
        (own(0.9, 0.123459, None), {"public": "0.12345"}, True),
        (own(0.9, 0.2), {"public": "0.2", "private": "0.4"}, True),
        # Without: the whole lies between its parts, or is the only one.
        (own(0.25), {"public": "0.2", "private": "0.3"}, True),
        (own(0.25), {"public": "0.3", "private": "0.2"}, True),
        (own(0.20001), {"public": "0.20002", "private": "0.3"}, True),
        (own(0.2), {"public": "0.20002", "private": "0.3"}, False),
        (own(0.30001), {"public": "0.2", "private": "0.3"}, True),
        (own(0.30002), {"public": "0.2", "private": "0.3"}, False),
        (own(0.20001), {"private": "0.2"}, True),
        (own(0.20002), {"private": "0.2"}, False),
    ],
)
def test_a_file_agrees_with_kaggle_to_its_last_decimal(
    score: OwnScore, boards: Mapping[str, str], agrees: bool
) -> None:
    assert (findings(standings(boards), score) == []) is agrees


def test_another_file_of_the_package_may_be_the_one() -> None:
    wrong, right = own(0.5, 0.5, 0.5), own(0.2, 0.2, 0.2, "sent.csv")
    both = shown(public="0.2", private="0.2")
    assert findings(both, wrong, right) == []
    (found,) = findings(both, wrong, own(0.4, 0.4, 0.4, "b.csv"))
    assert (found.code, found.place.file) == ("class.other-predictions", "p.csv")
    assert found.evidence == (("sha256", "sha of p.csv"), ("files", ("p.csv", "b.csv")))


@pytest.mark.parametrize(
    ("score", "boards", "message"),
    [
        (
            own(0.5, 0.25, 0.4), {"public": "0.2", "private": "0.3"},
            "scores 0.25000 on the public rows, 0.40000 on the private rows; "
            "expected what Kaggle shows: 0.2 (public), 0.3 (private).",
        ),
        (
            own(0.5), {"private": "0.3"},
            "scores 0.50000 on all rows; expected what Kaggle shows: 0.3 (private).",
        ),
        (
            own(0.5), {"public": "0.2", "private": "0.3"},
            "scores 0.50000 on all rows; expected what Kaggle shows: 0.2 (public), 0.3 (private).",
        ),
    ],
    ids=["parts known", "one board", "parts unknown"],
)  # fmt: skip
def test_the_message_has_the_numbers_that_were_compared(
    score: OwnScore, boards: Mapping[str, str], message: str
) -> None:
    (found,) = findings(standings(boards), score)
    assert found.message == message


@pytest.mark.parametrize("source", ["own", "none", "public"])
def test_what_was_zipped_is_compared_whatever_ranks(source: ScoreSource) -> None:
    assert findings(shown(source, private="0.3"), own(0.5))


def test_without_a_team_a_board_or_a_score_nothing_is_said() -> None:
    alone = Entrant(Student("9900101"), "E-1")
    assert list(compared(alone, (own(0.5),), shown(private="0.3"))) == []
    assert findings(shown(), own(0.5)) == []
    assert findings(shown(private="0.3")) == []


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 999))
def test_what_was_sent_never_disagrees(public: float, private: float, rows: int) -> None:
    """However Kaggle rounds, and whether or not the key knows the parts: nobody is suspected."""
    whole = (public * rows + private * (1000 - rows)) / 1000
    five = Decimal("0.00001")
    for rounding in ("ROUND_HALF_EVEN", "ROUND_DOWN", "ROUND_UP"):
        boards = {
            name: str(Decimal(repr(value)).quantize(five, rounding))
            for name, value in (("public", public), ("private", private))
        }
        for each in (standings(boards), shown(public=boards["public"])):
            assert findings(each, own(whole, public, private)) == []
        assert findings(standings(boards), own(whole)) == []
