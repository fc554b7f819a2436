"""Memory, processes and threads without end, wherever they can hide."""

from __future__ import annotations

from typing import Literal

from tests.sandbox.attacks.records import Attack

MEMORY = "a cgroup, or rlimits and the watchdog"
PROCESSES = "a cgroup, or RLIMIT_NPROC set inside"
HIDDEN = "the seccomp filter, or a cgroup"
NUMBER = 'X86 = os.uname().machine == "x86_64"\n'


def _takes(name: str, tries: str, program: str, layer: str = MEMORY, root: bool = False) -> Attack:
    who: Literal["anybody", "root"] = "root" if root else "anybody"
    return Attack(name, tries, program + "\ntime.sleep(0.3); done()", "says", layer, control=who)


CHILDREN = """
children = []
def child(work):
    number = os.fork()
    if not number:
        try: work()
        except BaseException: os._exit(1)
        time.sleep(2); os._exit(0)
    children.append(number)
def all_live():
    time.sleep(0.5)
    for number in children:
        if os.waitpid(number, os.WNOHANG)[0]: raise SystemExit("one is dead")
"""
END = "\nall_live()\nfor number in children: os.kill(number, 9)\ndone()"
NO_LIMITS = """
import resource
for name in ("RLIMIT_NPROC", "RLIMIT_DATA", "RLIMIT_AS", "RLIMIT_NOFILE"):
    kind = getattr(resource, name); soft, hard = resource.getrlimit(kind)
    for new in ((-1, -1), (hard, hard)):
        try: resource.setrlimit(kind, new); break
        except (OSError, ValueError): pass
"""

PIPES = """
import fcntl
kept = 0; block = b"x" * (1 << 20); pipes = []
while kept < 200 << 20:
    r, w = os.pipe(); os.set_blocking(w, False); pipes.append((r, w))
    try: fcntl.fcntl(w, 1031, 1 << 20)
    except OSError: pass
    kept += os.write(w, block)
"""
FILLED = """
def filled(most):
    kept = 0
    while kept < most:
        try: pair = socket.socketpair()
        except OSError: break
        pairs.append(pair)
        for end in pair:
            end.setblocking(False)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
            try:
                while True: kept += end.send(b"x" * 32768)
            except OSError: pass
    return kept
pairs = []
"""
SOCKETS = (
    FILLED
    + """
kept = filled(200 << 20)
if kept < 200 << 20: raise SystemExit(f"only {kept}")
"""
)
TCP_SOCKETS = """
kept = 0; pairs = []
listener = socket.create_server(("127.0.0.1", 0))
for _ in range(200):
    pair = socket.create_connection(listener.getsockname()), listener.accept()[0]
    pairs.append(pair)
    for end in pair:
        end.setblocking(False)
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        try:
            while True: kept += end.send(b"x" * 65536)
        except OSError: pass
    if kept >= 200 << 20: break
else: raise SystemExit(f"only {kept}")
"""
MANY_SOCKETS = (
    FILLED
    + """
r, w = os.pipe()
for _ in range(10):
    if not os.fork():
        os.write(w, struct.pack("Q", filled(20 << 20))); time.sleep(1.5); os._exit(0)
kept = sum(struct.unpack("Q", os.read(r, 8))[0] for _ in range(10))
if kept < 200 << 20: raise SystemExit(f"only {kept}")
"""
)

ATTACKS = (
    _takes(
        "heap", "320 MB in one list", "kept = [bytearray(b'x') * (1 << 20) for _ in range(320)]"
    ),
    _takes(
        "mapping",
        "320 MB of shared memory without a name",
        "m = mmap.mmap(-1, 320 << 20)\nfor at in range(0, 320 << 20, 4096): m[at] = 1",
    ),
    _takes(
        "raised-limits",
        "memory after its limits are raised",
        NO_LIMITS + "kept = [bytearray(b'x') * (1 << 20) for _ in range(320)]",
    ),
    Attack(
        "many-small",
        "twelve processes, each of them small",
        CHILDREN
        + "for _ in range(12): child(lambda: globals().update(k=bytearray(b'x') * (30 << 20)))"
        + END,
        "says",
        MEMORY,
    ),
    _takes(
        "in-shm",
        "300 MB in /dev/shm",
        "f = open('/dev/shm/' + T['life'], 'wb'); os.remove(f.name)\n"
        "for _ in range(300): f.write(b'x' * (1 << 20))\nf.flush()",
        "one budget for all that can be written",
    ),
    _takes(
        "in-memfd",
        "300 MB in files that no folder has",
        "kept = []\nfor n in range(16):\n  f = open(os.memfd_create('x'), 'wb'); kept.append(f)\n"
        "  for _ in range(20): f.write(b'x' * (1 << 20))\n  f.flush()",
        HIDDEN,
    ),
    _takes(
        "in-system-v",
        "300 MB in segments that no process has",
        NUMBER + "for n in range(10):\n"
        "  s = call(29 if X86 else 194, 0, 30 << 20, 0o1600)\n"
        "  C.shmat.restype = ctypes.c_void_p; at = C.shmat(s, None, 0)\n"
        "  C.shmctl(s, 0, None)\n"
        "  ctypes.memset(at, 1, 30 << 20)",
        HIDDEN,
    ),
    _takes("in-pipes", "200 MB in the buffers of pipes", NO_LIMITS + PIPES, root=True),
    _takes("in-sockets", "200 MB in the buffers of sockets", NO_LIMITS + SOCKETS),
    _takes("in-tcp-sockets", "200 MB in the buffers of TCP", NO_LIMITS + TCP_SOCKETS),
    _takes(
        "in-sockets-of-many",
        "200 MB in the buffers of the sockets of ten processes",
        NO_LIMITS + MANY_SOCKETS,
    ),
    Attack(
        "fork-bomb",
        "a hundred processes at a time",
        CHILDREN + "for _ in range(100): child(lambda: None)" + END,
        "says",
        PROCESSES,
    ),
    Attack(
        "fork-bomb-raised",
        "a hundred processes after the limits are raised",
        NO_LIMITS + CHILDREN + "for _ in range(100): child(lambda: None)" + END,
        "says",
        PROCESSES,
    ),
    Attack(
        "fork-tree",
        "processes that have processes",
        "def grow(depth):\n"
        "  for _ in range(3):\n"
        "    if depth and not os.fork(): grow(depth - 1); time.sleep(1.5); os._exit(0)\n"
        "try: grow(4)\n"
        "except OSError: os._exit(1)\n"
        "time.sleep(0.7)\n"
        "alive = 0\n"
        "for n in os.listdir('/proc'):\n"
        "  try: alive += open(f'/proc/{n}/comm').read().strip() == T['life']\n"
        "  except OSError: pass\n"
        "if alive > 60: done()",
        "says",
        PROCESSES,
    ),
    _takes(
        "thread-bomb",
        "two hundred threads",
        "stop = threading.Event(); threads = []\n"
        "for _ in range(200):\n"
        "  t = threading.Thread(target=stop.wait, daemon=True); t.start(); threads.append(t)\n"
        "stop.set()",
        PROCESSES,
    ),
    Attack(
        "open-files",
        "ten thousand open files",
        NO_LIMITS + "kept = [os.open('/dev/null', os.O_RDONLY) for _ in range(10000)]; done()",
        "says",
        "RLIMIT_NOFILE",
        control="root",
    ),
    Attack(
        "in-message-queues",
        "200 MB in the kernel's message queues",
        NUMBER + "letter = ctypes.create_string_buffer(struct.pack('l', 1), 8200)\n"
        "for _ in range(12800):\n"
        "  made = call(68 if X86 else 186, 0, 0o1600)\n"
        "  for _ in range(2):\n"
        "    if C.msgsnd(made, letter, 8192, 0): raise SystemExit('no room')\n"
        "done()",
        "says",
        HIDDEN,
        control="root",
        wrapper=("unshare", "--ipc"),
    ),
)
