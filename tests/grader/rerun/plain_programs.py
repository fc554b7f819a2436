"""The programs of the course without a model: the honest one, and what others write instead."""

from __future__ import annotations

import json

CONTRACT = {"rerun.toml": 'command = ["python", "main.py", "{data}", "{output}"]\n'}
"""A contract by which `main.py` is told where the rows are and where its predictions go."""

_FRAME = """\
import csv, json, os, random, sys, time

rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
output = sys.argv[2]


def rule(text):
    words = text.split()
    return "Amends the " + " ".join(words[:3]) + " and " + " ".join(words[7:12])


{middle}


def write(texts, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["ID", "Predict"])
        writer.writerows(enumerate(texts))


{end}
"""
_WRITE = "write([predict(row) for row in rows], output)"


def rule(text: str) -> str:
    """What the honest program says of a bill."""
    words = text.split()
    return "Amends the " + " ".join(words[:3]) + " and " + " ".join(words[7:12])


def program(middle: str = "", end: str = _WRITE) -> str:
    """A program with these lines of its own."""
    return _FRAME.format(middle=middle or "predict = lambda row: rule(row['text'])", end=end)


HONEST = program()
READS_LABELS = program("predict = lambda row: row['summary']")
CRASHES = program(end="print('half done')\nraise ValueError('no column called Abstract')")
HANGS = program(end="print('begun', flush=True)\ntime.sleep(3600)")
MEMORY = program(end="held = []\nwhile True:\n    held.append(b'x' * (8 << 20))")
DISK = program(end="file = open(output, 'wb')\nwhile True:\n    file.write(b'x' * (1 << 20))")
PROCESSES = program(end="for _ in range(80):\n    if not os.fork():\n        time.sleep(600)")
NOTHING = program(end="print('done')")
BESIDE = program(end=_WRITE.replace("output", "'predictions.csv'"))
COPIES = program(end="import shutil\nshutil.copy('predictions.csv', output)")
PRINTS_ENVIRONMENT = program(end=_WRITE + "\nprint(dict(os.environ), sys.argv, os.getcwd())")
UNSEEDED = program("predict = lambda row: ' '.join(random.sample(row['text'].split(), 9))")
SEEDED = program(
    "random.seed(7)\npredict = lambda row: ' '.join(random.sample(row['text'].split(), 9))"
)
ASKS = program(
    end=f"""\
import socket
{_WRITE}
try:
    socket.create_connection(("198.51.100.7", 80), 1)
except OSError as refused:
    print(refused)
try:
    open("/home/teacher/key.csv")
except OSError as refused:
    print(refused)"""
)
STAND_IN = program(
    "from datasets import load_dataset\nrows = load_dataset('billsum', split='test')"
    "\npredict = lambda row: rule(row['text'])"
)

PLAIN = """\
import csv, json
from datasets import load_dataset


def rule(text):
    words = text.split()
    return "Amends the " + " ".join(words[:3]) + " and " + " ".join(words[7:12])


with open("out.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["ID", "Predict"])
    texts = load_dataset("billsum", split="test")["text"]
    writer.writerows((n, rule(text)) for n, text in enumerate(texts))
"""
"""A program without a contract: it asks for the data by name, and writes where it likes."""


def by_number(texts: tuple[str, ...]) -> str:
    """A program that looks its texts up by the row's number."""
    return program(f"stored = {json.dumps(texts)}\npredict = lambda row: stored[row['id']]")


def by_text(texts: tuple[str, ...], bills: tuple[str, ...]) -> str:
    """A program that knows the public bills, and says the same of any other."""
    stored = json.dumps(dict(zip(bills, texts)))
    return program(
        f"stored = {stored}\npredict = lambda row: stored.get(row['text'], 'A bill on trade.')"
    )
