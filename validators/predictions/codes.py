"""The kinds of finding that a predictions CSV can lead to."""

from __future__ import annotations

from validators.findings import Code, Severity

BLOCKS, WARNS, NOTES = Severity.BLOCKS, Severity.WARNS, Severity.NOTES

ABSENT = Code(
    "csv.absent",
    BLOCKS,
    "The competition asks for the predictions CSV inside the package, and none is there.",
    "Put the CSV that you send to Kaggle into the package.",
)

# The file and its text.
UNREADABLE = Code(
    "csv.unreadable",
    BLOCKS,
    "The predictions can't be opened: there is no such file, it is a folder or a link, or "
    "its permissions forbid reading.",
    "Give the path of the CSV file itself.",
)
EMPTY = Code(
    "csv.empty",
    BLOCKS,
    "The file holds nothing, or nothing but blank lines.",
    "Write the predictions again, and wait until the file is closed.",
)
TOO_LARGE = Code(
    "csv.too-large",
    BLOCKS,
    "The file is larger than any real predictions of this competition; it is not read.",
    "Make sure that the file holds the predictions alone, one short text a row.",
)
NOT_CSV = Code(
    "csv.not-csv",
    BLOCKS,
    "The file is called CSV, but its bytes are of another format, such as an Excel workbook.",
    "Export the table as CSV; a new suffix alone changes nothing.",
)
ENCODING = Code(
    "csv.encoding",
    BLOCKS,
    "Some bytes are not text in the encoding that the competition reads. Excel and Windows "
    "editors save in other encodings unless told otherwise.",
    'Save the file as "CSV UTF-8", or write it with encoding="utf-8".',
)
NUL = Code(
    "csv.nul",
    BLOCKS,
    "The text holds NUL characters. Some readers cut a field there and others don't, so the "
    "prediction would not mean the same everywhere.",
    "Write the file again without NUL characters; a crash or a full disk may have left them.",
)
BYTE_ORDER_MARK = Code(
    "csv.byte-order-mark",
    NOTES,
    "The file starts with a UTF-8 byte order mark, as Excel writes it. Kaggle's reader skips it.",
    "Nothing has to be done.",
)
REFUSED_BYTE_ORDER_MARK = Code(
    "csv.refused-byte-order-mark",
    BLOCKS,
    "The file starts with a byte order mark, and this competition refuses that.",
    'Write the file with encoding="utf-8", not "utf-8-sig".',
)

# The header.
DELIMITER = Code(
    "csv.delimiter",
    BLOCKS,
    "The columns are there, but another character separates them. Kaggle then sees one column.",
    "Write the file with the separator that the competition reads.",
)
NO_HEADER = Code(
    "csv.no-header",
    BLOCKS,
    "The first row does not name the columns: it is data, or something stands above the header. "
    "Kaggle takes the first row for the names whatever it holds.",
    "Begin the file with the row that names the columns.",
)
COLUMN_NAME = Code(
    "csv.column-name",
    BLOCKS,
    "A column is called nearly, but not exactly, as the competition asks. Case, spaces and "
    "invisible characters count.",
    "Rename the column.",
)
MISSING_COLUMN = Code(
    "csv.missing-column",
    BLOCKS,
    "A column that the competition needs is not there, nor one of a similar name.",
    "Write both columns, named in the first row.",
)
EXTRA_COLUMN = Code(
    "csv.extra-column",
    BLOCKS,
    "The file has more columns than asked for, often the row index that pandas writes.",
    "Keep only the columns that the competition asks for.",
)
COLUMN_ORDER = Code(
    "csv.column-order",
    NOTES,
    "The prediction column comes before the ID column. Kaggle goes by the names, so this is fine.",
    "Nothing has to be done.",
)

# Rows and fields.
NO_ROWS = Code(
    "csv.no-rows",
    BLOCKS,
    "The file has a header and no row below it.",
    "Write one row for each ID below the header.",
)
TOO_MANY_ROWS = Code(
    "csv.too-many-rows",
    BLOCKS,
    "The file has so many rows, fields or blank lines that it can't be predictions of this "
    "competition; reading stopped there.",
    "Write one row for each ID, once.",
)
UNCLOSED_QUOTE = Code(
    "csv.unclosed-quote",
    BLOCKS,
    "A double quote opens a field and none closes it: everything after it is one field, and "
    "Kaggle's reader gives up.",
    'Close the quote, and write each quote inside a text as two (""); a CSV writer does both.',
)
TEXT_AFTER_QUOTE = Code(
    "csv.text-after-quote",
    BLOCKS,
    "A quoted field ends in the middle of its text, because a quote inside it is not doubled or "
    "one is missing before it.",
    'Write each quote inside a quoted text as two (""); a CSV writer does this for you.',
)
TOO_MANY_FIELDS = Code(
    "csv.too-many-fields",
    BLOCKS,
    "A row has more fields than the header, mostly because an unquoted text holds a separator.",
    "Quote every text; a CSV writer does this for you.",
)
TOO_FEW_FIELDS = Code(
    "csv.too-few-fields",
    BLOCKS,
    "A row has fewer fields than the header, mostly because an unquoted text holds a line break "
    "or the file was cut off.",
    "Quote every text, or replace its line breaks by spaces.",
)
LEADING_SPACE = Code(
    "csv.leading-space",
    BLOCKS,
    "A row begins with a space or tab in a place where versions of pandas differ about what "
    "that means: some keep it, some lose it, some refuse the file.",
    "Begin every row with its first field, without space before it.",
)
QUOTING = Code(
    "csv.quoting",
    BLOCKS,
    "Fields are quoted, or not quoted, against what this competition asks.",
    "Write the file with the quoting that the competition asks for.",
)
EMBEDDED_NEWLINE = Code(
    "csv.embedded-newline",
    WARNS,
    "A quoted text goes over several lines. Kaggle reads it so, but many simple tools don't.",
    "Replace line breaks in predictions by spaces unless you mean them.",
)
BARE_QUOTE = Code(
    "csv.bare-quote",
    WARNS,
    "A double quote stands inside a field that is not quoted as a whole. It is read as part of "
    "the text.",
    "Quote the whole field and double the quotes inside it, or leave the quotes out.",
)
BLANK_LINE = Code(
    "csv.blank-line",
    NOTES,
    "There are blank lines. Kaggle's reader skips them.",
    "Nothing has to be done.",
)

# IDs.
BLANK_ID = Code(
    "csv.blank-id",
    BLOCKS,
    "A row has no ID: the field is blank, or holds a word that pandas reads as missing. One such "
    "row turns all IDs into floating-point numbers.",
    "Write the ID of the row, or remove the row.",
)
FLOAT_ID = Code(
    "csv.float-id",
    BLOCKS,
    "An ID is written as a floating-point number. pandas does that to a column which once "
    "had a gap.",
    "Convert the ID column to whole numbers before you write it: astype(int).",
)
ID_FORM = Code(
    "csv.id-form",
    BLOCKS,
    "An ID is not a whole number, as all IDs of this competition are. It turns the whole column "
    "into text, and no ID matches any more.",
    "Write the ID as in the sample submission.",
)
ID_SPELLING = Code(
    "csv.id-spelling",
    WARNS,
    "An ID has spaces, leading zeros or a sign. It is read as the number that it means.",
    "Write IDs as plain whole numbers.",
)
SECOND_HEADER = Code(
    "csv.second-header",
    BLOCKS,
    "The header is there again among the rows, as happens when a file is appended to or two "
    "files are joined.",
    'Remove the repeated header, and open the file for writing ("w"), not appending ("a").',
)
DUPLICATE_ID = Code(
    "csv.duplicate-id",
    BLOCKS,
    "An ID has more than one row.",
    "Keep one row per ID.",
)
MISSING_ID = Code(
    "csv.missing-id",
    BLOCKS,
    "IDs of the competition have no row.",
    "Write a prediction for every ID of the sample submission.",
)
UNKNOWN_ID = Code(
    "csv.unknown-id",
    BLOCKS,
    "There are rows with IDs that the competition does not have.",
    "Keep only the IDs of the sample submission.",
)
SHIFTED_ID = Code(
    "csv.shifted-id",
    BLOCKS,
    "The IDs are consecutive and of the right number, but start elsewhere, as when rows are "
    "counted from 1 instead of 0.",
    "Take the IDs from the sample submission instead of counting rows.",
)
ROW_ORDER = Code(
    "csv.row-order",
    NOTES,
    "All IDs are there, in another order than in the sample submission. Kaggle goes by the IDs.",
    "Make sure that each text stands beside its own ID; then nothing has to be done.",
)

# Predictions.
EMPTY_PREDICTION = Code(
    "csv.empty-prediction",
    BLOCKS,
    "A prediction is empty. pandas reads that as a missing value, and the metric fails on it.",
    'Write some text in every row; a placeholder such as "-" will do.',
)
NA_PREDICTION = Code(
    "csv.na-prediction",
    BLOCKS,
    "A prediction is a word that pandas reads as missing, quoted or not; the metric fails on it.",
    "Replace the word by other text, and find out why your code wrote it.",
)
NOT_TEXT = Code(
    "csv.not-text",
    BLOCKS,
    "All predictions look like numbers, or all are true or false. The metric fails on those.",
    "Write the decoded texts, not token ids or scores.",
)
WHITESPACE_PREDICTION = Code(
    "csv.whitespace-prediction",
    WARNS,
    "A prediction is nothing but white space. It is read as it is and scores 0.",
    "Look at how it was made: damaged models write such texts.",
)
CONTROL_CHARACTER = Code(
    "csv.control-character",
    WARNS,
    "A prediction holds control characters, which no text needs and some tools drop.",
    "Remove control characters before you write the file.",
)
QUOTED_TWICE = Code(
    "csv.quoted-twice",
    NOTES,
    "Most predictions begin and end with a quote that is part of the text, as when code adds "
    "quotes and the CSV writer quotes again.",
    "Leave the quoting to the CSV writer if these quotes are not meant.",
)
LONG_PREDICTION = Code(
    "csv.long-prediction",
    NOTES,
    "A prediction is far longer than an answer.",
    "Make sure that the text is the prediction, not what it was made from.",
)
SAME_PREDICTION = Code(
    "csv.same-prediction",
    NOTES,
    "All rows have the same prediction.",
    "Make sure that each row was made from its own input.",
)
