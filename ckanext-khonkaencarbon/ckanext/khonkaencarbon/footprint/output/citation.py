"""How to cite a version of a footprint, in Thai and English: who, when, what, where, which bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ckanext.khonkaencarbon.footprint.model import Text

_BUDDHIST_ERA = 543
_SHORT = 12  # digits of a checksum; 2^48 are enough to tell versions apart
_MONTHS = (
    Text("มกราคม", "January"),
    Text("กุมภาพันธ์", "February"),
    Text("มีนาคม", "March"),
    Text("เมษายน", "April"),
    Text("พฤษภาคม", "May"),
    Text("มิถุนายน", "June"),
    Text("กรกฎาคม", "July"),
    Text("สิงหาคม", "August"),
    Text("กันยายน", "September"),
    Text("ตุลาคม", "October"),
    Text("พฤศจิกายน", "November"),
    Text("ธันวาคม", "December"),
)


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited. ``address`` is the permanent one of the version; ``published`` a day in Thailand.

    ``sha256`` is that of its summary.csv: whoever downloads it can see that it is the one that was cited.
    """

    publisher: Text
    title: Text
    version: int
    published: date
    address: str
    sha256: str


def citation(cited: Cited) -> Text:
    """The suggested citation, with 12 digits of the checksum; the Thai one has the Buddhist year."""
    date_of = cited.published
    day, month, year = date_of.day, _MONTHS[date_of.month - 1], date_of.year
    publisher, title = cited.publisher, cited.title
    return Text(
        f"{_ended(publisher.th)} ({year + _BUDDHIST_ERA}). "
        f"{_one_line(title.th)} รุ่นที่ {cited.version} [ชุดข้อมูล]. "
        f"เผยแพร่เมื่อ {day} {month.th} {year + _BUDDHIST_ERA}. "
        f"{cited.address} (SHA-256 {cited.sha256[:_SHORT]})",
        f"{_ended(publisher.en)} ({year}). "
        f"{_one_line(title.en)}, version {cited.version} [Data set]. "
        f"Published {day} {month.en} {year}. "
        f"{cited.address} (SHA-256 {cited.sha256[:_SHORT]})",
    )


@dataclass(frozen=True, slots=True)
class CitedFile:
    """A file of a dataset that is no version of a footprint; ``changed`` is a day in Thailand."""

    publisher: Text
    title: Text
    name: Text
    changed: date
    address: str


def citation_of_file(cited: CitedFile) -> Text:
    """The suggested citation; the Thai one has the Buddhist year."""
    day, month, year = cited.changed.day, _MONTHS[cited.changed.month - 1], cited.changed.year
    return Text(
        f"{_ended(cited.publisher.th)} ({year + _BUDDHIST_ERA}). "
        f"{_one_line(cited.title.th)}: {_one_line(cited.name.th)} [ชุดข้อมูล]. "
        f"ปรับปรุงเมื่อ {day} {month.th} {year + _BUDDHIST_ERA}. {cited.address}",
        f"{_ended(cited.publisher.en)} ({year}). "
        f"{_one_line(cited.title.en)}: {_one_line(cited.name.en)} [Data set]. "
        f"Updated {day} {month.en} {year}. {cited.address}",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _ended(text: str) -> str:
    """A name with one full stop at its end."""
    return f"{_one_line(text).rstrip('.')}."
