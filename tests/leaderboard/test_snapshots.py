"""A folder of dated leaderboards: only added to, never changed, and read back exactly."""

from __future__ import annotations

import json
import os
import zipfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from leaderboard import snapshot_folder
from leaderboard.cli import leaderboard
from leaderboard.kaggle import Standing, read_kaggle
from leaderboard.snapshot_folder import read_snapshots
from leaderboard.snapshots import Snapshot, SnapshotError, as_file, from_file, kaggle_time, moment

HEAD = "\ufeffRank,TeamId,TeamName,LastSubmissionDate,Score,SubmissionCount,TeamMemberUserNames\r\n"
NAME = "hw4-publicleaderboard-{}.csv"
FIRST = "2024-05-01T04:00:00"


def rows(count: int, name: str = "=cmd") -> str:
    return f'{HEAD}1,11,{name},2024-05-01 03:00:00,0.31,{count},"ming,@wang"\r\n'


def zipped(folder: Path, count: int, time: str = FIRST, name: str = "hw4.zip") -> Path:
    path = folder / name
    with zipfile.ZipFile(path, "w") as out:
        out.writestr(zipfile.ZipInfo(NAME.format(time)), rows(count))
    return path


def keep(export: Path, folder: Path, *given: str) -> Result:
    return CliRunner().invoke(leaderboard, ["snapshot", str(export), "--into", str(folder), *given])


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_zip_of_kaggles_is_kept_under_its_own_moment(tmp_path: Path) -> None:
    into = tmp_path / "snapshots"
    done = keep(zipped(tmp_path, 3), into)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("kept ")
    assert listed(into) == ["2024-05-01T040000Z.csv"]
    (found,) = read_snapshots(into)
    assert found.taken == datetime(2024, 5, 1, 4, tzinfo=timezone.utc)
    assert (found.known_by, found.original) == ("kaggle", "hw4.zip")
    assert found.standings == (
        Standing("11", "=cmd", "2024-05-01 03:00:00", Decimal("0.31"), 3, ("ming", "@wang")),
    )
    assert ",'=cmd," in (into / listed(into)[0]).read_text(encoding="utf-8")
    assert read_kaggle(into / listed(into)[0])[0].submissions == 3


def test_the_same_bytes_again_change_nothing(tmp_path: Path) -> None:
    into, export = tmp_path / "s", zipped(tmp_path, 3)
    keep(export, into)
    before = (into / listed(into)[0]).read_bytes()
    done = keep(export, into, "--json")
    assert json.loads(done.stdout)["new"] is False
    assert (into / listed(into)[0]).read_bytes() == before
    assert len(listed(into)) == 1


def test_another_leaderboard_of_the_same_moment_is_refused(tmp_path: Path) -> None:
    into = tmp_path / "s"
    keep(zipped(tmp_path, 3), into)
    before = (into / listed(into)[0]).read_bytes()
    done = keep(zipped(tmp_path, 4, name="other.zip"), into)
    assert done.exit_code == 2
    assert "made of hw4.zip" in done.output
    assert (into / listed(into)[0]).read_bytes() == before


def test_a_moment_that_is_told_goes_before_the_name(tmp_path: Path) -> None:
    into = tmp_path / "s"
    done = keep(zipped(tmp_path, 3), into, "--taken", "2024-05-01T12:30+08:00")
    assert done.exit_code == 0
    assert "warning: Kaggle's name says 2024-05-01 04:00:00 UTC" in done.output
    assert listed(into) == ["2024-05-01T043000Z.csv"]
    assert read_snapshots(into)[0].known_by == "told"
    assert "warning" not in keep(zipped(tmp_path, 3), into, "--taken", FIRST + "Z").output


def test_the_time_of_a_file_is_taken_with_a_warning(tmp_path: Path) -> None:
    into, export = tmp_path / "s", tmp_path / "board.csv"
    export.write_text(rows(3), encoding="utf-8")
    for time in (1714536000, 1714999999):  # a copy has another time and is the same file
        os.utime(export, (time, time))
        done = keep(export, into)
        assert done.exit_code == 0, done.output
    assert done.output.startswith("already kept")
    assert listed(into) == ["2024-05-01T040000Z.csv"]
    assert read_snapshots(into)[0].known_by == "file"
    assert "it proves little" in keep(export, tmp_path / "t").output


WRONG_TIMES = ["2024-05-01T12:00", "2024-05-01", "yesterday", "2024-13-01T12:00+08:00", ""]


@pytest.mark.parametrize("taken", WRONG_TIMES)
def test_a_time_without_a_zone_is_no_moment(tmp_path: Path, taken: str) -> None:
    done = keep(zipped(tmp_path, 3), tmp_path / "s", "--taken", taken)
    assert done.exit_code == 2
    assert not (tmp_path / "s").exists()


def test_moments_are_in_utc_to_the_second() -> None:
    assert moment("2024-05-01T12:00:00.900+08:00") == moment("2024-05-01T04:00:00Z")
    assert moment("2024-05-01T04:00:00z").isoformat() == FIRST + "+00:00"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("hw4-publicleaderboard-2024-05-01T04:00:00.csv", FIRST),
        ("hw4-privateleaderboard-2024-05-01T04_00_00.csv", FIRST),
        ("x-publicleaderboard-2024-05-01T040000.zip", FIRST),
        ("hw4-publicleaderboard-2024-02-31T04:00:00.csv", None),
        ("2024-05-01.csv", None),
    ],
)
def test_the_moment_in_kaggles_names(name: str, found: str | None) -> None:
    time = kaggle_time(("", name))
    assert (None if time is None else time.isoformat()) == (found and found + "+00:00")


def test_kaggles_own_dated_files_may_lie_in_the_folder(tmp_path: Path) -> None:
    keep(zipped(tmp_path, 3), tmp_path / "s")
    zipped(tmp_path / "s", 3, name="same.zip")
    zipped(tmp_path / "s", 5, "2024-05-02T04:00:00", "late.ZIP")
    (tmp_path / "s" / ".hidden.csv").write_text("x")
    (tmp_path / "s" / "notes.txt").write_text("x")
    assert [s.standings[0].submissions for s in read_snapshots(tmp_path / "s")] == [3, 5]
    zipped(tmp_path / "s", 9, name="other.zip")
    with pytest.raises(SnapshotError, match="differs from"):
        read_snapshots(tmp_path / "s")


def test_a_file_without_a_moment_is_named(tmp_path: Path) -> None:
    (tmp_path / "board.csv").write_text(rows(3), encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"board\.csv: neither it nor its name"):
        read_snapshots(tmp_path)


DAMAGE = [
    (lambda data: data[:-5], "was cut or changed"),
    (lambda data: data.replace(b",3,", b",2,"), "was cut or changed"),
    (lambda data: data.replace(b"kaggle,hw4", b"nobody,hw4"), "was cut or changed"),
    (lambda data: data.replace(b"01T04", b"02T04", 1), "was cut or changed"),
    (lambda data: data.replace(b"+00:00", b"", 1), "was cut or changed"),
    (lambda data: data.partition(b"\n")[0], "was cut or changed"),
    (lambda data: b"\xff" + data, "not UTF-8"),
]


@pytest.mark.parametrize(("damage", "expected"), DAMAGE)
def test_a_kept_file_that_was_changed_is_told(
    tmp_path: Path, damage: object, expected: str
) -> None:
    keep(zipped(tmp_path, 3), tmp_path / "s")
    path = tmp_path / "s" / listed(tmp_path / "s")[0]
    assert callable(damage)
    path.write_bytes(damage(path.read_bytes()))
    done = CliRunner().invoke(leaderboard, ["snapshots", str(tmp_path / "s")])
    assert done.exit_code == 2
    assert expected in done.output


def test_an_empty_leaderboard_is_no_snapshot(tmp_path: Path) -> None:
    path = tmp_path / NAME.format("2024-05-01T04_00_00")
    path.write_text(HEAD, encoding="utf-8")
    assert "proves nothing" in keep(path, tmp_path / "s").output
    path.write_text("ID,Predict\n", encoding="utf-8")
    assert keep(path, tmp_path / "s").exit_code == 2


def test_a_folder_that_cant_be_made_is_wrong_usage(tmp_path: Path) -> None:
    export = zipped(tmp_path, 3)
    done = keep(export, export / "s")
    assert done.exit_code == 2
    assert "can't be written" in done.output


def test_a_folder_without_links_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(snapshot_folder.os, "link", no_link)
    assert keep(zipped(tmp_path, 3), tmp_path / "s").exit_code == 0
    assert listed(tmp_path / "s") == ["2024-05-01T040000Z.csv"]
    assert len(read_snapshots(tmp_path / "s")) == 1


def test_one_that_is_kept_meanwhile_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    into = tmp_path / "s"
    keep(zipped(tmp_path, 4), into)
    path = into / listed(into)[0]
    before = path.read_bytes()
    monkeypatch.setattr(Path, "exists", lambda self: False)
    done = keep(zipped(tmp_path, 3, name="b.zip"), into)
    assert done.exit_code == 2
    assert path.read_bytes() == before
    assert len(listed(into)) == 1


WORD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
MEMBER = WORD.map(lambda text: text.replace(",", "").strip()).filter(bool)
STANDING = st.builds(
    Standing,
    WORD,
    WORD,
    WORD,
    st.decimals(-10, 10, places=4),
    st.none() | st.integers(0, 10**6),
    st.lists(MEMBER, max_size=3).map(tuple),
)


@given(st.lists(STANDING, max_size=4).map(tuple), WORD, st.integers(0, 2 * 10**9))
def test_any_snapshot_comes_back_as_it_was(
    standings: tuple[Standing, ...], name: str, seconds: int
) -> None:
    taken = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(seconds=seconds)
    kept = Snapshot(taken, "told", name.replace("\n", "").replace("\r", ""), "0" * 64, standings)
    assert from_file("s.csv", as_file(kept)) == kept
