"""python3 -m stack COMMAND: what the scripts of deploy/ call."""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback

from . import commands
from .shell import disk_full
from .words import StopError, Text, say

DEBUG = bool(os.environ.get("KHONKAENCARBON_DEBUG"))


def main() -> int:
    """Run one command; what goes wrong is one sentence in each language."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    name, *words = sys.argv[1:]
    try:
        return commands.ALL[name](*words)
    except StopError as stop:
        return _refuse(stop)
    except KeyboardInterrupt:
        say(Text("หยุดกลางคัน: สั่งใหม่เพื่อทำต่อ", "Interrupted: run it again to go on."), error=True)
        return 130
    except OSError as fault:
        return _refuse(disk_full()) if fault.errno == errno.ENOSPC else _surprise(fault)
    except Exception as fault:
        return _surprise(fault)


def _refuse(stop: StopError) -> int:
    if DEBUG:
        traceback.print_exc()
    say(stop.text, error=True)
    return 1


def _surprise(fault: Exception) -> int:
    if DEBUG:
        traceback.print_exc()
    told = f"{type(fault).__name__}: {fault}"
    say(
        Text(
            f"เกิดข้อผิดพลาดที่ไม่คาดไว้ ({told}): สั่งใหม่เพื่อทำต่อ หรือดูรายละเอียดด้วย KHONKAENCARBON_DEBUG=1",
            f"Something unexpected happened ({told}): run this again to go on, or see the details "
            "with KHONKAENCARBON_DEBUG=1.",
        ),
        error=True,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
