"""Parts of the kernel that no honest program needs."""

from __future__ import annotations

from typing import Literal

from tests.sandbox.attacks.records import Attack

FILTER = "the seccomp filter"
BOTH = "the seccomp filter, and no capabilities"
START = """
X86 = os.uname().machine == "x86_64"
def n(x86, arm): return x86 if X86 else arm
"""
PRIVATE_MOUNTS = ("unshare", "--mount", "--propagation", "private")


def _call(
    name: str,
    tries: str,
    program: str,
    layer: str = FILTER,
    who: Literal["anybody", "root"] = "anybody",
    wrapper: tuple[str, ...] = (),
) -> Attack:
    return Attack(name, tries, START + program, "says", layer, control=who, wrapper=wrapper)


def _privileged(name: str, tries: str, program: str, wrapper: tuple[str, ...] = ()) -> Attack:
    return _call(name, tries, program, BOTH, "root", wrapper)


ATTACKS = (
    _call("unshare-user", "a user namespace of its own", "call(n(272, 97), 0x10000000); done()"),
    _call(
        "clone-user",
        "a user namespace by clone",
        "got = call(n(56, 220), 0x10000011, 0, 0, 0, 0)\nif not got: os._exit(0)\ndone()",
    ),
    _call(
        "clone3-user",
        "a user namespace by clone3",
        "given = struct.pack('11Q', 0x10000000, 0, 0, 0, 17, *[0] * 6)\n"
        "got = call(435, given, 88)\nif not got: os._exit(0)\ndone()",
    ),
    _call(
        "unshare-command",
        "root in a namespace by a command of the system",
        "if subprocess.run(['unshare', '-Ur', 'true'], stderr=2).returncode == 0: done()",
    ),
    _privileged(
        "setns",
        "the namespaces of another process",
        "for p in (1, os.getppid()):\n"
        "  try: call(n(308, 268), os.open(f'/proc/{p}/ns/net', os.O_RDONLY), 0); done(p); break\n"
        "  except OSError: pass",
    ),
    _privileged(
        "mount",
        "a mount over a folder",
        "place = OUT + '/m'; os.mkdir(place)\n"
        "call(n(165, 40), b'x', place.encode(), b'tmpfs', 0, b''); done()",
        PRIVATE_MOUNTS,
    ),
    _privileged(
        "remount",
        "the root made writable",
        "call(n(165, 40), b'', b'/', b'', 4096 | 32, b''); done()",
        PRIVATE_MOUNTS,
    ),
    _privileged("umount", "a mount away", "C.umount2(b'/proc', 2) == 0 and done()", PRIVATE_MOUNTS),
    _privileged("fsopen", "a mount by the new calls", "call(430, b'tmpfs', 0); done()"),
    _privileged(
        "open-tree", "a copy of a mount", "call(428, -100, b'/', 1); done()", PRIVATE_MOUNTS
    ),
    _privileged("chroot", "another root", "os.chroot('/usr'); done()"),
    _privileged(
        "pivot-root",
        "the roots swapped",
        "place = OUT + '/m'; os.makedirs(place)\n"
        "call(n(165, 40), b'x', place.encode(), b'tmpfs', 0, b''); os.mkdir(place + '/old')\n"
        "call(n(155, 41), place.encode(), (place + '/old').encode()); done()",
        PRIVATE_MOUNTS,
    ),
    _call(
        "add-key",
        "a key in the kernel",
        "call(n(248, 217), b'user', T['life'].encode(), b'x', 1, -2); done()",
    ),
    _call("keyctl", "the keyrings of whoever started it", "call(n(250, 219), 0, -4, 1); done()"),
    _call(
        "request-key",
        "a search for a key",
        "\ntry: call(n(249, 218), b'user', b'none', 0, 0)\n"
        "except OSError as f:\n  if f.errno == 126: done()",
    ),
    _privileged(
        "bpf",
        "a program for the kernel",
        "call(n(321, 280), 0, struct.pack('5I', 2, 4, 8, 1, 0) + b'\\0' * 80, 100); done()",
    ),
    _privileged(
        "perf",
        "the counters of the machine",
        "given = struct.pack('IIQ', 1, 112, 0) + b'\\0' * 96\n"
        "call(n(298, 241), given, 0, -1, -1, 0); done()",
    ),
    _call(
        "io-uring",
        "the kernel's queue of requests",
        "call(425, 2, ctypes.create_string_buffer(240)); done()",
    ),
    _call(
        "userfaultfd", "the page faults of the kernel", "call(n(323, 282), 1); done()", who="root"
    ),
    _call(
        "memfd-exec",
        "a program that no folder has",
        "f = os.memfd_create('x'); os.write(f, open('/bin/true', 'rb').read())\n"
        "if not os.fork(): os.execv(f'/proc/self/fd/{f}', ['x'])\n"
        "if os.wait()[1] == 0: done()",
    ),
    _call("memfd-secret", "memory that not even the kernel sees", "call(447, 0); done()"),
    _call("ptrace-child", "a debugger at its own child", "if C.ptrace(0, 0, 0, 0) == 0: done()"),
    _call(
        "personality",
        "memory at addresses known beforehand",
        "if C.personality(0x0040000) != -1: done()",
    ),
    _call(
        "seccomp-supervisor",
        "the answers to its own calls",
        "C.prctl(38, 1, 0, 0, 0); code = struct.pack('HBBI', 6, 0, 0, 0x7FFF0000)\n"
        "b = ctypes.create_string_buffer(code)\n"
        "call(n(317, 277), 1, 8, struct.pack('HxxxxxxQ', 1, ctypes.addressof(b))); done()",
    ),
    _call(
        "old-gate",
        "the kernel by the gate of 32-bit programs",
        "if not X86: absent('no such gate')\n"
        "if not os.fork():\n"
        "  m = mmap.mmap(-1, 4096, prot=7); m.write(b'\\xb8\\x14\\0\\0\\0\\xcd\\x80\\xc3')\n"
        "  at = ctypes.addressof(ctypes.c_char.from_buffer(m))\n"
        "  os._exit(0 if ctypes.CFUNCTYPE(ctypes.c_int)(at)() > 0 else 1)\n"
        "code = os.wait()[1]\n"
        "if code == 0: done()\n"
        "elif code & 127 == 11: absent('no 32-bit programs')",
    ),
    _privileged(
        "clock",
        "the clock of the machine",
        "time.clock_settime(time.CLOCK_REALTIME, time.time()); done()",
    ),
    _privileged(
        "reboot",
        "the gate to a restart: the call gets as far as its own checks",
        "\ntry: call(n(169, 142), 0xFEE1DEAD, 672274793, 0x7654321, 0)\n"
        "except OSError as f:\n  if f.errno == 22: done()",
    ),
    _privileged(
        "swapoff",
        "the swap space",
        "\ntry: call(n(168, 225), b'/none')\nexcept OSError as f:\n  if f.errno != 1: done()",
    ),
    _privileged(
        "module",
        "a module for the kernel",
        "\ntry: call(n(313, 273), -1, b'', 0)\nexcept OSError as f:\n  if f.errno == 9: done()",
    ),
    _privileged(
        "host-name", "the name of the machine", "socket.sethostname(socket.gethostname()); done()"
    ),
    _privileged(
        "core-pattern",
        "the program that the kernel starts for a crash",
        "f = open('/proc/sys/kernel/core_pattern', 'r+'); old = f.read(); f.seek(0)\n"
        "f.write(old); f.close(); done()",
    ),
    _privileged(
        "sysrq",
        "the keys of last resort",
        "\nif not os.path.exists('/proc/sysrq-trigger'): absent('no such keys')\n"
        "os.close(os.open('/proc/sysrq-trigger', os.O_WRONLY)); done()",
    ),
    _privileged(
        "machine-settings",
        "any setting of the machine in /proc",
        "for root, folders, names in os.walk('/proc'):\n"
        "  folders[:] = [f for f in folders if not (root == '/proc' and not f.isalpha())]\n"
        "  if root == '/proc': folders[:] = [f for f in folders if f != 'self']\n"
        "  for name in names:\n"
        "    path = f'{root}/{name}'\n"
        "    try: os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK)); done(path)\n"
        "    except OSError: pass",
    ),
    _call(
        "set-user-id",
        "another's rights by a program that has them",
        "text = open('/proc/self/status').read()\nif 'NoNewPrivs:\\t0' in text: done()",
        "no new privileges",
    ),
    _privileged(
        "capabilities",
        "rights of root, now or by a later program",
        "for line in open('/proc/self/status'):\n"
        "  if line.startswith('Cap') and int(line.split()[1], 16): done(line.strip())",
    ),
    _privileged(
        "devices",
        "a device of the machine",
        "bad = {'kvm', 'fuse', 'mem', 'loop-control', 'vda', 'kmsg', 'console'}\n"
        "if bad & set(os.listdir('/dev')): done(bad & set(os.listdir('/dev')))",
    ),
    _privileged(
        "real-time",
        "the processor for itself alone",
        "os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)); "
        "os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0)); done()",
    ),
    _privileged("more-important", "more of the processor than others", "os.nice(-5); done()"),
)
