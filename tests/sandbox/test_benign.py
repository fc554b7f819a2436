"""Honest work runs inside as it does outside: a sandbox that breaks it is broken."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.sandbox.trying import SMALL, said, tried

HONEST = {
    "threads": """
        import concurrent.futures as c
        with c.ThreadPoolExecutor(8) as pool: print(sum(pool.map(lambda n: n * n, range(100))))
        """,
    "a pool of processes": """
        import multiprocessing as m
        def square(n): return n * n
        if __name__ == "__main__":
            for way in ("fork", "spawn"):
                with m.get_context(way).Pool(2) as pool: got = sum(pool.map(square, range(100)))
            print(got)
        """,
    "shared memory, semaphores and queues": """
        import multiprocessing as m
        from multiprocessing.shared_memory import SharedMemory
        def work(name, queue, lock):
            with lock:
                shared = SharedMemory(name)
                queue.put(shared.buf[0] * 328350)
                shared.close()
        if __name__ == "__main__":
            shared, queue = SharedMemory(create=True, size=1 << 20), m.Queue()
            shared.buf[0] = 1
            child = m.Process(target=work, args=(shared.name, queue, m.Lock()))
            child.start(); print(queue.get(timeout=20)); child.join()
            shared.close(); shared.unlink()
        """,
    "a database in /tmp": """
        import sqlite3
        made = sqlite3.connect("/tmp/x.db")
        made.execute("pragma journal_mode=wal"); made.execute("create table t (n)")
        made.executemany("insert into t values (?)", [(n * n,) for n in range(100)]); made.commit()
        print(made.execute("select sum(n) from t").fetchone()[0])
        """,
    "other programs": """
        import shutil, subprocess
        words = ["sh", "-c", "seq 0 99 | awk '{ s += $1 * $1 } END { print s }'"]
        print(subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip())
        assert shutil.which("python3") and shutil.which("ls")
        """,
    "a terminal of its own": """
        import os, pty
        child, screen = pty.fork()
        if not child: print(328350, flush=True); os._exit(0)
        print(os.read(screen, 100).decode().strip()); os.waitpid(child, 0)
        """,
    "sockets of its own": """
        import asyncio
        async def main():
            async def serve(reader, writer): writer.write(b"328350"); writer.close()
            for start in ("unix", "tcp"):
                if start == "unix":
                    await asyncio.start_unix_server(serve, "/tmp/s")
                    reader, _ = await asyncio.open_unix_connection("/tmp/s")
                else:
                    server = await asyncio.start_server(serve, "127.0.0.1", 0)
                    place = server.sockets[0].getsockname()
                    reader, _ = await asyncio.open_connection(*place)
                got = await reader.read()
            print(got.decode())
        asyncio.run(main())
        """,
    "temporary files": """
        import os, tempfile
        with tempfile.NamedTemporaryFile("w+") as file, tempfile.TemporaryDirectory() as folder:
            file.write("328350"); file.seek(0); print(file.read())
            os.rename(file.name, folder + "/x"); open(file.name, "w").close()
        """,
    "memory-mapped files, locks and random numbers": """
        import fcntl, mmap, os, secrets, uuid
        with open("/tmp/m", "wb+") as file:
            file.truncate(1 << 16); fcntl.flock(file, fcntl.LOCK_EX)
            view = mmap.mmap(file.fileno(), 0); view[:6] = b"328350"; print(view[:6].decode())
        assert secrets.token_bytes(8) != os.urandom(8) and uuid.uuid4()
        """,
}


@pytest.mark.parametrize("work", sorted(HONEST))
def test_honest_work_gives_what_it_gives_outside(tmp_path: Path, work: str) -> None:
    assert said(tmp_path, HONEST[work]).strip() == "328350"


def test_text_is_utf_8_and_time_zones_are_there(tmp_path: Path) -> None:
    code = """
        import datetime, locale, os, sys, time, zoneinfo
        print(sys.stdout.encoding, sys.getfilesystemencoding(), locale.getlocale()[1])
        print("é 总结 😀")
        print(datetime.datetime(2026, 7, 1, tzinfo=zoneinfo.ZoneInfo("Asia/Taipei")).utcoffset())
        os.environ["TZ"] = "America/New_York"; time.tzset(); print(time.tzname[0])
        """
    lines = said(tmp_path, code).splitlines()
    assert [word.lower() for word in lines[0].split()] == ["utf-8"] * 3
    assert lines[1:] == ["é 总结 😀", "8:00:00", "EST"]


def test_files_named_in_any_script_come_back(tmp_path: Path) -> None:
    names = ["預測.csv", "résumé (1).csv", "نتائج.csv", "a b/ç.csv", "😀"]
    code = f"""
        import os
        for name in {names!r}:
            path = os.path.join(os.environ["OUTPUT_DIR"], name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file: file.write(name)
        """
    result = tried(tmp_path, code)
    assert sorted(one.name for one in result.accepted) == sorted(names), result
    for name in names:
        assert (tmp_path / "out" / name).read_text(encoding="utf-8") == name


def test_much_output_is_no_trouble(tmp_path: Path) -> None:
    code = "for number in range(200_000): print(number)"
    result = tried(tmp_path, code, limits=replace(SMALL, stream_bytes=2000))
    assert result.succeeded
    assert result.stdout.text.startswith("0\n1\n")
    assert result.stdout.text.endswith("199999\n")


def test_modules_it_made_and_programs_it_becomes(tmp_path: Path) -> None:
    code = """
        import importlib, os, sys
        os.makedirs("/tmp/made/own")
        with open("/tmp/made/own/__init__.py", "w") as file: file.write("word = 'own'")
        sys.path.insert(0, "/tmp/made")
        print(importlib.import_module("own").word, flush=True)
        os.execv(sys.executable, [sys.executable, "-c", "print('again')"])
        """
    assert said(tmp_path, code) == "own\nagain\n"


TORCH = """
    import os, threading
    import torch
    from torch.utils.data import DataLoader
    class Rows(torch.utils.data.Dataset):
        def __len__(self): return 64
        def __getitem__(self, n): return torch.full((256, 16), float(n))
    if __name__ == "__main__":
        total = sum(float(batch.sum()) for batch in DataLoader(Rows(), batch_size=8, num_workers=2))
        print(int(total), torch.get_num_threads() > 0)
        with torch.inference_mode(): print(tuple(torch.nn.Linear(16, 4)(torch.ones(2, 16)).shape))
        torch.save({"w": torch.ones(3)}, os.environ["OUTPUT_DIR"] + "/w.pt")
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers
        made = Tokenizer(models.BPE()); made.pre_tokenizer = pre_tokenizers.Whitespace()
        trainer = trainers.BpeTrainer(vocab_size=40, show_progress=False)
        made.train_from_iterator(["a bill to amend"] * 100, trainer)
        print(len(made.encode_batch(["to amend a bill"] * 500)))
    """


@pytest.mark.torch
def test_torch_with_workers_and_tokenizers_with_threads(tmp_path: Path) -> None:
    limits = replace(SMALL, memory_mb=3000, disk_mb=64, wall_seconds=120)
    environment = (("OMP_NUM_THREADS", "2"), ("TOKENIZERS_PARALLELISM", "true"))
    result = tried(tmp_path, TORCH, limits=limits, environment=environment)
    assert result.succeeded, result
    total = sum(range(64)) * 256 * 16
    assert result.stdout.text == f"{total} True\n(2, 4)\n500\n"
    assert [one.name for one in result.accepted] == ["w.pt"]


def test_another_interpreter_is_used_where_there_is_one(tmp_path: Path) -> None:
    """The demo platform's Python 3.9 beside ours; here any other interpreter of the machine."""
    others = [Path(f"/usr/bin/python3.{minor}") for minor in range(9, 15)]
    given = os.environ.get("OTHER_PYTHON")
    python = Path(given) if given else next(path for path in others if path.exists())
    shown = said(tmp_path, "import sys, ssl, sqlite3; print(sys.executable)", python=python)
    assert shown.strip() == str(python)
