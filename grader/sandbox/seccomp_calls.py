"""The numbers of the system calls that the filter speaks of, for the two machines it knows.

The kernel gives a call its number once and never changes it. None: the machine has no such call.
"""

from __future__ import annotations

from typing import Literal, Optional

Machine = Literal["x86_64", "aarch64"]

AUDIT_ARCHITECTURES: dict[Machine, int] = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""What the kernel calls the native way into a machine; every other way in is a foreign one."""

X32 = 0x40000000
"""The bit by which the x32 way into an x86-64 kernel marks its numbers."""

NOT_PERMITTED = (
    # keys of the kernel, and programs for it
    "keyctl add_key request_key bpf perf_event_open userfaultfd fanotify_init fanotify_mark",
    # other processes
    "ptrace process_vm_readv process_vm_writev kcmp pidfd_getfd migrate_pages move_pages",
    # mounts, old and new, and files by handle past all mounts
    "mount umount2 pivot_root chroot open_tree open_tree_attr move_mount fsopen fsconfig fsmount",
    "fspick mount_setattr statmount listmount name_to_handle_at open_by_handle_at",
    # namespaces (clone is looked at by its flags)
    "unshare setns sethostname setdomainname",
    # the machine: kernel, modules, swap, clock, log, ports, accounting
    "kexec_load kexec_file_load init_module finit_module delete_module create_module query_module",
    "get_kernel_syms swapon swapoff reboot acct quotactl quotactl_fd nfsservctl lookup_dcookie",
    "settimeofday clock_settime clock_adjtime adjtimex syslog vhangup iopl ioperm modify_ldt",
    "uselib sysfs _sysctl ustat",
)
"""Calls that fail with EPERM."""

NOT_THERE = ("clone3 io_uring_setup io_uring_enter io_uring_register",)
"""Calls that fail with ENOSYS: libraries take that for an old kernel, and have another way."""

HIDES_MEMORY = ("memfd_create memfd_secret shmget msgget semget",)
"""Calls that fail with ENOSYS when nothing counts the memory that they get."""

_NUMBERS = """
_sysctl 156 -
acct 163 89
add_key 248 217
adjtimex 159 171
bpf 321 280
chroot 161 51
clock_adjtime 305 266
clock_settime 227 112
clone 56 220
clone3 435 435
create_module 174 -
delete_module 176 106
fanotify_init 300 262
fanotify_mark 301 263
finit_module 313 273
fsconfig 431 431
fsmount 432 432
fsopen 430 430
fspick 433 433
get_kernel_syms 177 -
init_module 175 105
io_uring_enter 426 426
io_uring_register 427 427
io_uring_setup 425 425
ioctl 16 29
ioperm 173 -
iopl 172 -
kcmp 312 272
kexec_file_load 320 294
kexec_load 246 104
keyctl 250 219
listmount 458 458
lookup_dcookie 212 18
memfd_create 319 279
memfd_secret 447 447
migrate_pages 256 238
modify_ldt 154 -
mount 165 40
mount_setattr 442 442
move_mount 429 429
move_pages 279 239
msgget 68 186
name_to_handle_at 303 264
nfsservctl 180 42
open_by_handle_at 304 265
open_tree 428 428
open_tree_attr 467 467
perf_event_open 298 241
personality 135 92
pidfd_getfd 438 438
pivot_root 155 41
process_vm_readv 310 270
process_vm_writev 311 271
ptrace 101 117
query_module 178 -
quotactl 179 60
quotactl_fd 443 443
reboot 169 142
request_key 249 218
seccomp 317 277
semget 64 190
setdomainname 171 162
sethostname 170 161
setns 308 268
setsockopt 54 208
settimeofday 164 170
shmget 29 194
socket 41 198
socketpair 53 199
statmount 457 457
swapoff 168 225
swapon 167 224
sysfs 139 -
syslog 103 116
umount2 166 39
unshare 272 97
uselib 134 -
userfaultfd 323 282
ustat 136 -
vhangup 153 58
"""


def number(call: str, machine: Machine) -> Optional[int]:
    """The number of a call, None where the machine has no such call."""
    return _TABLE[machine][call]


def names(groups: tuple[str, ...]) -> tuple[str, ...]:
    """The calls of one of the groups above, one by one."""
    return tuple(name for line in groups for name in line.split())


def _table() -> dict[Machine, dict[str, Optional[int]]]:
    rows = [line.split() for line in _NUMBERS.strip().splitlines()]
    return {
        "x86_64": {name: int(x86) for name, x86, _ in rows},
        "aarch64": {name: None if arm == "-" else int(arm) for name, _, arm in rows},
    }


_TABLE = _table()
