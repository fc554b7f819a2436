"""Predictions CSVs that are broken in one way each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from grader.demo.sample import ROWS, Sample, predictions_text
from tests.cases.case import Breakage, Case
from validators.rules import Rules
from validators.rules.records import IdList

# "ID","Predict" on line 1, the row of ID n on line n + 2.
VALID = predictions_text()
TEXTS = [line.split(",", 1)[1].strip('"') for line in VALID.splitlines()[1:]]
PLAIN = VALID.replace('"', "")


def written(data: str | bytes) -> Breakage:
    """The CSV with other content."""

    def breaks(sample: Sample) -> Path:
        sample.predictions.write_bytes(data if isinstance(data, bytes) else data.encode())
        return sample.predictions

    return breaks


def edited(old: str, new: str, text: str = VALID) -> Breakage:
    """The valid CSV with one place changed."""
    assert text.count(old) == 1, old
    return written(text.replace(old, new))


def rows(ids: Any, texts: Any = TEXTS, header: str = "ID,Predict") -> Breakage:
    """A CSV of these rows, the texts quoted."""
    return written("\n".join([header, *(f'{i},"{t}"' for i, t in zip(ids, texts)), ""]))


def predicted(row: int, text: str) -> Breakage:
    """The valid CSV with another field in place of one prediction."""
    return edited(f'"{row}","{TEXTS[row]}"', f'"{row}",{text}')


def removed(sample: Sample) -> Path:
    sample.predictions.unlink()
    return sample.predictions


def removed_from_package(sample: Sample) -> None:
    sample.predictions.unlink()


def ruled(**changes: Any) -> Callable[[Rules], Rules]:
    """The rules of the sample with other ones for the predictions."""
    return lambda rules: rules.model_copy(
        update={"predictions": rules.predictions.model_copy(update=changes)}
    )


def named(*values: str) -> Callable[[Rules], Rules]:
    return ruled(ids=IdList(values=values))


def quoting(wish: Literal["all", "none"]) -> Callable[[Rules], Rules]:
    return ruled(quoting=wish)


NAMES = [f"bill-{number}" for number in range(ROWS)]
CHINESE = "修正該法案，要求部長向國會提出報告，並規定相關經費的使用方式。"
SIMPLIFIED = "修正该法案，要求部长向国会提出报告，并规定相关经费的使用方式。"

FILES = (
    Case("no such file", removed, ("csv.unreadable",)),
    Case("nothing in it", written(""), ("csv.empty",)),
    Case("blank lines only", written("\n \r\n\t\n"), ("csv.empty",)),
    Case("larger than allowed", written(VALID), ("csv.too-large",), ruled(max_bytes=100)),
    Case(
        "an Excel workbook",
        written(b"PK\x03\x04\x14\0\x06\0\x08\0" + b"\0" * 16 + b"\x13\0\0\0[Content_Types].xml"),
        ("csv.not-csv",),
    ),
    Case("a web page", written("<!DOCTYPE html>\n<html></html>\n"), ("csv.not-csv",)),
    Case("JSON", written('[{"ID": 0, "Predict": "a"}]\n'), ("csv.not-csv",)),
    Case("Big5", written(VALID.replace("Amends", CHINESE).encode("cp950")), ("csv.encoding",)),
    Case("GBK", written(VALID.replace("Amends", SIMPLIFIED).encode("gbk")), ("csv.encoding",)),
    Case("cp1252", written(VALID.replace("the", "l’été").encode("cp1252")), ("csv.encoding",)),
    Case("UTF-16 with a mark", written(VALID.encode("utf-16")), ("csv.encoding",)),
    Case("UTF-16 without a mark", written(VALID.encode("utf-16-be")), ("csv.encoding",)),
    Case("UTF-32", written(VALID.encode("utf-32-le")), ("csv.encoding",)),
    Case(
        "a letter cut in two",
        written(VALID.encode().replace(b"1973", b"1973 \xe2\x80")),
        ("csv.encoding",),
    ),
    Case("NUL", edited("1973", "19\x0073"), ("csv.nul",)),
    Case("byte order mark", written("\ufeff" + VALID), ("csv.byte-order-mark",)),
    Case(
        "byte order mark where none may be",
        written("\ufeff" + VALID),
        ("csv.refused-byte-order-mark",),
        ruled(byte_order_mark="refuse"),
    ),
    Case(
        "none in the package",
        removed_from_package,
        ("csv.absent",),
        ruled(in_package=True),
    ),
)

HEADERS = (
    Case("semicolons", written(VALID.replace('","', '";"')), ("csv.delimiter",)),
    Case("tabs", written(PLAIN.replace(",", "\t")), ("csv.delimiter",)),
    Case("full-width commas", written(PLAIN.replace(",", "，")), ("csv.delimiter",)),
    Case("commas where tabs belong", written(VALID), ("csv.delimiter",), ruled(delimiter="\t")),
    Case("no header", edited('"ID","Predict"\n', ""), ("csv.no-header",)),
    Case("Excel's sep= line", written("sep=,\n" + VALID), ("csv.no-header",)),
    Case("semicolons below sep=;", written("sep=;\nID;Predict\n0;x\n"), ("csv.no-header",)),
    Case("a column in lower case", edited('"Predict"', '"predict"'), ("csv.column-name",)),
    Case("a plural", edited('"Predict"', '"Predictions"'), ("csv.column-name",)),
    Case("spaces in the header", edited("ID,Predict", "ID, Predict", PLAIN), ("csv.column-name",)),
    Case("full-width letters", edited('"ID"', '"ＩＤ"'), ("csv.column-name",)),
    Case(
        "a second byte order mark",
        written("\ufeff\ufeff" + VALID),
        ("csv.column-name", "csv.byte-order-mark"),
    ),
    Case("a column of another name", edited('"Predict"', '"Summary"'), ("csv.missing-column",)),
    Case("one column alone", written("Predict\n" + "\n".join(TEXTS)), ("csv.missing-column",)),
    Case(
        "the row index of pandas",
        written(",ID,Predict\n" + "".join(f'{n},{n},"{text}"\n' for n, text in enumerate(TEXTS))),
        ("csv.extra-column",),
    ),
    Case("a comma after each row", written(PLAIN.replace("\n", ",\n")), ("csv.extra-column",)),
    Case(
        "a column twice",
        written(PLAIN.replace("Predict", "Predict,Predict").replace(".\n", ".,again\n")),
        ("csv.extra-column",),
    ),
    Case(
        "columns swapped",
        written("Predict,ID\n" + "".join(f"{text},{n}\n" for n, text in enumerate(TEXTS))),
        ("csv.column-order",),
    ),
)

ROWS_CASES = (
    Case("header alone", written('"ID","Predict"\n'), ("csv.no-rows",)),
    Case("rows without end", written("ID,Predict\n" + "0,a\n" * 200_000), ("csv.too-many-rows",)),
    Case("fields without end", edited("1973", "," * 20_000, PLAIN), ("csv.too-many-rows",)),
    Case(
        "blank lines without end",
        edited("\n5,", "\n" * 300_000 + "5,", PLAIN),
        ("csv.too-many-rows",),
    ),
    Case(
        "a quote that nothing closes", edited(f'{TEXTS[4]}"', TEXTS[4]), ("csv.text-after-quote",)
    ),
    Case("the last quote is missing", edited(f'{TEXTS[11]}"', TEXTS[11]), ("csv.unclosed-quote",)),
    Case(
        "the header's quote is open",
        edited('"ID"', '"ID', PLAIN.replace("ID", '"ID"', 1)),
        ("csv.unclosed-quote",),
    ),
    Case("quotes inside a text", predicted(3, '"the "Act" of 1973"'), ("csv.text-after-quote",)),
    Case("space after a quote", predicted(3, '"the Act of 1973" '), ("csv.text-after-quote",)),
    Case("comma in an unquoted text", edited("1973", "1973, and", PLAIN), ("csv.too-many-fields",)),
    Case(
        "line break in an unquoted text", edited("1973", "1973\n", PLAIN), ("csv.too-few-fields",)
    ),
    Case("file cut off", written(VALID[: VALID.index('"11"') + 3]), ("csv.unclosed-quote",)),
    Case("row without a text", edited(f',"{TEXTS[5]}"', ""), ("csv.too-few-fields",)),
    Case("space after a lone return", edited("\n5,", "\r 5,", PLAIN), ("csv.leading-space",)),
    Case(
        "space before an unquoted text in the first column",
        written("Predict,ID\n" + "".join(f" {text},{n}\n" for n, text in enumerate(TEXTS))),
        ("csv.leading-space", "csv.column-order"),
    ),
    Case("quotes not allowed", written(VALID), ("csv.quoting",), quoting("none")),
    Case("quotes missing", written(PLAIN), ("csv.quoting",), quoting("all")),
    Case(
        "line break in a quoted text",
        predicted(3, '"the Act\r\nof 1973"'),
        ("csv.embedded-newline",),
    ),
    Case("quotes in an unquoted text", predicted(3, 'the "Act" of 1973'), ("csv.bare-quote",)),
    Case("quote after a space", predicted(3, ' "the Act of 1973"'), ("csv.bare-quote",)),
    Case("blank lines", edited('"5"', '\n \t\r\n"5"'), ("csv.blank-line",)),
    Case("blank line at the end", written(VALID + "  "), ("csv.blank-line",)),
)

IDS = (
    Case("a row without ID", edited('"7",', ","), ("csv.blank-id",)),
    Case("nan for an ID", edited('"7",', "nan,"), ("csv.blank-id",)),
    Case("floating-point IDs", rows(f"{n}.0" for n in range(ROWS)), ("csv.float-id",)),
    Case("an ID in words", edited('"7",', "seven,"), ("csv.id-form",)),
    Case("an ID of fifty digits", edited('"7",', f'{"9" * 50},'), ("csv.id-form",)),
    Case("a full-width ID", edited('"7",', "７,"), ("csv.id-form",)),
    Case("leading zeros", rows(f"{n:03}" for n in range(ROWS)), ("csv.id-spelling",)),
    Case("space before an ID", edited('"7",', '" 7",'), ("csv.id-spelling",)),
    Case("two files joined", written(VALID + VALID), ("csv.second-header",)),
    Case(
        "the header repeated",
        edited('"7",', '"ID","Predict"\n"7",'),
        ("csv.second-header",),
    ),
    Case(
        "an ID twice",
        edited('"8",', '"7","another summary"\n"8",'),
        ("csv.duplicate-id",),
    ),
    Case("an ID for its neighbour", edited('"8",', '"7",'), ("csv.duplicate-id", "csv.missing-id")),
    Case("rows missing", rows(range(9)), ("csv.missing-id",)),
    Case("rows too many", rows(range(ROWS + 1), [*TEXTS, "more"]), ("csv.unknown-id",)),
    Case("an ID below the first", edited('"0",', '"-3",'), ("csv.missing-id", "csv.unknown-id")),
    Case("counted from 1", rows(range(1, ROWS + 1)), ("csv.shifted-id",)),
    Case("rows in another order", rows(reversed(range(ROWS))), ("csv.row-order",)),
    Case("names for IDs, one wrong", rows(["bill-99", *NAMES[1:]]),
         ("csv.missing-id", "csv.unknown-id"), named(*NAMES)),
    Case("names for IDs, one blank", rows(["", *NAMES[1:]]), ("csv.blank-id",), named(*NAMES)),
    Case("listed numbers", rows(["07", "5"]), ("csv.id-spelling",), named("7", "5")),
)  # fmt: skip

PREDICTIONS = (
    Case("an empty text", predicted(3, '""'), ("csv.empty-prediction",)),
    Case("a missing text", predicted(3, ""), ("csv.empty-prediction",)),
    Case("None for a text", predicted(3, "None"), ("csv.na-prediction",)),
    Case("quoted nan", predicted(3, '"nan"'), ("csv.na-prediction",)),
    Case("numbers", rows(range(ROWS), [f"{n}.5" for n in range(ROWS)]), ("csv.not-text",)),
    Case("truth values", rows(range(ROWS), ["True", "false"] * ROWS), ("csv.not-text",)),
    Case("17 spaces", predicted(3, f'"{" " * 17}"'), ("csv.whitespace-prediction",)),
    Case("a bell", predicted(3, '"the Act\x07 of 1973"'), ("csv.control-character",)),
    Case("quoted twice", rows(range(ROWS), [f'""{text}""' for text in TEXTS]),
         ("csv.quoted-twice",)),
    Case("a whole bill", predicted(3, f'"{"the Act " * 20_000}"'), ("csv.long-prediction",)),
    Case("one text for all", rows(range(ROWS), ["the Act"] * ROWS), ("csv.same-prediction",)),
)  # fmt: skip

CASES: tuple[Case, ...] = (*FILES, *HEADERS, *ROWS_CASES, *IDS, *PREDICTIONS)
