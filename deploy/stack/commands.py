"""One function for each command of deploy/."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections import deque
from pathlib import Path

from . import place, portal, report, services, setup, shell, testing
from .place import Place
from .steps import run, stamp_of
from .words import StopError, Text, say


def up() -> int:
    """Set everything up, start it, load the demo, say where it is."""
    began, here = time.monotonic(), place.find()
    setup.prepare_machine(here)
    with place.locked(here):
        setup.take_over(here)
        setup.install(here)
        run(here, setup.SERVERS, setup.TABLES, setup.SEARCH_INDEX, setup.APPLICATIONS, setup.DEMO)
        password = None
        if not stamp_of(here, "admin"):
            password = portal.first_admin(here)
            (here.home / "stamps" / "admin").write_text("created\n", "utf-8")
        report.welcome(here, password, time.monotonic() - began)
    return 0


def _opened() -> Place:
    here = place.find()
    place.need(here)
    place.become_owner(here)
    return here


def down() -> int:
    """Stop everything."""
    here = _opened()
    with place.locked(here):
        stopped = services.stop(here)
    say(
        Text("หยุดแล้ว ข้อมูลอยู่ครบ: เริ่มใหม่ด้วย deploy/up", "Stopped; nothing is lost: deploy/up starts it again.")
        if stopped
        else Text("ไม่มีอะไรทำงานอยู่", "Nothing was running.")
    )
    return 0


def status(*words: str) -> int:
    """How the parts are; 1 when something is wrong."""
    return 0 if report.show_status(_opened(), as_json="--json" in words) else 1


def logs(*words: str) -> int:
    """The last lines of one log, or of each."""
    here = _opened()
    names = [word for word in words if not word.startswith("-")]
    files = [here.log / f"{name}.log" for name in names] or sorted(here.log.glob("*.log"))
    if missing := [file.stem for file in files if not file.exists()]:
        known = ", ".join(sorted(file.stem for file in here.log.glob("*.log")))
        raise StopError(
            f"ไม่มีบันทึกชื่อ {missing[0]}: มี {known}", f"There is no log {missing[0]}: there are {known}."
        )
    if {"-f", "--follow"} & set(words):
        os.execv("/usr/bin/tail", ["tail", "-n", "40", "-F", *map(str, files)])  # noqa: S606
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            tail = deque(lines, 200 if names else 20)
        print(f"== {file.name}\n{''.join(tail)}")
    return 0


def ckan(*words: str) -> int:
    """Become a CKAN command on the running stack."""
    here = _opened()
    program = str(here.venv / "bin/ckan")
    os.execve(program, [program, "-c", str(here.ini), *words], shell.environment(here))  # noqa: S606


def reset(*words: str) -> int:
    """Remove the state folder, after asking."""
    here = place.find()
    place.need(here)
    if "--yes" not in words and not _sure(here.home):
        say(Text("ไม่ได้ลบอะไร", "Nothing was removed."))
        return 1
    with place.locked(here):
        services.stop(here)
    for entry in here.home.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    here.home.rmdir()
    say(Text(f"หยุดและลบ {here.home} แล้ว", f"Stopped, and {here.home} removed."))
    return 0


def _sure(home: Path) -> bool:
    say(
        Text(
            f"จะลบข้อมูลทั้งหมดใน {home} และกู้คืนไม่ได้ พิมพ์ yes เพื่อยืนยัน:",
            f"This removes all data in {home} for good. Type yes to go on:",
        )
    )
    return sys.stdin.readline().strip() == "yes"


def test(*layers: str) -> int:
    """Run the tests with servers of their own."""
    return testing.run_layers(layers)


ALL = {"up": up, "down": down, "status": status, "logs": logs, "ckan": ckan, "reset": reset, "test": test}
