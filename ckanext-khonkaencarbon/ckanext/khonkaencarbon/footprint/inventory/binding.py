"""Which summary belongs to which dataset of the settings: by what it is known as, or by the dataset's id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ckanext.khonkaencarbon.footprint.findings import FileRefused, FindingLog, finding
from ckanext.khonkaencarbon.footprint.inventory.model import CITY, ROLLED_UP
from ckanext.khonkaencarbon.footprint.inventory.settings import CitySettings, DatasetSettings
from ckanext.khonkaencarbon.footprint.inventory.sources import summary_of
from ckanext.khonkaencarbon.footprint.inventory.summaries import Summary
from ckanext.khonkaencarbon.footprint.reading.text import fold

SHORT = 16  # digits of a fingerprint that stand for a dataset without a name
_LEVELS = (*ROLLED_UP, "district", "province")

Bound = tuple[DatasetSettings, Summary]


def bound_by_label(summaries: Iterable[Summary], settings: CitySettings, log: FindingLog) -> Iterator[Bound]:
    """Each summary with its dataset; one that no dataset claims stands for itself."""
    known = list(summaries)
    claims: dict[str, set[str]] = {summary.fingerprint: set() for summary in known}
    ambiguous: set[str] = set()
    for dataset in settings.datasets.values():
        label = fold(dataset.source or dataset.id)
        fits = [one.fingerprint for one in known if label in map(fold, one.labels)]
        if not fits and not reason_against(dataset, dataset.level or CITY):
            log.add(finding("inventory-dataset-missing", value=dataset.source or dataset.id))
        if len(fits) > 1:
            log.add(finding("inventory-dataset-ambiguous", value=label, datasets=dataset.id))
            ambiguous.update(fits)
        for fingerprint in fits:
            claims[fingerprint].add(dataset.id)
    for summary in known:
        claimed, short = sorted(claims[summary.fingerprint]), summary.fingerprint[:SHORT]
        if len(claimed) > 1:
            log.add(finding("inventory-dataset-ambiguous", value=short, datasets=", ".join(claimed)))
        elif summary.fingerprint not in ambiguous:
            yield (settings.datasets[claimed[0]] if claimed else DatasetSettings(short)), summary


def bound_by_id(summaries: Mapping[str, Path], settings: CitySettings) -> Iterator[Bound]:
    """Each dataset with the summary of its id, in the order of the ids; one summary is open at a time.

    Two datasets with the same bytes are two datasets.

    Raises:
        FileRefused: a summary without a dataset, a dataset that counts without a summary, or no summary.
    """
    for name in sorted(summaries.keys() | settings.datasets.keys()):
        dataset, path = settings.datasets.get(name), summaries.get(name)
        if dataset is None or (path is None and not reason_against(dataset, dataset.level or CITY)):
            raise FileRefused(finding("inventory-datasets-disagree", value=name))
        if path is not None:
            yield dataset, summary_of(path, (name,))


def reason_against(dataset: DatasetSettings, level: str) -> str:
    """Why a dataset does not count; empty where it does."""
    if level not in ROLLED_UP:
        return level if level in _LEVELS else "district"
    if not dataset.offered:
        return "not-offered"
    return "" if dataset.decision == "accepted" else dataset.decision
