"""What Thai search costs in Solr: indexing beside CKAN's own schema, Thai queries beside Latin ones.

    python tests/bench/search.py http://127.0.0.1:PORT/solr [--datasets 10000]

Needs the cores `search` and `stock` of the tests (deploy/test search makes them); empties both. Each query is
asked in turns with its partner and never twice the same, so that Solr's caches answer none of them.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "search"))

import engines
import judged

from ckanext.khonkaencarbon.catalogue import queries

BATCH = 500
ROUNDS = 60
TURNS = 5
# a Thai query and a Latin one: both known words, both unknown ones, both several words
PAIRS = (
    ("ไฟดับ", "outage"),
    ("ไข้เลือดออก", "dengue"),
    ("ผู้ค้าสลาก", "lottery sellers"),
    ("ผลิตภัณฑ์มวลรวมจังหวัด", "gross provincial product"),
    ("ขยะติดเชื้อ 2565", "infectious waste 2022"),
    ("ขยะ บ้านไผ่", "waste Ban Phai"),
)


def main() -> None:
    """Index, ask, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("solr")
    options.add_argument("--datasets", type=int, default=10_000)
    chosen = options.parse_args()
    made = _made(chosen.datasets)
    began = time.perf_counter()
    ours = [engines.our_document(one) for one in made]
    built = time.perf_counter() - began
    stock = [engines.plain_document(one) for one in made]
    times = _index(chosen.solr, {"search": ours, "stock": stock})
    print(f"{len(made)} datasets; our fields made in {built:.1f} s ({1000 * built / len(made):.2f} ms each)")
    print(f"indexing in Solr: ours {times['search']:.1f} s, CKAN's {times['stock']:.1f} s", end="  ")
    print(f"ratio {times['search'] / times['stock']:.2f}")
    solr = engines.Solr(chosen.solr, "search")
    for thai, latin in PAIRS:
        _compare(solr, thai, latin)


def _made(count: int) -> list[dict[str, object]]:
    """The corpus over and over, under other names."""
    entries = judged.entries()
    return [
        {**engines.dataset(entries[number % len(entries)]), "name": f"generated-{number}"}
        for number in range(count)
    ]


def _index(base: str, documents: Mapping[str, Sequence[dict[str, object]]]) -> dict[str, float]:
    """Seconds to index in each core, in turns, the best of several: the first turns warm Java up."""
    taken: dict[str, list[float]] = {core: [] for core in documents}
    for _ in range(TURNS):
        for core, every in documents.items():
            solr = engines.Solr(base, core)
            solr.fill([])
            began = time.perf_counter()
            for start in range(0, len(every), BATCH):
                solr.add(every[start : start + BATCH])
            taken[core].append(time.perf_counter() - began)
    return {core: min(seconds) for core, seconds in taken.items()}


def _compare(solr: engines.Solr, *typed: str) -> None:
    times: dict[str, list[float]] = {one: [] for one in typed}
    hits: dict[str, int] = {}
    for turn in range(ROUNDS):
        for one in typed:
            asked = queries.rewritten(one)
            assert asked is not None
            fresh = f'{asked.strict} +(kk_text:"turn{turn}x{time.time_ns()}" OR entity_type:package^0)'
            began = time.perf_counter()
            answer = solr.select(q=fresh, defType="edismax", mm="0", fl="name")
            times[one].append(time.perf_counter() - began)
            hits[one] = answer["response"]["numFound"]
    thai, latin = (statistics.median(times[one]) for one in typed)
    shown = "  ".join(
        f"{one}: {1000 * statistics.median(times[one]):.1f} ms, {hits[one]} hits" for one in typed
    )
    print(f"{shown}  ratio {thai / latin:.2f}")


if __name__ == "__main__":
    main()
