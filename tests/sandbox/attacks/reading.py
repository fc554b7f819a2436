"""Secrets of whoever starts the program: files, environment, descriptors, other processes."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack, Need

MOUNTS = "the allow-list of mounts"
PROCESSES = "the PID namespace"
CLEAN_START = "nothing is inherited"


def _learns(
    name: str, tries: str, program: str, layer: str, *needs: Need, root: bool = False
) -> Attack:
    who = "root" if root else "anybody"
    return Attack(name, tries, program, "learns", layer, needs, control=who)  # type: ignore[arg-type]


ATTACKS = (
    _learns("absolute-path", "a file by its path", 'print(open(T["secret"]).read())', MOUNTS),
    _learns(
        "dots",
        "a file by going up from the input",
        'print(open(os.path.join(T["inputs"][0], "../outside/secret.txt")).read())\n',
        MOUNTS,
    ),
    _learns(
        "dots-relative",
        "a file by going up from where it starts",
        'print(open("../outside/secret.txt").read())',
        MOUNTS,
    ),
    _learns("planted-link", "a link that came in the zip", 'print(open("link").read())', MOUNTS),
    _learns("home", "the home folder", 'print(open(T["home"] + "/.netrc").read())', MOUNTS),
    _learns(
        "root-of-parent",
        "a file through the root of the process that started it",
        'print(open(f"/proc/{os.getppid()}/root" + T["secret"]).read())',
        PROCESSES,
    ),
    _learns(
        "root-of-parents",
        "a file through the root or the folder of any process",
        "for n in os.listdir('/proc'):\n"
        "  for w in ('root' + T['secret'], 'cwd/../outside/secret.txt'):\n"
        "    try: print(open(f'/proc/{n}/{w}').read()[:60])\n"
        "    except OSError: pass",
        MOUNTS,
    ),
    _learns(
        "environments",
        "the environment of every process, the first one's too",
        "for n in os.listdir('/proc'):\n"
        "  if n == str(os.getpid()): continue\n"
        "  try: print(open(f'/proc/{n}/environ').read())\n"
        "  except OSError: pass",
        "bwrap starts with an empty environment",
    ),
    _learns("own-environment", "its own environment", "print(os.environ)", CLEAN_START),
    _learns(
        "command-lines",
        "the words that other processes were started with",
        "for n in os.listdir('/proc'):\n"
        "  try: print(open(f'/proc/{n}/cmdline').read())\n"
        "  except OSError: pass",
        PROCESSES,
        "victim",
    ),
    _learns(
        "inherited-files",
        "open files that it was left with",
        "for n in range(3, 256):\n  try: print(n, os.pread(n, 200, 0))\n  except OSError: pass",
        CLEAN_START,
        "descriptors",
    ),
    _learns(
        "inherited-folders",
        "open folders that it was left with",
        "for n in range(3, 256):\n"
        "  for way in ('secret.txt', '../outside/secret.txt'):\n"
        "    try: print(os.pread(os.open(way, os.O_RDONLY, dir_fd=n), 200, 0))\n"
        "    except OSError: pass",
        CLEAN_START,
        "descriptors",
    ),
    _learns("standard-input", "its standard input", "print(sys.stdin.read())", CLEAN_START),
    _learns(
        "standard-input-reopened",
        "its standard input, opened once more",
        "print(open('/proc/self/fd/0').read(100))",
        CLEAN_START,
    ),
    _learns(
        "descriptors-of-others",
        "the open files of other processes",
        "v = T['victim'][0]\n"
        "for n in [v, *os.listdir('/proc')]:\n"
        "  for d in range(3, 12):\n"
        "    try: print(open(f'/proc/{n}/fd/{d}').read(100))\n"
        "    except (OSError, ValueError): pass\n"
        "  if n == v and os.path.exists(f'/proc/{v}/fd'): break",
        PROCESSES,
        "victim",
    ),
    _learns(
        "hard-link-out",
        "a hard link of a file outside in the output",
        'os.link(T["secret"], OUT + "/predictions.csv")',
        MOUNTS,
    ),
    _learns(
        "symbolic-link-out",
        "a link in the output, for the collector to follow",
        'os.symlink(T["secret"], OUT + "/predictions.csv")',
        "the collector follows no links",
    ),
    _learns(
        "link-to-folder-out",
        "a linked folder in the output",
        'os.symlink(T["outside"], OUT + "/results")\n'
        'os.makedirs(OUT + "/a"); os.symlink("../../outside", OUT + "/a/b")\n'
        'print(open(OUT + "/results/secret.txt").read())',
        "the collector follows no links",
    ),
    _learns(
        "handle",
        "a file by its handle, past all mounts",
        "if not T['handle']: absent('the file system has no handles')\n"
        "root = os.open('/', os.O_RDONLY); data = bytes.fromhex(T['handle'])\n"
        "for place in (T['inputs'][-1], T['inputs'][0], '/usr', '/'):\n"
        "  if os.path.isdir(place):\n"
        "    at = os.open(place, os.O_RDONLY)\n"
        "    got = C.open_by_handle_at(at, data, os.O_RDONLY)\n"
        "    if got >= 0: print(os.pread(got, 100, 0))",
        "no capabilities, and the seccomp filter",
        "handle",
        root=True,
    ),
    Attack(
        "disk-node",
        "a disk of the machine in /dev",
        "for name in os.listdir('/dev'):\n"
        "  path = '/dev/' + name\n"
        "  if stat.S_ISBLK(os.stat(path).st_mode): open(path, 'rb'); done(path)",
        "says",
        "a /dev of its own",
        control="root",
    ),
    Attack(
        "disk-made",
        "a node of the disk, made by itself",
        "os.mknod(OUT + '/disk', stat.S_IFBLK | 0o600, T['disk']); done()",
        "says",
        "no capabilities",
        control="root",
    ),
    Attack(
        "kernel-log",
        "the kernel's log",
        "buffer = ctypes.create_string_buffer(4096)\nif C.klogctl(3, buffer, 4096) > 0: done()",
        "says",
        "the seccomp filter",
        control="root",
    ),
    Attack(
        "machine-files",
        "files of the machine that only root reads",
        "names = ['/etc/shadow', '/dev/mem', '/dev/kmsg', '/proc/tty/driver/serial']\n"
        "names += ['/proc/' + n for n in os.listdir('/proc') if not n.isdigit()]\n"
        "for name in names:\n"
        "  try:\n"
        "    if os.stat(name).st_mode & 0o077: continue\n"
        "    os.close(os.open(name, os.O_RDONLY | os.O_NONBLOCK)); done(name)\n"
        "  except OSError: pass",
        "says",
        "no capabilities, and the allow-list of mounts",
        control="root",
    ),
)
