"""What the kernel sees of a job on the store lies at points that the kill tests know: none is missing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from breaking import FILE_EVENTS, freeze
from scene import swept_and_drained
from test_kills import STORIES

from ckanext.khonkaencarbon import settings

POINT = "/a point of breaking.py/"  # looked for at each point, to be seen in the trace
LOOKS = "access,faccessat,faccessat2"
WRITES = "write,pwrite64,writev,copy_file_range,sendfile"
CHANGES = (
    "open,openat,creat,rename,renameat,renameat2,mkdir,mkdirat,link,linkat,symlink,symlinkat,"
    "unlink,unlinkat,rmdir,truncate,ftruncate,fallocate,fsync,fdatasync"
)
CALL = re.compile(r"(?P<pid>\d+) +(?P<name>\w+)\((?P<words>.*)")
QUOTED, OF_HANDLE = re.compile(r'"([^"]*)"'), re.compile(r"<(/[^>]*)>")
HIDDEN = re.compile(r"/work/|/\.\d+/|\.new$")  # what no reader is sent to


def told(_: int, name: str) -> bool:
    """A call that changes nothing and says in the trace where the job is; nothing else happens."""
    return os.access(POINT + name, os.F_OK)


def is_traced(pid: int, tracer: subprocess.Popen[bytes]) -> bool:
    """Wait until somebody traces a process; False where the kernel does not allow it."""
    while tracer.poll() is None:
        status = Path(f"/proc/{pid}/status").read_text()
        if "TracerPid:\t0\n" not in status:
            return True
        time.sleep(0.01)
    return False


def trace(scene, untried, log: Path) -> str:
    """What the kernel sees of a whole job; where nobody may look, the run says so."""
    strace = shutil.which("strace") or untried("the program strace is not there")
    child = scene.child(told, body=swept_and_drained, before=freeze)
    assert child.wait_until_frozen()
    kinds = ("-e", f"trace={LOOKS},{WRITES},{CHANGES}", "-e", "signal=none", "-s", "300")
    tracer = subprocess.Popen([strace, "-f", "-y", "-o", log, *kinds, "-p", str(child.pid)])
    allowed = is_traced(child.pid, tracer)
    child.go_on()
    assert child.wait() == 0
    tracer.wait()
    if not allowed:
        untried("this machine lets nobody trace a process (ptrace)")
    return log.read_text()


def changes(text: str, storage: str):
    """Points, and calls that change something in the store, in their order: process, call, path."""
    for line in text.splitlines():
        call = CALL.match(line)
        if call is None:
            continue
        words = call["words"].rpartition(" = ")[0] or call["words"]
        if POINT in words:
            yield call["pid"], "point", words.split(POINT)[1].split('"')[0]
        elif path := _path(call["name"], words, storage):
            yield call["pid"], call["name"], path


def _path(name: str, words: str, storage: str) -> str:
    """The file in the store that a call changes; nothing where it does not."""
    opens = name in ("open", "openat")
    if (opens and not re.search("O_WRONLY|O_RDWR|O_CREAT", words)) or name in LOOKS.split(","):
        return ""
    handles = OF_HANDLE.findall(words.split('"')[0])
    quoted = [] if name in WRITES.split(",") else QUOTED.findall(words)
    base = Path(handles[0] if handles else "/")
    paths = [str(base / one) for one in quoted] or handles
    return next((path for path in paths if path.startswith(storage)), "")


def unknown(seen) -> list[str]:
    """Calls that no kill can come just before: no point lies between them and the change before.

    Bytes are written between two points, that of opening a file and that of syncing it, and only where no
    reader is sent to: how many of them are there makes no difference.
    """
    missing, fresh, main = [], False, None
    for pid, name, path in seen:
        if name == "point":
            fresh, main = True, pid
        elif name in WRITES.split(","):
            missing += [] if pid == main and HIDDEN.search(path) else [f"{name} {path}"]
        else:
            missing += [] if pid == main and fresh else [f"{name} {path}"]
            fresh = False
    return missing


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.__name__)
def test_the_kernel_sees_no_change_of_the_store_that_is_no_point(scene, untried, hits, tmp_path, story):
    story(scene)
    seen = list(changes(trace(scene, untried, tmp_path / "trace"), str(settings.storage_path())))
    assert unknown(seen) == []
    found = [name for _, name, _ in seen if name != "point"]
    assert found, "the trace shows no call at all"
    hits["calls seen by strace"] += len(found)
    scene.heal()
    scene.audit()


@pytest.mark.parametrize("point", [*FILE_EVENTS, "open", "fsync"])
def test_a_point_that_is_forgotten_would_be_noticed(point):
    """A trace in which the same change comes with its point, and then without."""
    name = {"os.rename": "rename", "os.link": "link", "fsync": "fsync", "open": "openat"}.get(
        point, "unlinkat"
    )
    told = f'7 access("{POINT}{point}", F_OK) = -1 ENOENT'
    words = {
        "fsync": "5</store/derived/1/a>",
        "openat": 'AT_FDCWD</home>, "/store/derived/1/a", O_WRONLY|O_CREAT, 0666',
        "unlinkat": '4</store/derived/1>, "a", 0',
    }.get(name, '"/home/b", "/store/derived/1/a"')
    done = f"7 {name}({words}) = 0"
    assert unknown(changes(f"{told}\n{done}", "/store")) == []
    assert unknown(changes(f"{told}\n{done}\n{done}", "/store")) == [f"{name} /store/derived/1/a"]
