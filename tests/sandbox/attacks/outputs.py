"""The door for what comes back: links, devices, names, sizes, numbers."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack

DOOR = "the collector"
BUDGET = "one budget for all that can be written"


def _brings(name: str, tries: str, program: str, layer: str = DOOR, root: bool = False) -> Attack:
    return Attack(name, tries, program, "brings", layer, control="root" if root else "anybody")


def _fits(name: str, tries: str, program: str) -> Attack:
    return Attack(name, tries, program, "says", BUDGET)


FILL = """
block = b"x" * (1 << 20)
def fill(path, count):
    with open(path, "wb") as out:
        for _ in range(count): out.write(block)
"""

ATTACKS = (
    _brings(
        "link", "a link as the predictions", 'os.symlink("/etc/passwd", OUT + "/predictions.csv")'
    ),
    _brings("link-to-itself", "a link in a circle", 'os.symlink("a", OUT + "/a")'),
    _brings(
        "hard-links",
        "one file by two names",
        'open(OUT + "/a", "w").write("x"); os.link(OUT + "/a", OUT + "/b")',
    ),
    _brings("fifo", "a pipe that blocks whoever opens it", 'os.mkfifo(OUT + "/predictions.csv")'),
    _brings(
        "socket-file",
        "a socket in the output",
        'os.chdir(OUT); s = socket.socket(socket.AF_UNIX); s.bind("predictions.csv")',
    ),
    _brings(
        "device",
        "a device that never ends",
        'os.mknod(OUT + "/predictions.csv", stat.S_IFCHR | 0o666, os.makedev(1, 5))',
        "no capabilities",
        root=True,
    ),
    _brings(
        "sparse",
        "a file of a terabyte that takes no room",
        'f = open(OUT + "/predictions.csv", "wb"); f.truncate(1 << 40)',
    ),
    _brings(
        "sparse-tail",
        "one byte far behind the start",
        'f = open(OUT + "/predictions.csv", "wb"); f.seek(1 << 35); f.write(b"x")',
    ),
    _brings(
        "many-files",
        "far more files than anybody wants",
        'for n in range(1500): open(f"{OUT}/{n}", "w").close()',
        BUDGET,
    ),
    _brings(
        "many-folders",
        "far more folders than anybody wants",
        'for n in range(1500): os.mkdir(f"{OUT}/{n}")',
        BUDGET,
    ),
    _brings(
        "deep-folders",
        "folders deeper than any path may be",
        'os.chdir(OUT)\nfor n in range(120): os.mkdir("d" * 60); os.chdir("d" * 60)\n'
        'open("leaf", "w").write("x")',
    ),
    _brings("newline-name", "a name of two lines", r'open(OUT + "/a\nb.csv", "w").write("x")'),
    _brings(
        "escape-name", "a name that steers a terminal", r'open(OUT + "/\x1b[2Ja", "w").close()'
    ),
    _brings(
        "bytes-name",
        "a name that is no text",
        r'open(os.fsencode(OUT) + b"/\xff\xfe", "w").close()',
    ),
    _brings(
        "turning-name", "a name that reads backwards", r'open(OUT + "/\u202evsc.a", "w").close()'
    ),
    _brings(
        "mode-bits",
        "a program that would run with another's rights",
        'open(OUT + "/tool", "w").write("#!/bin/sh\\n"); os.chmod(OUT + "/tool", 0o6755)',
    ),
    _fits("disk-output", "200 MB in the output", FILL + 'fill(OUT + "/a", 200); done()'),
    _fits(
        "disk-everywhere",
        "a little less than the limit in each place",
        FILL + 'fill(OUT + "/a", 20); fill("/tmp/" + T["life"], 20)\n'
        'try: fill("/dev/shm/" + T["life"], 20); time.sleep(0.5); done()\n'
        'finally: os.remove("/tmp/" + T["life"]); os.remove("/dev/shm/" + T["life"])',
    ),
    _fits(
        "disk-deleted",
        "files without names",
        FILL + "kept = []\n"
        "for n in range(10):\n"
        "  f = open(OUT + '/a', 'wb'); os.remove(OUT + '/a'); kept.append(f)\n"
        "  for _ in range(10): f.write(block)\n"
        "  f.flush()\n"
        "done()",
    ),
    _fits(
        "disk-fallocate",
        "room that is taken and never written",
        "f = os.open(OUT + '/a', os.O_RDWR | os.O_CREAT)\n"
        "os.posix_fallocate(f, 0, 100 << 20); done()",
    ),
    _fits(
        "files-everywhere",
        "empty files in each place, under every limit of bytes",
        "for place in (OUT, '/tmp', '/dev/shm'):\n"
        "  folder = place + '/' + T['life']; os.mkdir(folder)\n"
        "  for n in range(250): open(f'{folder}/{n}', 'w').close()\n"
        "time.sleep(0.5)\n"
        "for place in ('/tmp', '/dev/shm'):\n"
        "  for n in range(250): os.remove(f'{place}/{T[\"life\"]}/{n}')\n"
        "  os.rmdir(f'{place}/{T[\"life\"]}')\n"
        "done()",
    ),
    _fits(
        "files-many",
        "twenty thousand empty files",
        "for n in range(20000): open(f'{OUT}/{n}', 'w').close()\ndone()",
    ),
)
