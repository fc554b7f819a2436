"""Writing where nothing of it may stay: the submission, the grader, the home, the machine."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack, Need

READ_ONLY = "read-only mounts"
MOUNTS = "the allow-list of mounts"
EACH_INPUT = """
for place in T["inputs"]:
    try:
        %s
    except OSError: pass
"""


def _changes(
    name: str, tries: str, program: str, layer: str = READ_ONLY, needs: tuple[Need, ...] = ()
) -> Attack:
    return Attack(name, tries, program, "changes", layer, needs)


def _input(name: str, tries: str, what: str) -> Attack:
    return _changes(name, tries, EACH_INPUT % what)


ATTACKS = (
    _input("submission-file", "its own source", 'open(place + "/main.py", "a").write("# other")'),
    _input(
        "model-file",
        "the model that is counted",
        'open(place + "/pruned_model/model.bin", "r+b").write(b"lighter")',
    ),
    _input("new-file", "a new file in the submission", 'open(place + "/new", "w").write("new")'),
    _input(
        "remove-file",
        "a file of the submission away",
        'os.remove(place + "/pruned_model/model.bin")',
    ),
    _input(
        "rename-file",
        "a file of the submission elsewhere",
        'os.rename(place + "/main.py", place + "/b.py")',
    ),
    _input("mode", "the mode of the submission", "os.chmod(place + '/main.py', 0o777)"),
    _input(
        "mapped",
        "the model by a shared mapping",
        "f = os.open(place + '/pruned_model/model.bin', os.O_RDWR); "
        "mmap.mmap(f, 7)[:] = b'0123456'",
    ),
    _input(
        "through-link",
        "a file through a planted link",
        "open(place + '/link', 'w').write('other')",
    ),
    _changes(
        "grader-folder",
        "the grader's own code",
        'open(T["grader"] + "/__init__.py", "a").write("import os")',
        MOUNTS,
    ),
    _changes(
        "home-folder",
        "the start-up files of a home",
        'open(T["home"] + "/.bashrc", "w").write("evil")',
        MOUNTS,
    ),
    _changes(
        "own-home",
        "the start-up files of its HOME",
        'open(os.path.expanduser("~/.profile"), "w").write("evil")',
        "a home of its own",
    ),
    _changes(
        "neighbour",
        "a file beside the submission",
        "open('../outside/note', 'w').write('here'); os.remove('../outside/secret.txt')",
        MOUNTS,
    ),
    _changes(
        "folder-of-parent",
        "a file through the folder of the process that started it",
        "open(f'/proc/{os.getppid()}/cwd/note', 'w').write('here')",
        "the PID namespace, and read-only mounts",
    ),
    _changes(
        "inherited-descriptor",
        "an open file that it was left with",
        "for n in range(3, 256):\n  try: os.pwrite(n, b'other', 0)\n  except OSError: pass",
        "nothing is inherited",
        ("descriptors",),
    ),
    _changes(
        "reopened-stream",
        "its standard input, opened for writing",
        "open('/proc/self/fd/0', 'r+b').write(b'other')",
        "nothing is inherited",
    ),
    _changes(
        "output-replaced",
        "its output folder by a link",
        "try: os.rmdir(OUT)\nexcept OSError: os.rename(OUT, OUT + '-2')\n"
        "os.symlink(T['outside'], OUT); open(OUT + '/predictions.csv', 'w').write('x')",
        "the output folder is a mount",
    ),
    Attack(
        "interpreter",
        "the folder of the interpreter, for the next program",
        "for place in (os.path.dirname(os.__file__), os.path.dirname(sys.executable)):\n"
        "  path = f'{place}/{T[\"life\"]}.pth'\n"
        "  try: open(path, 'w').close(); os.remove(path); done(place)\n"
        "  except OSError: pass",
        "says",
        READ_ONLY,
        control="root",
    ),
    Attack(
        "machine-folders",
        "the root, /dev, /etc, /usr and other hiding places",
        "for place in ('/', '/dev', '/etc', '/usr', '/var', '/root', '/sandbox', '/proc/1',\n"
        "              '/home', '/run', '/usr/lib', '/dev/mqueue', '/opt', '/course'):\n"
        "  path = f'{place}/{T[\"life\"]}'\n"
        "  try: open(path, 'w').close(); os.remove(path); done(place)\n"
        "  except OSError: pass",
        "says",
        READ_ONLY,
        control="root",
    ),
    Attack(
        "made-writable-again",
        "the mode of the folders of the system",
        "for place in ('/', '/dev', '/etc', '/sandbox', '/proc/1', '/input', '/usr'):\n"
        "  try: os.chmod(place, stat.S_IMODE(os.stat(place).st_mode)); done(place)\n"
        "  except OSError: pass",
        "says",
        READ_ONLY,
        control="root",
    ),
)
