"""A difference in sentences for an officer, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from ckanext.khonkaencarbon.footprint import accounting
from ckanext.khonkaencarbon.footprint.difference.amounts import WHOLE, Amounts
from ckanext.khonkaencarbon.footprint.difference.decomposition import Cause, Decomposition, Term
from ckanext.khonkaencarbon.footprint.difference.version import Version, code_changes
from ckanext.khonkaencarbon.footprint.exact import plain, rounded
from ckanext.khonkaencarbon.footprint.model import Text

_BECAUSE: Mapping[Cause, Text] = {
    Cause.ROWS: Text("ข้อมูลกิจกรรมเปลี่ยน", "the activity data changed"),
    Cause.MAPPING: Text("การจับคู่คอลัมน์เปลี่ยน", "the mapping of columns changed"),
    Cause.FACTORS: Text("ชุดค่าการปล่อยเปลี่ยน", "the emission factors changed"),
    Cause.GWP: Text("ชุดค่าศักยภาพทำให้โลกร้อน (GWP) เปลี่ยน", "the GWP set changed"),
    Cause.METHODS: Text("วิธีคำนวณของระบบเปลี่ยนรุ่น", "the methods of computation changed"),
    Cause.SETTINGS: Text("การตั้งค่าเปลี่ยน", "the settings changed"),
    Cause.UNEXPLAINED: Text(
        "คำนวณฉบับใดฉบับหนึ่งซ้ำแล้วไม่ได้ค่าที่เผยแพร่ไว้ โปรดให้ผู้ดูแลระบบตรวจสอบ",
        "one of the versions cannot be computed again as it was published; ask the operator to look",
    ),
}


def summary(found: Decomposition) -> Text:
    """The whole difference in one sentence."""
    old, new = Decimal(found.old.totals[WHOLE[0]]), Decimal(found.new.totals[WHOLE[0]])
    moved = _moved(found.change)
    if not found.change:
        return Text(
            f"ผลเท่าเดิมทุกตัวเลข: {number(new)} kgCO2e", f"Every figure is as before: {number(new)} kgCO2e"
        )
    return Text(
        f"{moved.th} จาก {number(old)} เป็น {number(new)} kgCO2e",
        f"{moved.en}, from {number(old)} to {number(new)} kgCO2e",
    )


def sentence(found: Decomposition, term: Term) -> Text:
    """By how much, because of what, and what exactly is other than before."""
    moved = _moved(term.change)
    reasons = [_reason(found.old, found.new, cause) for cause in term.causes]
    joined = Text(" และ".join(one.th for one in reasons), " and ".join(one.en for one in reasons))
    if not term.change.get(WHOLE):
        return Text(f"{moved.th} แม้{joined.th}", f"{moved.en} although {joined.en}")
    apart = (
        Text(" (แยกผลของแต่ละอย่างไม่ได้)", " (their effects cannot be told apart)")
        if len(reasons) > 1
        else Text("", "")
    )
    return Text(f"{moved.th} เพราะ{joined.th}{apart.th}", f"{moved.en} because {joined.en}{apart.en}")


def number(value: Decimal) -> str:
    """For reading: thousands apart and one decimal, or all decimals of what is smaller than one."""
    if abs(value) < 1:
        return plain(value)
    whole, _, decimals = plain(rounded(value, 1)).partition(".")
    return f"{int(whole):,}" + (f".{decimals}" if decimals else "")


def _moved(change: Amounts) -> Text:
    amount = change.get(WHOLE, Decimal(0))
    if amount > 0:
        return Text(f"เพิ่มขึ้น {number(amount)} kgCO2e", f"Up {number(amount)} kgCO2e")
    if amount < 0:
        return Text(f"ลดลง {number(-amount)} kgCO2e", f"Down {number(-amount)} kgCO2e")
    if change:
        return Text("ยอดรวมไม่เปลี่ยน แต่ยอดย่อยเปลี่ยน", "The total is as before, but its parts are not,")
    return Text("ไม่มีตัวเลขใดเปลี่ยน", "No figure changed")


def _reason(old: Version, new: Version, cause: Cause) -> Text:
    because, detail = _BECAUSE[cause], _DETAILS.get(cause, _nothing)(old, new)
    return Text(*(f"{why} ({what})" if what else why for why, what in _in_both(because, detail)))


def _in_both(*texts: Text) -> list[tuple[str, ...]]:
    return [tuple(text.th for text in texts), tuple(text.en for text in texts)]


def _nothing(_old: Version, _new: Version) -> Text:
    return Text("", "")


def _rows(old: Version, new: Version) -> Text:
    before, after = (f"{one.cube.counts.read - one.refused:,}" for one in (old, new))
    th, en = [f"แถวที่ใช้ {before} → {after}"], [f"rows used: {before} → {after}"]
    if old.refused or new.refused:
        th.append(f"แถวที่ไม่รับ {old.refused:,} → {new.refused:,}")
        en.append(f"rows refused: {old.refused:,} → {new.refused:,}")
    return Text("; ".join(th), "; ".join(en))


def _mapping(old: Version, new: Version) -> Text:
    before, after = (
        {role: source for one in version.cube.mappings for role, source in one.as_json()["roles"].items()}
        for version in (old, new)
    )
    changed = [role for role in dict.fromkeys([*before, *after]) if before.get(role) != after.get(role)]
    return _alike(", ".join(changed))


def _factors(old: Version, new: Version) -> Text:
    before, after = ([edition.id for edition in one.editions] for one in (old, new))
    if before != after:
        return _alike(f"{', '.join(before)} → {', '.join(after)}")
    hashes = {edition.id: edition.sha256 for edition in old.editions}
    names = ", ".join(one.id for one in new.editions if hashes[one.id] != one.sha256)
    return Text(f"เนื้อหาของ {names}", f"content of {names}")


def _gwp(old: Version, new: Version) -> Text:
    return _alike(f"{old.settings.gwp} → {new.settings.gwp}")


def _methods(old: Version, new: Version) -> Text:
    changes = code_changes(old, new).items()
    return _alike(", ".join(f"{name} {was} → {now}" for name, (was, now) in changes))


def _settings(old: Version, new: Version) -> Text:
    return _alike("; ".join(_changed_settings(old, new)))


def _changed_settings(old: Version, new: Version) -> Iterable[str]:
    before, after = (accounting.as_json(one.settings) for one in (old, new))
    for name in ("electricity", "boundary"):
        if before[name] != after[name]:
            yield f"{name} {before[name]} → {after[name]}"
    was, now = (
        {
            f"{activity}.{name}": text
            for activity, given in one["parameters"].items()
            for name, text in given.items()
        }
        for one in (before, after)
    )
    for name in sorted({*was, *now}):
        if was.get(name) != now.get(name):
            yield f"{name} {was.get(name, '–')} → {now.get(name, '–')}"


def _alike(text: str) -> Text:
    return Text(text, text)


_DETAILS: Mapping[Cause, Callable[[Version, Version], Text]] = {
    Cause.ROWS: _rows,
    Cause.MAPPING: _mapping,
    Cause.FACTORS: _factors,
    Cause.GWP: _gwp,
    Cause.METHODS: _methods,
    Cause.SETTINGS: _settings,
}
