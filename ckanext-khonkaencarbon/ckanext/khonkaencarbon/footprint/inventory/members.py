"""Which summaries count, and as what: the settings' datasets and the files that were handed in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ckanext.khonkaencarbon.footprint.findings import FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.model import CITY, ROLLED_UP, Dataset, LedgerRow
from ckanext.khonkaencarbon.footprint.inventory.remarks import remark_editions, remark_electricity, remark_gwp
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, DatasetSettings
from ckanext.khonkaencarbon.footprint.inventory.summaries import Summary
from ckanext.khonkaencarbon.footprint.methods import electricity
from ckanext.khonkaencarbon.footprint.model import Text
from ckanext.khonkaencarbon.footprint.reading.text import fold

_REASONS = {
    "declined": Text("เมืองไม่รับเข้าบัญชี", "the city declined it"),
    "pending": Text("เมืองยังไม่ตัดสินใจ", "the city has not decided yet"),
    "not-offered": Text("ผู้ดูแลข้อมูลไม่ได้เสนอให้นับ", "its steward has not offered it"),
    "district": Text("ข้อมูลระดับอำเภอไม่นับรวมในบัญชีของเมือง", "data of a district are never rolled up"),
    "province": Text("ข้อมูลระดับจังหวัดไม่นับรวมในบัญชีของเมือง", "data of a province are never rolled up"),
}
_SHORT = 16  # digits of a fingerprint that stand for a dataset without a name


@dataclass(slots=True)
class Members:
    """The datasets that count and their rows."""

    datasets: dict[str, Dataset] = field(default_factory=dict)
    rows: list[LedgerRow] = field(default_factory=list)


def members(summaries: Iterable[Summary], settings: CitySettings, log: FindingLog) -> Members:
    """Bind summaries to the settings' datasets; every one that does not count is named in a finding."""
    found = Members()
    for dataset, summary in _bound(list(summaries), settings, log):
        level = dataset.level or summary.boundary
        reason = _reason(dataset, level)
        if reason:
            log.add(finding("inventory-not-counted", value=dataset.id, reason=_REASONS[reason]))
            continue
        if summary.incomplete:
            log.add(finding("inventory-incomplete", value=dataset.id))
        summary = _on_one_basis(summary, dataset, settings, log)
        version = dataset.version or summary.fingerprint[:_SHORT]
        member = Dataset(dataset.id, version, level, dataset.facility, summary.incomplete)
        found.datasets[member.id] = member
        found.rows += summary.rows(member.id, dataset.organisation)
    known = {*found.datasets, *settings.datasets}
    for name in sorted(set(settings.choices.named()) - known):
        log.add(finding("choice-unknown", value=name))
    return found


def _bound(
    summaries: list[Summary], settings: CitySettings, log: FindingLog
) -> Iterator[tuple[DatasetSettings, Summary]]:
    """Each summary with its dataset; one that no dataset claims stands for itself."""
    claims: dict[str, set[str]] = {summary.fingerprint: set() for summary in summaries}
    ambiguous: set[str] = set()
    for dataset in settings.datasets.values():
        label = fold(dataset.source or dataset.id)
        fits = [one.fingerprint for one in summaries if label in map(fold, one.labels)]
        if not fits and not _reason(dataset, dataset.level or CITY):
            log.add(finding("inventory-dataset-missing", value=dataset.source or dataset.id))
        if len(fits) > 1:
            log.add(finding("inventory-dataset-ambiguous", value=label, datasets=dataset.id))
            ambiguous.update(fits)
        for fingerprint in fits:
            claims[fingerprint].add(dataset.id)
    for summary in summaries:
        claimed, short = sorted(claims[summary.fingerprint]), summary.fingerprint[:_SHORT]
        if len(claimed) > 1:
            log.add(finding("inventory-dataset-ambiguous", value=short, datasets=", ".join(claimed)))
        elif summary.fingerprint not in ambiguous:
            yield (settings.datasets[claimed[0]] if claimed else DatasetSettings(short)), summary


def _reason(dataset: DatasetSettings, level: str) -> str:
    """Why a dataset does not count; empty where it does."""
    if level not in ROLLED_UP:
        return level if level in _REASONS else "district"
    if not dataset.offered:
        return "not-offered"
    return "" if dataset.decision == "accepted" else dataset.decision


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
