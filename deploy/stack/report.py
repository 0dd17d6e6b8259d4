"""Closing words of a set-up, and how the parts are."""

from __future__ import annotations

import json

from . import demo, health, processes, services, settings, solr, supervisor
from .place import Place
from .words import Text, say

MEGABYTE = 1024**2
EVERYTHING = services.SERVERS + services.APPLICATIONS


def status(place: Place) -> dict[str, object]:
    """Parts, memory and the portal's own report."""
    running = supervisor.programs(place)
    memory = dict.fromkeys(EVERYTHING, 0)
    for process in processes.ours(place):
        memory[process.service] = memory.get(process.service, 0) + process.resident_bytes
    parts = {name: _part(place, name, (running or {}).get(name), memory[name]) for name in EVERYTHING}
    told = health.page(place)
    healthy = health.answers(place)
    return {
        "ok": healthy and running is not None and all(part["ok"] for part in parts.values()),
        "address": settings.load(place).address,
        "memory_mb": sum(memory.values()) // MEGABYTE,
        "parts": parts,
        "health": told,
    }


def _part(place: Place, name: str, info: supervisor.Info | None, resident: int) -> dict[str, object]:
    if name == "solr" and settings.load(place).solr_url:
        return {"ok": solr.answers(place), "state": "ELSEWHERE", "pid": None, "memory_mb": 0}
    state = info["statename"] if info else "STOPPED"
    pid = info["pid"] if info and info["pid"] else None
    return {"ok": state == "RUNNING", "state": state, "pid": pid, "memory_mb": resident // MEGABYTE}


def show_status(place: Place, *, as_json: bool) -> bool:
    """Print the status; True when all is well."""
    found = status(place)
    if as_json:
        print(json.dumps(found, indent=2, ensure_ascii=False))
        return bool(found["ok"])
    parts: dict[str, dict[str, object]] = found["parts"]  # type: ignore[assignment]
    for name, part in parts.items():
        print(f"{'✓' if part['ok'] else '✗'} {name:9} {part['state']:10} {part['memory_mb']:>5} MB")
    told = found["health"]
    print(f"{'✓' if health.answers(place) else '✗'} health    {_in_short(told)}")
    print(f"  {found['address']}   {found['memory_mb']} MB")
    if not found["ok"]:
        say(Text("ระบบทำงานไม่ครบ: สั่ง deploy/up เพื่อซ่อม", "Not all is well: deploy/up repairs it."))
    return bool(found["ok"])


def _in_short(told: object) -> str:
    """The names of the parts that are well; those with faults in full."""
    parts = told.get("parts", {}) if isinstance(told, dict) else {}
    well = [name for name, part in parts.items() if part["ok"]]
    faulty = {name: part for name, part in parts.items() if not part["ok"]}
    return (
        "  ".join(
            filter(
                None, [", ".join(well), json.dumps(faulty, ensure_ascii=False, indent=2) if faulty else ""]
            )
        )
        or "–"
    )


def welcome(place: Place, password: str | None, seconds: float) -> None:
    """Where the portal is, who may log in, what to do next."""
    address = settings.load(place).address
    states = list(demo.states(place).values())
    published, under_way = states.count("published"), sum(state in demo.UNDER_WAY for state in states)
    print(f"\n{'─' * 72}")
    print(f"  คาร์บอนเมืองขอนแก่น · Khon Kaen Carbon   {address}")
    if password:
        print(f"  ผู้ดูแลระบบ · administrator: admin   รหัสผ่าน · password: {password}")
        say(Text("  จดรหัสผ่านไว้: จะไม่แสดงอีก", "  Write the password down: it is not shown again."))
    print(f"{'─' * 72}")
    say(
        Text(
            f"คำนวณแล้ว {published} ชุดข้อมูล กำลังคำนวณ {under_way} ใช้เวลา {seconds:.0f} วินาที\n"
            f"ต่อไป: เปิด {address} ค้นหา “ขยะ” แล้วดาวน์โหลดผลเป็น CSV\n"
            f"เข้าสู่ระบบที่ {address}/user/login แล้วสร้างชุดข้อมูลกิจกรรมที่ {address}/activity-data/new\n"
            "หยุด: deploy/down   สถานะ: deploy/status   เริ่มใหม่: deploy/up   ลบทั้งหมด: deploy/reset\n",
            f"{published} footprints published, {under_way} being computed, {seconds:.0f} seconds in all.\n"
            f"Next: open {address}, search for “waste”, download a result as CSV.\n"
            f"Log in at {address}/user/login and create an activity dataset at {address}/activity-data/new\n"
            "Stop: deploy/down   status: deploy/status   start: deploy/up   remove everything: deploy/reset",
        )
    )
