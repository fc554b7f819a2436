"""The CSV reader, fuzzed: whatever the bytes are, there is a section, and pandas agrees with it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from validators.predictions import looks_like_predictions, read_predictions, section
from validators.predictions.ids import IdSet
from validators.report import Section
from validators.rules import Rules, load_preset
from validators.rules.records import IdRange

ROWS = 4
_TEXTS = (
    "Amends the Act of 1973.",
    'He said ""no"", twice',
    " - é 法 ",
    "sewer. sewer. and sewer. and",
)
_QUOTED = '"ID","Predict"\n' + "".join(f'"{n}","{text}"\n' for n, text in enumerate(_TEXTS))
_PLAIN = _QUOTED.replace('"', "").replace("no, twice", "no twice")

SEEDS: tuple[bytes, ...] = (
    _QUOTED.encode(),
    _QUOTED.replace("\n", "\r\n").encode("utf-8-sig"),
    _PLAIN.encode(),
    _PLAIN.replace("\n", "\r").encode(),
    _PLAIN.replace(",", ";").encode(),
    _PLAIN.replace("\n", "\n \t\n ").encode(),
    _QUOTED.replace("Act", "Act\n\r\nof").encode(),
    _QUOTED.encode("utf-16"),
    _PLAIN.encode("gb18030"),
    b",ID,Predict\n0,0,NA\n1,1,None\n2,2.0,\n3, 3,True\n",
    b"PK\x03\x04[Content_Types].xml",
)


@lru_cache(maxsize=1)
def rules() -> Rules:
    """The preset's rules, for a file of a few rows."""
    preset = load_preset("hw4")
    few = preset.predictions.model_copy(update={"ids": IdRange(first=0, count=ROWS)})
    return preset.model_copy(update={"predictions": few})


def run_one(data: bytes, folder: Path) -> None:
    """Check the bytes as a predictions CSV; where they are accepted, compare with pandas."""
    path = folder / "predictions.csv"
    path.write_bytes(data)
    looks_like_predictions(path, rules())
    result = section(path, path.name, rules())
    assert isinstance(result, Section)
    assert result.fault is None
    for finding in result.findings:
        assert str(finding).isprintable(), finding
        assert finding.message.endswith("."), finding
        assert str(folder) not in str(finding), finding
    if not any(finding.blocks for finding in result.findings):
        _compare_with_pandas(path)


def _compare_with_pandas(path: Path) -> None:
    import pandas as pd

    ours = read_predictions(path, path.name, rules())
    frame = pd.read_csv(path)
    ids = IdSet.of(rules().predictions)
    assert frame["Predict"].tolist() == list(ours.texts)
    assert frame["ID"].tolist() == [ids.key(value) for value in ours.ids]
