"""What it writes on its streams, and the terminal of whoever started it."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack, Judge

CLEANED = "the streams are bounded and cleaned"
NO_TERMINAL = "a session of its own, without a terminal"
FILTER = "the seccomp filter"
TYPE = """
import fcntl
for way in (0, 1, 2, "/dev/tty", "/dev/console", "/dev/pts/0", "/proc/self/fd/0"):
    try:
        opened = way if isinstance(way, int) else os.open(way, os.O_RDWR | os.O_NOCTTY)
        for letter in b"rm -rf x": call(IOCTL, opened, %s, ctypes.c_char_p(bytes([letter])))
        break
    except OSError: pass
"""
IOCTL = 'IOCTL = 16 if os.uname().machine == "x86_64" else 29\n'


def _shows(name: str, tries: str, program: str) -> Attack:
    return Attack(name, tries, program, "shows", CLEANED)


def _terminal(name: str, tries: str, program: str, judge: Judge, layer: str) -> Attack:
    return Attack(name, tries, program, judge, layer, ("terminal",), control="root")


ATTACKS = (
    Attack(
        "stdout-flood",
        "8 MB of output",
        'for _ in range(128): sys.stdout.write("x" * 65535 + "\\n")',
        "floods",
        CLEANED,
    ),
    Attack(
        "stderr-flood",
        "8 MB of complaints",
        'for _ in range(128): sys.stderr.write("x" * 65535 + "\\n")',
        "floods",
        CLEANED,
    ),
    _shows("clear-screen", "a cleared screen", r'print("\x1b[2J\x1b[H all is well")'),
    _shows(
        "window-title", "a title, which some terminals type back", r'print("\x1b]0;x\x07\x1b[21t")'
    ),
    _shows("clipboard", "the clipboard", r'print("\x1b]52;c;cm0gLXJmIH4K\x07", file=sys.stderr)'),
    _shows("eight-bit-codes", "escapes of one byte", r'print("\x9b2J\x9d0;x\x9c")'),
    _shows("backspaces", "text over other text", r'print("FAILED\b\b\b\b\b\bPASSED")'),
    _shows("carriage-return", "a line over another", r'sys.stdout.write("FAILED\rPASSED\n")'),
    _shows("turned-text", "text that reads backwards", r'print("\u202eDESSAP")'),
    _terminal("tiocsti", "typing for whoever started it", IOCTL + TYPE % "0x5412", "types", FILTER),
    _terminal(
        "tiocsti-high-bits",
        "typing, by a request with a high bit",
        IOCTL + TYPE % "0x100005412",
        "types",
        FILTER,
    ),
    _terminal(
        "open-terminal",
        "a line on the terminal itself",
        'open("/dev/tty", "w").write("\\x1b[2J")',
        "shows",
        NO_TERMINAL,
    ),
    _terminal(
        "terminal-of-parent",
        "the terminal by the streams of the process that started it",
        "for n in (0, 1, 2):\n"
        "  try: open(f'/proc/{os.getppid()}/fd/{n}', 'w').write('\\x1b[2J')\n"
        "  except OSError: pass",
        "shows",
        NO_TERMINAL,
    ),
    Attack(
        "tioclinux",
        "pasting on a console: the request gets as far as the driver",
        IOCTL + "for request in (0x541C, 0x10000541C):\n"
        "  try: call(IOCTL, 0, request, ctypes.create_string_buffer(64))\n"
        "  except OSError as failure:\n"
        "    if failure.errno != errno.EPERM: done()",
        "says",
        FILTER,
    ),
)
