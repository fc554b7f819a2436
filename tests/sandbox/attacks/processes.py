"""Other processes: those that outlive, those of whoever started it, those that want its end."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack, Judge, Need

PROCESSES = "the PID namespace"
INIT = "the sandbox's first process is killed and waited for"
TIME = "the wall clock outside"
FILTER = "the seccomp filter"
ONE_SECOND = ("--wall-seconds", "1")
LONGER = "time.sleep(2.5); done()"


def _victim(name: str, tries: str, program: str, judge: Judge = "victim") -> Attack:
    start = "pid, address, descriptor = T['victim']\n"
    needs: tuple[Need, ...] = ("victim",)
    return Attack(name, tries, start + program, judge, PROCESSES, needs)


def _survives(name: str, tries: str, program: str) -> Attack:
    return Attack(name, tries, program, "survives", INIT)


def _breaks(name: str, tries: str, program: str) -> Attack:
    return Attack(name, tries, program, "breaks", PROCESSES)


def _outlasts(name: str, tries: str, program: str) -> Attack:
    return Attack(name, tries, program, "says", TIME, limits=ONE_SECOND)


SILENT = "for n in (0, 1, 2): os.close(n)\ntime.sleep(20)"
ATTACKS = (
    _survives(
        "daemon",
        "a daemon by a double fork",
        "if not os.fork():\n  os.setsid()\n"
        "  if not os.fork(): os.close(1); time.sleep(20)\n  os._exit(0)",
    ),
    _survives(
        "silent-daemon",
        "a daemon that closes all and ignores all signals",
        "if os.fork(): os._exit(0)\nos.setsid()\n"
        "for n in range(1, 32):\n"
        "  try: signal.signal(n, signal.SIG_IGN)\n"
        "  except (OSError, ValueError): pass\n" + SILENT,
    ),
    _survives(
        "orphans",
        "many children that nobody waits for",
        "for _ in range(10):\n  if not os.fork():\n    os.setsid()\n    "
        + SILENT.replace("\n", "\n    "),
    ),
    _survives(
        "runner-away",
        "a process that forks and ends, again and again",
        "until = time.monotonic() + 3\nif os.fork(): os._exit(0)\nos.setsid()\n"
        "while time.monotonic() < until:\n  if os.fork(): os._exit(0)\n  time.sleep(0.25)",
    ),
    _survives(
        "stopped-child",
        "a child that has stopped itself",
        "if not os.fork(): os.setsid(); os.kill(os.getpid(), signal.SIGSTOP)\ntime.sleep(0.2)",
    ),
    _survives(
        "adopted",
        "a child that somebody else's child becomes the parent of",
        "C.prctl(36, 1, 0, 0, 0)\nif not os.fork():\n"
        "  if not os.fork(): os.setsid(); time.sleep(20)\n  os._exit(0)\nos.wait()",
    ),
    Attack(
        "held-stream",
        "a child that keeps the stream open after the end",
        "if not os.fork(): os.setsid(); time.sleep(4); os._exit(0)",
        "drags",
        INIT,
        wrapper=("sh", "-c", '"$@" | cat', "sh"),
    ),
    _victim("kill", "a signal that kills", "os.kill(pid, signal.SIGKILL); time.sleep(0.2)"),
    _victim("stop", "a signal that stops", "os.kill(pid, signal.SIGSTOP); time.sleep(0.2)"),
    _victim(
        "pidfd-signal",
        "a signal by a descriptor of the process",
        "signal.pidfd_send_signal(os.pidfd_open(pid), 9); time.sleep(0.2)",
    ),
    _victim("niceness", "another's niceness", "os.setpriority(os.PRIO_PROCESS, pid, 10)"),
    _victim(
        "limits-of-others",
        "another's limits",
        "import resource; resource.prlimit(pid, resource.RLIMIT_NOFILE, (17, 17))",
    ),
    _victim(
        "memory-file",
        "another's memory by its file",
        "print(os.pread(os.open(f'/proc/{pid}/mem', os.O_RDONLY), 64, address))",
        "learns",
    ),
    _victim(
        "process-vm-readv",
        "another's memory by a call",
        "b = ctypes.create_string_buffer(64)\n"
        "here = struct.pack('QQ', ctypes.addressof(b), 64)\n"
        "there = struct.pack('QQ', address, 64)\n"
        "C.process_vm_readv(pid, here, 1, there, 1, 0); print(b.value)",
        "learns",
    ),
    _victim(
        "ptrace-attach",
        "a debugger at another process",
        "if C.ptrace(16, pid, 0, 0) == 0: done(); os.waitpid(pid, 0); C.ptrace(17, pid, 0, 0)",
        "says",
    ),
    _victim(
        "pidfd-getfd",
        "another's open file by a call",
        "got = call(438, os.pidfd_open(pid), descriptor, 0); print(os.pread(got, 100, 0))",
        "learns",
    ),
    _breaks(
        "kill-parent",
        "the end of the process that started it",
        "os.kill(os.getppid(), signal.SIGKILL); time.sleep(0.5)",
    ),
    _breaks(
        "kill-group", "the end of its whole group", "os.killpg(0, signal.SIGKILL); time.sleep(0.5)"
    ),
    _breaks(
        "interrupt-session",
        "an interrupt to everything in its group",
        "signal.signal(2, signal.SIG_IGN)\nfor n in (2, 15, 9): os.kill(0, n)\ntime.sleep(0.5)",
    ),
    Attack(
        "stop-parent",
        "the process that started it stopped",
        "p = os.getppid(); os.kill(p, signal.SIGSTOP); time.sleep(0.2)\n"
        "state = open(f'/proc/{p}/stat').read().rpartition(')')[2].split()[0]\n"
        "if state == 'T': done()\nos.kill(p, signal.SIGCONT)",
        "says",
        "the first process of a PID namespace takes no signals from inside",
    ),
    Attack(
        "debug-parent",
        "a debugger at the process that started it",
        "p = os.getppid()\n"
        "if C.ptrace(16, p, 0, 0) == 0: done(); os.waitpid(p, 0); C.ptrace(17, p, 0, 0)",
        "says",
        FILTER,
    ),
    Attack(
        "memory-of-parent",
        "writing into the memory of the process that started it",
        "p = os.getppid(); m = os.open(f'/proc/{p}/mem', os.O_RDWR)\n"
        "at = int(open(f'/proc/{p}/maps').readline().split('-')[0], 16)\n"
        "if len(os.pread(m, 8, at)) == 8: done()",
        "says",
        "the first process is hidden",
    ),
    _outlasts(
        "deaf-sleep",
        "more time, deaf to every signal",
        "for n in (1, 2, 3, 14, 15, 24):\n  signal.signal(n, signal.SIG_IGN)\n" + LONGER,
    ),
    _outlasts(
        "masked",
        "more time, with all signals blocked",
        "signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))\n" + LONGER,
    ),
    _outlasts(
        "busy",
        "more time, at work",
        "until = time.monotonic() + 2.5\nwhile time.monotonic() < until: pass\ndone()",
    ),
    _outlasts(
        "waits-for-child",
        "more time, asleep in a child",
        "if not os.fork(): time.sleep(2.5); os._exit(0)\nos.wait(); done()",
    ),
    _outlasts(
        "stops-itself",
        "more time, stopped until a child wakes it",
        "if not os.fork():\n  time.sleep(2.5); os.kill(os.getppid(), signal.SIGCONT); os._exit(0)\n"
        "os.kill(os.getpid(), signal.SIGSTOP); done()",
    ),
    _outlasts(
        "own-timer",
        "more time, by ending the process's own alarms",
        "signal.alarm(0); signal.setitimer(signal.ITIMER_REAL, 0)\n" + LONGER,
    ),
    _outlasts(
        "new-session",
        "more time in a session of its own",
        "if os.fork(): os.wait(); os._exit(0)\nos.setsid()\n" + LONGER,
    ),
    _outlasts(
        "starts-again",
        "more time by starting itself again",
        "n = int(os.environ.get('ROUND', '0'))\nif n == 25: done(); os._exit(0)\n"
        "time.sleep(0.07); os.environ['ROUND'] = str(n + 1)\n"
        "os.execv(sys.executable, [sys.executable, *sys.argv])",
    ),
)
