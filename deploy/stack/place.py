"""Where the stack keeps its state, and who owns it."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .words import StopError

SYSTEM_USER = "khonkaencarbon"
SYSTEM_HOME = Path("/var/lib/khonkaencarbon")
HOME_VARIABLE = "KHONKAENCARBON_HOME"
MARK = ".khonkaencarbon"
CHECKOUT = Path(__file__).resolve().parents[2]
# A unix socket's path holds 107 bytes; ours end in /run/.s.PGSQL.12345 or /run/supervisor.sock.12345.
LONGEST_HOME = 75


@dataclass(frozen=True)
class Place:
    """The state folder and what lies in it."""

    home: Path
    as_root: bool
    testing: bool = False

    @property
    def source(self) -> Path:
        """Copy of the checkout that everything runs from."""
        return self.home / "source"

    @property
    def cache(self) -> Path:
        """What was downloaded, so that a second set-up fetches nothing."""
        return self.home / "cache"

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.home / "venv"

    @property
    def ini(self) -> Path:
        """CKAN's configuration."""
        return self.home / "ckan.ini"

    @property
    def log(self) -> Path:
        """Folder of logs."""
        return self.home / "log"

    @property
    def run(self) -> Path:
        """Folder of sockets."""
        return self.home / "run"

    @property
    def is_set_up(self) -> bool:
        """Whether a set-up got as far as CKAN's configuration."""
        return self.ini.exists()


def find(*, testing: bool = False) -> Place:
    """The state folder of this user: the variable, the system's folder for root, .run in the checkout."""
    as_root = os.geteuid() == 0
    home = Path(os.environ.get(HOME_VARIABLE) or (SYSTEM_HOME if as_root else CHECKOUT / ".run")).absolute()
    if testing:
        home = home.with_name(f"{home.name}-test")
    if len(bytes(home)) > LONGEST_HOME:
        raise StopError(
            f"ชื่อโฟลเดอร์ {home} ยาวเกินไป: โปรดกำหนด {HOME_VARIABLE} เป็นโฟลเดอร์ที่ชื่อสั้นกว่า {LONGEST_HOME} ไบต์",
            f"The path {home} is too long: set {HOME_VARIABLE} to a folder of less than "
            f"{LONGEST_HOME} bytes.",
        )
    return Place(home, as_root, testing)


def make(place: Place) -> None:
    """Create the state folder, closed to others."""
    if place.home.exists() and not (place.home / MARK).exists() and any(place.home.iterdir()):
        raise StopError(
            f"โฟลเดอร์ {place.home} มีไฟล์อื่นอยู่แล้ว: โปรดกำหนด {HOME_VARIABLE} เป็นโฟลเดอร์ว่าง",
            f"The folder {place.home} already holds other files: set {HOME_VARIABLE} to an empty folder.",
        )
    for folder in (place.cache, place.home, place.log, place.run, place.home / "stamps"):
        folder.mkdir(parents=True, exist_ok=True)
    place.home.chmod(0o700)
    (place.home / MARK).touch()


def become_owner(place: Place) -> None:
    """Give up root for good: from here on the system user does everything."""
    os.umask(0o077)
    if not place.as_root or os.geteuid() != 0:
        return
    for path in _made_by_root(place):
        shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
    user = pwd.getpwnam(SYSTEM_USER)
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if not os.access(Path.cwd(), os.X_OK):
        os.chdir(place.home)


def _made_by_root(place: Place) -> Iterator[Path]:
    tops = (place.home, place.cache)
    below = (entry for folder in (*tops, place.log, place.home / "stamps") for entry in folder.iterdir())
    return (path for path in (*tops, *below) if path.lstat().st_uid == 0)


@contextmanager
def locked(place: Place) -> Iterator[None]:
    """One set-up at a time."""
    with (place.home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StopError(
                "มีการติดตั้งหรือหยุดระบบอีกรายการหนึ่งกำลังทำงาน: โปรดรอให้เสร็จแล้วสั่งใหม่",
                "Another set-up or stop is under way: wait for it to end, then run this again.",
            ) from None
        yield


def need(place: Place) -> None:
    """Refuse a command that needs a set-up when there is none."""
    if not place.is_set_up:
        raise StopError(
            f"ยังไม่ได้ติดตั้งที่ {place.home}: โปรดสั่ง deploy/up ก่อน",
            f"Nothing is set up in {place.home}: run deploy/up first.",
        )
