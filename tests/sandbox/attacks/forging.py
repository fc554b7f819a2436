"""Results that are not the tool's own, and things planted for others to run."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack

RECORD = (
    '{"version": 1, "exit_code": 0, "signal": null, "limit": null, "forged": true, '
    '"succeeded": true}'
)
NOTHING_RUNS = "nothing that came back is ever run"
MARK = 'open(T["outside"] + "/mark", "w").close()'
MEET = 'open(OUT + "/meet.sh", "w").write(%r)\n'
EVIL = 'EVIL = "open(%r, \'w\').close()" % (T["outside"] + "/mark")\n'


def _forges(name: str, tries: str, program: str, layer: str) -> Attack:
    start = f"FORGED = {RECORD!r}\n"
    return Attack(name, tries, start + program + "\nos._exit(7)", "forges", layer)


def _plants(name: str, tries: str, program: str, meeting: str) -> Attack:
    text = EVIL + program + "\n" + MEET % meeting
    return Attack(name, tries, text, "imports", NOTHING_RUNS)


def _file(name: str, tries: str, meeting: str) -> Attack:
    """A file of this name in the output, and in the input too where it can be written."""
    program = (
        f"for place in (OUT, os.getcwd()):\n"
        f"  try: open(place + '/{name}', 'w').write(EVIL)\n"
        f"  except OSError: pass"
    )
    return _plants(f"planted-{name}", tries, program, meeting)


ATTACKS = (
    _forges(
        "record-on-stdout",
        "a record among its words",
        "print(FORGED, flush=True)",
        "the record is made outside",
    ),
    _forges(
        "record-on-stderr",
        "a record among its complaints",
        "print(FORGED, file=sys.stderr, flush=True)",
        "the record is made outside",
    ),
    _forges(
        "record-file",
        "a file where the record will be",
        "for place in (T['result'], OUT + '/result.json', '../result.json'):\n"
        "  try: open(place, 'w').write(FORGED); print(FORGED, flush=True)\n"
        "  except OSError: pass",
        "the allow-list of mounts",
    ),
    _forges(
        "every-descriptor",
        "a record on every descriptor that it has",
        "for n in range(1, 1024):\n"
        "  for text in (FORGED, 'started', 'go on', '{\"child-pid\": 1}'):\n"
        "    try: os.write(n, text.encode() + b'\\n')\n"
        "    except OSError: pass",
        "stage 0 closes its socket before the program starts",
    ),
    Attack(
        "forged-fault",
        "an end that looks like the sandbox's own failure",
        'print("fault.sandbox: bwrap: no user namespaces", file=sys.stderr, flush=True)\n'
        "os.kill(os.getppid(), 9); os.kill(os.getpid(), 9)",
        "breaks",
        "the PID namespace",
    ),
    _file("sitecustomize.py", "code for every start of Python", 'PYTHONPATH="$PWD" "$PY" -c ""'),
    _file(
        "usercustomize.py",
        "code for every start of Python of one's own",
        '"$PY" -c "import sys; sys.path.insert(0, \'.\'); import usercustomize"',
    ),
    _file("conftest.py", "code for a test runner", '"$PY" conftest.py'),
    _file("startup.py", "code for PYTHONSTARTUP", 'echo | PYTHONSTARTUP=startup.py "$PY" -i'),
    _file("json.py", "code in place of a module of the standard library", '"$PY" -c "import json"'),
    _file("click.py", "code in place of a library of the tool", '"$PY" -c "import click"'),
    _plants(
        "planted-package",
        "code in place of the tool",
        "os.makedirs(OUT + '/grader/sandbox')\n"
        "for name in ('grader/__init__.py', 'grader/sandbox/__init__.py'):\n"
        "  open(f'{OUT}/{name}', 'w').write(EVIL)",
        '"$PY" -c "import grader"',
    ),
    _plants(
        "planted-pth",
        "code in a file of paths",
        "open(OUT + '/evil.pth', 'w').write('import os; ' + EVIL)",
        '"$PY" -c "import site; site.addsitedir(\'.\')"',
    ),
    _plants(
        "planted-pyc",
        "compiled code",
        "import py_compile; open('/tmp/' + T['life'], 'w').write(EVIL)\n"
        "py_compile.compile('/tmp/' + T['life'], OUT + '/run.pyc'); os.remove('/tmp/' + T['life'])",
        '"$PY" run.pyc',
    ),
    _plants(
        "hostile-pickle",
        "code in a model's file",
        "import pickle\n"
        "class Evil:\n  def __reduce__(self): return exec, (EVIL,)\n"
        "os.makedirs(OUT + '/pruned_model')\n"
        "pickle.dump(Evil(), open(OUT + '/pruned_model/pytorch_model.bin', 'wb'))",
        "\"$PY\" -c \"import pickle; pickle.load(open('pruned_model/pytorch_model.bin', 'rb'))\"",
    ),
    _plants(
        "hostile-archive",
        "a file outside by an archive's names",
        "import io, tarfile\nos.makedirs(OUT + '/pruned_model')\n"
        "with tarfile.open(OUT + '/pruned_model/weights.tar', 'w') as tar:\n"
        "  tar.addfile(tarfile.TarInfo('../../outside/mark'), io.BytesIO())",
        "cd pruned_model && cp weights.tar .. && cd .. && "
        'tar --absolute-names -xf weights.tar -C "$PWD/pruned_model"',
    ),
)
NOTEBOOKS = (
    Attack(
        "notebook-magics",
        "shell commands of a notebook",
        "get_ipython().system('cat ' + T['secret'] + ' > ' + OUT + '/a.txt')\n"
        "get_ipython().run_cell_magic('bash', '', 'cat ' + T['secret'])\n"
        "!cat $HOME/.netrc\n!cat /proc/*/environ | tr '\\0' ' '",
        "learns",
        "the allow-list of mounts",
        ("kernel",),
        ("--processes", "64", "--memory-mb", "600", "--wall-seconds", "40"),
        runs="run-notebook",
    ),
    Attack(
        "notebook-daemon",
        "a background command of a notebook",
        "get_ipython().system('setsid sh -c \\'printf %s ' + T['life'] + "
        "' > /proc/self/comm; while :; do sleep 1; done\\' >/dev/null 2>&1 & sleep 0.3')\n"
        "time.sleep(0.3)",
        "survives",
        "the sandbox's first process is killed and waited for",
        ("kernel",),
        ("--processes", "64", "--memory-mb", "600", "--wall-seconds", "40"),
        runs="run-notebook",
    ),
)
