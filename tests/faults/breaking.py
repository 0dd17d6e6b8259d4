"""Breaking a job on purpose: the points where it can be hit, and a fork of this process that is hit there.

A point is whatever leaves the process or touches the disk: an SQL statement, a commit, a COPY, a file made,
written through, renamed or removed, a request to Solr, a word to Redis. None is named in the product, so none
can be forgotten when it changes.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import sqlalchemy as sa
from ckan import model
from ckan.model import ensure_engine
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from redis.connection import AbstractConnection

from ckanext.khonkaencarbon import settings
from ckanext.khonkaencarbon.portal import bulk

# what Python says it is about to do: which of its words are the path, and the folder that this starts from
FILE_EVENTS = {
    "os.rename": (1, 3),
    "os.link": (1, 3),
    "os.symlink": (1, 2),
    "os.mkdir": (0, 2),
    "os.remove": (0, 1),
    "os.rmdir": (0, 1),
    "os.truncate": (0, None),
    "shutil.rmtree": (0, 1),
}
WRITING = os.O_WRONLY | os.O_RDWR
PATIENCE = 300  # seconds for a child; a table that a frozen job holds is waited for a minute each time

Act = Callable[[], None]


def die() -> None:
    """As the kernel's memory killer does it."""
    os.kill(os.getpid(), signal.SIGKILL)


def freeze() -> None:
    """Stand still until somebody says SIGCONT."""
    os.kill(os.getpid(), signal.SIGSTOP)


class Points:
    """Counts the points that the main thread passes; at one of them something happens."""

    def __init__(self, log: Path, at: Callable[[int, str], bool], act: Act) -> None:
        self.names: list[str] = []
        self.log, self._at, self._act, self._acting = log, at, act, False

    def reached(self, name: str) -> None:
        """Before the thing itself is done."""
        if threading.current_thread() is not threading.main_thread() or self._acting:
            return
        self.names.append(name)
        if self._at(len(self.names), name):
            self._acting = True
            self.write()
            try:
                self._act()
            finally:
                self._acting = False

    def write(self) -> None:
        """Leave the names for the parent to read."""
        acting, self._acting = self._acting, True
        self.log.write_text(json.dumps(self.names))
        self._acting = acting

    def install(self) -> None:
        """Watch this process from now on; there is no way back, it is a child."""
        storage = str(settings.storage_path())

        def audited(event: str, words: tuple[object, ...]) -> None:
            if event in FILE_EVENTS and _path(event, words).startswith(storage):
                self.reached(event)
            elif event == "open" and int(words[2] or 0) & WRITING and str(words[0]).startswith(storage):  # type: ignore[call-overload]
                self.reached("open")

        def statement(_: object, __: object, text: str, *___: object) -> None:
            self.reached("sql " + " ".join(text.split()[:3]))

        sys.addaudithook(audited)
        sa.event.listen(sa.engine.Engine, "before_cursor_execute", statement)
        sa.event.listen(sa.engine.Engine, "commit", lambda _: self.reached("commit"))
        self._before(os, "fsync", "fsync")
        self._before(bulk, "_copy", "copy")
        self._before(HTTPConnection, "putrequest", "http")
        self._before(AbstractConnection, "send_packed_command", "redis")

    def _before(self, owner: object, name: str, point: str) -> None:
        original = getattr(owner, name)

        def watched(*words: object, **named: object) -> object:
            self.reached(point)
            return original(*words, **named)

        setattr(owner, name, watched)


def _path(event: str, words: tuple[object, ...]) -> str:
    """The path that a file event is about; what is given by a number is looked up."""
    place, start = FILE_EVENTS[event]
    folder = words[start] if start is not None else None
    found = words[place]
    if isinstance(found, int):
        return str(_opened(found))
    base = _opened(folder) if isinstance(folder, int) and folder >= 0 else Path()
    return str(base / os.fsdecode(found))  # type: ignore[call-overload]


def _opened(handle: int) -> Path:
    return Path(f"/proc/self/fd/{handle}").readlink()


class Child:
    """A fork that does one thing, watched."""

    def __init__(
        self,
        body: Callable[[], object],
        log: Path,
        at: Callable[[int, str], bool] = lambda *_: False,
        act: Act = die,
        before: Act | None = None,
    ) -> None:
        self._log = log
        log.write_text("[]")
        let_go()
        self.pid = os.fork()
        if self.pid == 0:
            _live(body, Points(log, at, act), before)

    def wait(self) -> int:
        """Its exit status, negative for a signal."""
        limit = time.monotonic() + PATIENCE
        while time.monotonic() < limit:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        raise AssertionError(f"a job did not end in {PATIENCE} s; it had come to {self.names[-3:]}")

    def wait_until_frozen(self) -> bool:
        """Whether it froze; False where it ended instead."""
        _, status = os.waitpid(self.pid, os.WUNTRACED)
        return os.WIFSTOPPED(status)

    def go_on(self) -> None:
        """Wake it."""
        os.kill(self.pid, signal.SIGCONT)

    @property
    def names(self) -> list[str]:
        """The points it passed, the one where it was hit last."""
        return json.loads(self._log.read_text())


def let_go() -> None:
    """Close every connection: two processes must not share one, and a restarted server has closed its end."""
    model.Session.remove()
    for engine in (ensure_engine(), get_write_engine(), get_read_engine()):
        engine.dispose()


def _live(body: Callable[[], object], points: Points, before: Act | None) -> None:
    status = 1
    try:
        if before is not None:
            before()
        points.install()
        body()
        points.write()
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)
