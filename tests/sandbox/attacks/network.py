"""The network by every route: none of them leads out."""

from __future__ import annotations

from tests.sandbox.attacks.records import Attack, Judge, Need

LISTENERS: tuple[Need, ...] = ("listeners",)
OWN_NETWORK = "the network namespace"
FILTER = "the seccomp filter"


def _route(name: str, tries: str, program: str, layer: str = OWN_NETWORK) -> Attack:
    return Attack(name, tries, program, "reaches", layer, LISTENERS)


def _opens(name: str, tries: str, how: str, root: bool = False) -> Attack:
    program = f"""
try: socket.socket({how}); done()
except OSError as failure:
    if failure.errno in (errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT): absent(failure.strerror)
"""
    judge: Judge = "says"
    return Attack(name, tries, program, judge, FILTER, control="root" if root else "anybody")


ATTACKS = (
    _route(
        "tcp-loopback",
        "a TCP connection to a service of this machine",
        'socket.create_connection(("127.0.0.1", T["tcp"]), 2).sendall(T["life"].encode())',
    ),
    _route(
        "tcp-other-address",
        "TCP by another of the machine's own addresses",
        'socket.create_connection(("127.8.9.10", T["tcp"]), 2).sendall(T["life"].encode())',
    ),
    _route(
        "tcp-v6",
        "TCP over IPv6",
        'socket.create_connection(("::1", T["tcp6"]), 2).sendall(T["life"].encode())',
    ),
    _route(
        "udp-loopback",
        "a datagram to a service of this machine",
        's = socket.socket(type=socket.SOCK_DGRAM); s.sendto(b"x", ("127.0.0.1", T["udp"]))',
    ),
    _route(
        "udp-v6",
        "a datagram over IPv6",
        's = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)\ns.sendto(b"x", ("::1", T["udp6"]))',
    ),
    _route(
        "dns",
        "a name server's question that carries text out",
        'query = struct.pack(">6H", 1, 256, 1, 0, 0, 0)\n'
        'query += b"\\x0csecret-words\\x00\\0\\x10\\0\\x01"\n'
        's = socket.socket(type=socket.SOCK_DGRAM); s.sendto(query, ("127.0.0.1", T["udp"]))',
    ),
    _route(
        "unix-abstract",
        "an abstract Unix socket, which no mount hides",
        's = socket.socket(socket.AF_UNIX); s.connect(T["abstract"]); s.send(b"x")',
    ),
    _route(
        "unix-path",
        "a Unix socket by its path",
        's = socket.socket(socket.AF_UNIX); s.connect(T["unix"]); s.send(b"x")',
        "the allow-list of mounts",
    ),
    _route(
        "unix-datagram",
        "a Unix datagram socket by its path",
        's = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.sendto(b"x", T["datagram"])',
        "the allow-list of mounts",
    ),
    _route(
        "unix-through-root-of-parent",
        "a Unix socket through the root of the process that started it",
        "s = socket.socket(socket.AF_UNIX); "
        's.connect(f"/proc/{os.getppid()}/root" + T["unix"]); s.send(b"x")',
        "the PID namespace and the allow-list of mounts",
    ),
    Attack(
        "listening-ports",
        "the list of the machine's listening ports",
        'for way in ("/proc/net/tcp", "/proc/self/net/tcp"):\n'
        "    if f\":{T['tcp']:04X} \" in open(way).read(): done(way)",
        "says",
        OWN_NETWORK,
        LISTENERS,
    ),
    Attack(
        "own-loopback-is-empty",
        "a scan of the loopback for anything that listens",
        "for port in (T['tcp'], 22, 80, 631):\n"
        "    s = socket.socket(); s.settimeout(0.2)\n"
        '    if s.connect_ex(("127.0.0.1", port)) == 0: done(port)',
        "says",
        OWN_NETWORK,
        LISTENERS,
    ),
    Attack(
        "bring-up-an-interface",
        "a change to an interface by an ioctl",
        "s = socket.socket(type=socket.SOCK_DGRAM); import fcntl\n"
        'got = fcntl.ioctl(s, 0x8913, struct.pack("16s16x", b"lo"))\n'
        "fcntl.ioctl(s, 0x8914, got); done()",
        "says",
        "no capabilities",
        control="root",
    ),
    _opens("netlink-generic", "the kernel's generic messages", "socket.AF_NETLINK, 3, 16"),
    _opens("netlink-events", "the machine's device events", "socket.AF_NETLINK, 3, 15"),
    _opens("raw-socket", "packets made by hand", "socket.AF_INET, socket.SOCK_RAW, 1", True),
    _opens("packet-socket", "everybody's packets", "socket.AF_PACKET, socket.SOCK_RAW, 0", True),
    _opens("vsock", "the machine below a virtual machine", "40, socket.SOCK_STREAM"),
)
