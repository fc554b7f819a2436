"""Every kind of finding about a package: `archive.*` the zip itself, `package.*` what it holds."""

from __future__ import annotations

from validators.findings import Code, Severity

NOT_A_ZIP = Code(
    "archive.not-a-zip",
    Severity.BLOCKS,
    "The file is no zip, whatever its name says, so the course can't open it.",
    "Pack the folder as a zip (not .rar, .7z or .tar) and hand that in.",
)
TOO_LARGE_ZIP = Code(
    "archive.too-large",
    Severity.BLOCKS,
    "The zip is larger than the course accepts; it was not opened.",
    "Remove what the course doesn't ask for (data, checkpoints, environments) and zip again.",
)
DAMAGED = Code(
    "archive.damaged",
    Severity.BLOCKS,
    "The zip, or a file in it, can't be read back: cut off, changed after it was written, or "
    "written wrongly. What is damaged was left out.",
    "Make the zip again from the original files, and upload it anew if it was cut off.",
)
SPLIT = Code(
    "archive.split",
    Severity.BLOCKS,
    "The file is one part of a zip that was split into several.",
    "Make one whole zip, without splitting it into volumes.",
)
AMBIGUOUS = Code(
    "archive.ambiguous",
    Severity.BLOCKS,
    "The zip has two ends that disagree, so two programs would unpack different files from it.",
    "Make the zip again from the original files with an ordinary zip program.",
)
EXTRA_DATA = Code(
    "archive.extra-data",
    Severity.WARNS,
    "There are bytes before or after the archive that belong to no file in it.",
    "Make a plain zip: no self-extracting one, and nothing joined to it.",
)
BOMB = Code(
    "archive.bomb",
    Severity.BLOCKS,
    "The zip unpacks to far more than honest files do, or its entries share the same bytes. "
    "Nothing of it was unpacked.",
    "Make the zip again from the original files with an ordinary zip program.",
)
ENCRYPTED = Code(
    "archive.encrypted",
    Severity.BLOCKS,
    "Files in the zip are locked with a password, so the course can't read them.",
    "Make the zip again without a password.",
)
COMPRESSION = Code(
    "archive.compression",
    Severity.BLOCKS,
    "Files are packed with a method that not every program reads; only Store and Deflate are "
    "unpacked.",
    'Make the zip again with the method "Deflate" (in 7-Zip: format zip, method Deflate).',
)
UNSAFE_PATH = Code(
    "archive.unsafe-path",
    Severity.BLOCKS,
    "A path in the zip leads out of the folder that it is unpacked into; it was left out.",
    "Zip the folder itself, so that every path in the zip starts inside it.",
)
BACKSLASH = Code(
    "archive.backslash",
    Severity.NOTES,
    "Folders in the zip are separated by a backslash, as some Windows programs write it. They were "
    "read as folders; other programs may not.",
    "When convenient, make the zip with the file manager or 7-Zip.",
)
DUPLICATE_NAME = Code(
    "archive.duplicate-name",
    Severity.BLOCKS,
    "The zip holds two files under one name; which of them counts depends on the program.",
    "Make a new zip instead of adding to the old one, each file once.",
)
NAME_ENCODING = Code(
    "archive.name-encoding",
    Severity.NOTES,
    "File names in the zip are not in UTF-8 and say of no encoding; they were read by the "
    "course's guess.",
    "When convenient, make the zip with a program that writes names in UTF-8.",
)
TOO_MANY = Code(
    "package.too-many",
    Severity.BLOCKS,
    "The package holds more files and folders than the course accepts; it was not read.",
    "Remove what the course doesn't ask for: environments, caches, version history, data.",
)
TOO_LARGE = Code(
    "package.too-large",
    Severity.BLOCKS,
    "The files of the package are together larger than the course accepts.",
    "Remove what the course doesn't ask for (data, checkpoints, environments).",
)
TOO_DEEP = Code(
    "package.too-deep",
    Severity.BLOCKS,
    "Folders lie deeper in each other than the course reads; what is below was left out.",
    "Move the files up.",
)
LONG_NAME = Code(
    "package.long-name",
    Severity.BLOCKS,
    "A name is longer than Linux can store (255 bytes; a Chinese character takes 3). The file was "
    "left out.",
    "Give the file a shorter name.",
)
BAD_NAME = Code(
    "package.bad-name",
    Severity.BLOCKS,
    "A name holds characters that no file name should: control characters, NUL, or bytes that are "
    "no text. The file was left out.",
    "Rename the file, with letters, digits, dots, dashes and underscores only.",
)
WINDOWS_NAME = Code(
    "package.windows-name",
    Severity.WARNS,
    "A name can't be used on Windows: a reserved word such as CON, a dot or space at its end, or "
    'one of < > : " | ? * \\ in it.',
    "Rename the file.",
)
COLLIDING_NAMES = Code(
    "package.colliding-names",
    Severity.BLOCKS,
    "Two names differ only by case or Unicode form, or a file has the name of a folder. On Windows "
    "and macOS one would replace the other; the second was left out.",
    "Rename one of them.",
)
LINK = Code(
    "package.link",
    Severity.BLOCKS,
    "The package holds a link instead of a file or folder. Links are not followed, so what it "
    "points to is missing.",
    "Put the file itself in its place.",
)
NOT_A_FILE = Code(
    "package.not-a-file",
    Severity.BLOCKS,
    "The package holds something that is neither a file nor a folder (a pipe, socket or device), "
    "or that may not be read. It was left out.",
    "Remove it.",
)
EMPTY = Code(
    "package.empty",
    Severity.BLOCKS,
    "There is no file in the package.",
    "Put what the course asks for into the folder, then zip it.",
)
ZIP_NAME = Code(
    "package.zip-name",
    Severity.BLOCKS,
    "The zip isn't named as the course asks, so it can't be matched to a student.",
    "Rename the zip.",
)
ZIP_SPELLING = Code(
    "package.zip-spelling",
    Severity.NOTES,
    "The name of the zip is accepted, but the course prefers another spelling.",
    "Rename the zip when convenient.",
)
OTHER_ID = Code(
    "package.other-id",
    Severity.BLOCKS,
    "The report and the zip carry different student ids in their names, so one is someone else's.",
    "Hand in your own zip and report, both named with your id.",
)
REPORT_NAME = Code(
    "package.report-name",
    Severity.BLOCKS,
    "The report isn't named as the course asks, so it can't be matched to a student.",
    "Rename the report.",
)
REPORT_SPELLING = Code(
    "package.report-spelling",
    Severity.NOTES,
    "The name of the report is accepted, but the course prefers another spelling.",
    "Rename the report when convenient.",
)
BROKEN_PDF = Code(
    "package.broken-pdf",
    Severity.BLOCKS,
    "A file named .pdf is no whole PDF, so it can't be opened.",
    "Export the PDF again, open it once to see that it works, and hand in that file.",
)
WRAPPER = Code(
    "package.wrapper",
    Severity.WARNS,
    "Everything lies in one folder inside the zip. It was stepped into; programs that look at the "
    "top of the zip find nothing there.",
    "Zip the files, not their folder.",
)
LAYOUT = Code(
    "package.layout",
    Severity.BLOCKS,
    "There is a model folder, but not where or not under the name that the course asks for.",
    "Zip the files, not their folder, and name the model folder exactly as asked.",
)
NO_MODEL = Code(
    "package.no-model",
    Severity.BLOCKS,
    "The model folder is not in the package, nor a folder that could be it.",
    "Add the folder that save_pretrained wrote, under the name that the course asks for.",
)
OTHER_WEIGHTS = Code(
    "package.other-weights",
    Severity.NOTES,
    "Weight files lie outside the model folder. Only the model folder counts.",
    "Leave them out unless the code needs them.",
)
NO_README = Code(
    "package.no-readme",
    Severity.BLOCKS,
    "There is no README; the course runs the code as the README says.",
    "Add a README that says which commands to run, in which order.",
)
README_FORM = Code(
    "package.readme-form",
    Severity.WARNS,
    "The README is there, but its suffix is none of those that the course asks for.",
    "Save the README under one of the accepted suffixes.",
)
README_PLACE = Code(
    "package.readme-place",
    Severity.WARNS,
    "The README is not at the top of the package, where the course looks for it.",
    "Move the README to the top.",
)
README_EMPTY = Code(
    "package.readme-empty",
    Severity.BLOCKS,
    "The README holds no text.",
    "Write into the README which commands to run, in which order, and save it.",
)
README_TEMPLATE = Code(
    "package.readme-template",
    Severity.WARNS,
    "The README is the one that came with the template, not one about this work.",
    "Write what you did and which commands to run, and remove the line that asks for it.",
)
README_UNREADABLE = Code(
    "package.readme-unreadable",
    Severity.BLOCKS,
    "The README can't be opened as what its suffix says.",
    "Save the README again from the program that you wrote it with.",
)
README_ENCODING = Code(
    "package.readme-encoding",
    Severity.WARNS,
    "The README is text, but not in UTF-8; it may look garbled elsewhere.",
    "Save the README as UTF-8.",
)
NO_CODE = Code(
    "package.no-code",
    Severity.BLOCKS,
    "There is no code in the package, or every code file is empty.",
    "Add all training and test code.",
)
EMPTY_CODE = Code(
    "package.empty-code",
    Severity.WARNS,
    "A code file holds no code: it is empty, all comments, or a notebook without code cells.",
    "Save the file again with its code, or leave it out.",
)
BROKEN_NOTEBOOK = Code(
    "package.broken-notebook",
    Severity.BLOCKS,
    "A notebook can't be read, so it can't be run.",
    "Open the notebook in Jupyter, save it, and hand in the saved file.",
)
LARGE_TEXT = Code(
    "package.large-text",
    Severity.WARNS,
    "A code or text file is so large that it must hold data.",
    "Move the data out of the file, or clear the outputs of the notebook.",
)
NESTED_ARCHIVE = Code(
    "package.nested-archive",
    Severity.WARNS,
    "There is an archive inside the package. It was not opened, so what it holds doesn't count.",
    "Unpack it and hand in its files, or leave it out.",
)
LEFTOVERS = Code(
    "package.leftovers",
    Severity.NOTES,
    "The package holds files that programs left behind and that the course doesn't need.",
    "Leave them out if you like; they don't count.",
)
SECRET = Code(
    "package.secret",
    Severity.WARNS,
    "The package holds a key or password file. Whoever reads the package can use it.",
    "Remove the file and make a new key: the old one has left your hands.",
)
