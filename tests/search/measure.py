"""Recall and precision of the first ten, by kind of query.

python tests/search/measure.py http://127.0.0.1:PORT/solr [--half seen|unseen] [--misses]
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import engines
import judged
from judged import Judged

TEN = 10


@dataclass(frozen=True)
class Score:
    """Means over queries, and those left without a hit."""

    recall: float
    precision: float
    without_hit: Sequence[str]
    queries: int


def recall(query: Judged, answer: engines.Answer) -> float:
    """Share of the relevant entries, of ten at most, among the first ten."""
    return len(query.relevant.intersection(answer.ids)) / min(TEN, len(query.relevant))


def precision(query: Judged, answer: engines.Answer) -> float | None:
    """Share of the returned entries that are relevant or accepted; none when nothing was returned."""
    return len(query.accepted.intersection(answer.ids)) / len(answer.ids) if answer.ids else None


def score(answers: Mapping[Judged, engines.Answer]) -> Score:
    """The means over these queries."""
    precisions = [p for query, answer in answers.items() if (p := precision(query, answer)) is not None]
    return Score(
        recall=sum(recall(*pair) for pair in answers.items()) / len(answers),
        precision=sum(precisions) / max(1, len(precisions)),
        without_hit=[q.text for q, a in answers.items() if not q.relevant.intersection(a.ids)],
        queries=len(answers),
    )


def by_kind(answers: Mapping[Judged, engines.Answer]) -> dict[str, Score]:
    """The means of each kind."""
    kinds: dict[str, dict[Judged, engines.Answer]] = defaultdict(dict)
    for query, answer in answers.items():
        kinds[query.kind][query] = answer
    return {kind: score(kinds[kind]) for kind in sorted(kinds)}


def asked(base: str, engine: str, queries: Sequence[Judged]) -> dict[Judged, engines.Answer]:
    """What an engine answers to each query."""
    solr = engines.Solr(base, engines.CORES[engine])
    return {query: engines.ENGINES[engine](solr, query.text) for query in queries}


def fill(base: str) -> None:
    """Index the corpus in both cores."""
    made = [engines.dataset(entry) for entry in judged.entries()]
    engines.Solr(base, "search").fill([engines.our_document(one) for one in made])
    engines.Solr(base, "stock").fill([engines.plain_document(one) for one in made])


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("solr")
    options.add_argument("--half", choices=["seen", "unseen"])
    options.add_argument("--misses", action="store_true", help="what ours missed or returned wrongly")
    chosen = options.parse_args()
    fill(chosen.solr)
    queries = [q for q in judged.queries() if chosen.half is None or q.unseen == (chosen.half == "unseen")]
    for engine in engines.ENGINES:
        answers = asked(chosen.solr, engine, queries)
        _print(engine, "all", score(answers))
        if engine == "ours":
            for kind, one in by_kind(answers).items():
                _print(engine, kind, one)
            if chosen.misses:
                _print_misses(answers)


def _print(engine: str, kind: str, one: Score) -> None:
    print(
        f"{engine:9} {kind:13} {one.queries:4} queries  recall@10 {one.recall:.3f}"
        f"  precision {one.precision:.3f}  without a hit {len(one.without_hit)}"
    )


def _print_misses(answers: Mapping[Judged, engines.Answer]) -> None:
    for query, answer in answers.items():
        missing = query.relevant.difference(answer.ids) if recall(query, answer) < 1 else frozenset()
        wrong = [one for one in answer.ids if one not in query.accepted]
        if missing or wrong:
            mark = " loosened" if answer.loosened else ""
            print(f"{query.text} [{query.kind}]{mark}\n    missing {sorted(missing)}\n    wrong {wrong}")


if __name__ == "__main__":
    main()
