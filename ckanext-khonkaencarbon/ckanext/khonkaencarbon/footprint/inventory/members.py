"""Which of the bound summaries count, and as what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.binding import SHORT, Bound, reason_against
from ckanext.khonkaencarbon.footprint.inventory.model import Dataset, LedgerRow
from ckanext.khonkaencarbon.footprint.inventory.remarks import remark_editions, remark_electricity, remark_gwp
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, DatasetSettings
from ckanext.khonkaencarbon.footprint.inventory.summaries import Summary
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.footprint.model import Text

_REASONS = {
    "declined": Text("เมืองไม่รับเข้าบัญชี", "the city declined it"),
    "pending": Text("เมืองยังไม่ตัดสินใจ", "the city has not decided yet"),
    "not-offered": Text("ผู้ดูแลข้อมูลไม่ได้เสนอให้นับ", "its steward has not offered it"),
    "district": Text("ข้อมูลระดับอำเภอไม่นับรวมในบัญชีของเมือง", "data of a district are never rolled up"),
    "province": Text("ข้อมูลระดับจังหวัดไม่นับรวมในบัญชีของเมือง", "data of a province are never rolled up"),
}


@dataclass(slots=True)
class Members:
    """The datasets that count and their rows."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    rows: list[LedgerRow] = field(default_factory=list)


def members(bound: Iterable[Bound], settings: CitySettings, log: FindingLog) -> Members:
    """Summaries with the datasets they are of; every one that does not count is named in a finding."""
    found = Members()
    for dataset, summary in bound:
        level = dataset.level or summary.boundary
        reason = reason_against(dataset, level)
        if reason:
            log.add(finding("inventory-not-counted", value=dataset.id, reason=_REASONS[reason]))
            continue
        if summary.incomplete:
            log.add(finding("inventory-incomplete", value=dataset.id))
        summary = _on_one_basis(summary, dataset, settings, log)
        version = dataset.version or summary.fingerprint[:SHORT]
        member = Dataset(dataset.id, version, level, dataset.facility, summary.incomplete)
        found.datasets[member.id] = member
        found.rows += summary.rows(member.id, dataset.organisation)
    known = {*found.datasets, *settings.datasets}
    for name in sorted(set(settings.choices.named()) - known):
        log.add(finding("choice-unknown", value=name))
    return found


def _on_one_basis(
    summary: Summary, dataset: DatasetSettings, settings: CitySettings, log: FindingLog
) -> Summary:
    """The summary as far as it can be weighed like the inventory; remarks where it was computed otherwise."""
    remark_gwp(log, dataset.id, summary.gwp, settings)
    if summary.co2e_only and (summary.co2e_basis or summary.gwp != settings.gwp):
        words: dict[str, Any] = {"basis": summary.gwp, "gwp": settings.gwp}
        log.add(finding("inventory-gwp-fixed", value=dataset.id, **words))
    remark_editions(log, dataset.id, summary.editions, settings)
    if summary.grid and remark_electricity(log, dataset.id, summary.electricity, settings):
        kept = tuple(line for line in summary.lines if line["method"] != electricity.METHOD)
        return replace(summary, lines=kept, incomplete=True)
    return summary
