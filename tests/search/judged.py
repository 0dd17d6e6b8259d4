"""The retrieval test set: entries, judged queries and the fixed rule that sets half of them aside."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Judged:
    """A query with the entries that answer it; accepted ones are no fault and no duty."""

    text: str
    kind: str
    relevant: frozenset[str]
    accepted: frozenset[str]

    @property
    def unseen(self) -> bool:
        """Whether it was set aside before tuning: by the first digit of its hash."""
        return int(hashlib.sha256(self.text.encode()).hexdigest()[0], 16) % 2 == 1


Entry = Mapping[str, str]


def entries() -> Sequence[Entry]:
    """Every entry of corpus.csv."""
    with (HERE / "corpus.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def queries() -> Sequence[Judged]:
    """Every query of queries.csv, its judgement worked out to entries."""
    marked = {entry["id"]: _marks(entry) for entry in entries()}
    with (HERE / "queries.csv").open(encoding="utf-8", newline="") as file:
        return [_judged(row, marked) for row in csv.DictReader(file)]


def _judged(row: Mapping[str, str], marked: Mapping[str, frozenset[str]]) -> Judged:
    relevant = _meant(row["relevant"], marked)
    return Judged(row["query"], row["kind"], relevant, _meant(row["also_accepted"], marked) | relevant)


def _meant(judgement: str, marked: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Entries of a judgement: `a,b` either, `a & b` both, `a - b` leaves out; = id, @ place, # year."""
    found: set[str] = set()
    for choice in filter(None, judgement.split(",")):
        plus, *minus = (part.strip() for part in choice.split(" - "))
        wanted = [word.strip() for word in plus.split("&")]
        for word in (*wanted, *minus):
            if not any(word in marks for marks in marked.values()):
                raise ValueError(f"no entry is about {word}")
        found |= {
            entry
            for entry, marks in marked.items()
            if all(word in marks for word in wanted) and not any(word in marks for word in minus)
        }
    return frozenset(found)


@cache
def _wider() -> Mapping[str, str]:
    wider: Mapping[str, str] = yaml.safe_load((HERE / "concepts.yaml").read_text("utf-8"))
    return wider


def _marks(entry: Entry) -> frozenset[str]:
    wider = _wider()
    about = set(entry["about"].split(";"))
    while more := {wider[word] for word in about if word in wider} - about:
        about |= more
    first, last = (re.findall(r"\d{4}", entry["covers"]) * 2)[:2]
    years = (_buddhist(first), _buddhist(last))
    return frozenset(
        {
            *about,
            f"={entry['id']}",
            f"@{entry['place']}",
            *(f"#{year}" for year in range(years[0], years[1] + 1)),
        }
    )


def _buddhist(year: str) -> int:
    return int(year) if int(year) > 2400 else int(year) + 543
