"""What people find: judged queries of every kind, against CKAN's own search and the wildcard work-around."""

from __future__ import annotations

from collections.abc import Mapping

import engines
import judged
import measure
import pytest
from judged import Judged

RECALL, PRECISION, BY_KIND, APART = 0.95, 0.93, 0.85, 0.03
Answers = Mapping[str, Mapping[Judged, engines.Answer]]


@pytest.fixture(scope="module")
def answers(base: str) -> Answers:
    """Every engine's answers to every query."""
    return {engine: measure.asked(base, engine, judged.queries()) for engine in engines.ENGINES}


@pytest.fixture(scope="module")
def ours(answers: Answers) -> Mapping[Judged, engines.Answer]:
    return answers["ours"]


def test_the_set_is_large_enough_and_half_of_it_was_set_aside() -> None:
    queries = judged.queries()
    assert len(judged.entries()) >= 300
    assert len(queries) >= 150
    assert 0.4 < sum(query.unseen for query in queries) / len(queries) < 0.6
    assert all(query.relevant for query in queries)


def test_people_find_what_there_is_and_little_else(ours: Mapping[Judged, engines.Answer]) -> None:
    found = measure.score(ours)
    assert found.recall >= RECALL
    assert found.precision >= PRECISION
    assert found.without_hit == []


def test_no_kind_of_query_falls_behind(ours: Mapping[Judged, engines.Answer]) -> None:
    kinds = measure.by_kind(ours)
    behind = {kind: one for kind, one in kinds.items() if min(one.recall, one.precision) < BY_KIND}
    assert len(kinds) == 10
    assert behind == {}


def test_queries_set_aside_before_tuning_do_as_well(ours: Mapping[Judged, engines.Answer]) -> None:
    unseen = measure.score({query: answer for query, answer in ours.items() if query.unseen})
    seen = measure.score({query: answer for query, answer in ours.items() if not query.unseen})
    assert abs(unseen.recall - seen.recall) <= APART
    assert abs(unseen.precision - seen.precision) <= APART


@pytest.mark.parametrize("engine", ["stock", "wildcard"])
def test_the_usual_ways_leave_many_queries_without_a_hit(answers: Answers, engine: str) -> None:
    usual, better = measure.score(answers[engine]), measure.score(answers["ours"])
    assert usual.recall < better.recall - 0.3
    assert len(usual.without_hit) > len(judged.queries()) / 4


def test_a_search_costs_one_call_and_two_where_the_match_is_loosened(
    ours: Mapping[Judged, engines.Answer],
) -> None:
    assert {answer.calls for answer in ours.values() if not answer.loosened} == {1}
    assert {answer.calls for answer in ours.values()} <= {1, 2}


def test_an_engine_that_finds_nothing_or_everything_fails_the_marks() -> None:
    queries, everything = judged.queries(), [entry["id"] for entry in judged.entries()]
    nothing = measure.score({query: engines.Answer(()) for query in queries})
    anything = measure.score({query: engines.Answer(everything[:10]) for query in queries})
    assert nothing.recall == 0 and len(nothing.without_hit) == len(queries)
    assert anything.precision < 0.1 and anything.recall < 0.1


BAD = [
    "ก" * 2000,
    "ข้าว " * 400,
    '"',
    "'",
    '""',
    '"ขยะ',
    "(((",
    "*:*",
    "{!func}id",
    '{!lucene}id:"x"',
    '_query_:"{!func}1"',
    "ขยะ OR *:*",
    "่้๊๋",
    "ํ",
    "\u200b",
    "\\",
    "ขยะ\\",
    "AND",
    "ขยะ AND NOT",
    "+-&&||!(){}[]^~*?:/",
    "kk_title:[* TO *]",
    "😀",
]


@pytest.mark.parametrize("typed", BAD)
def test_no_query_breaks_solr_or_reaches_it_as_syntax(base: str, typed: str) -> None:
    answer = engines.ours(engines.Solr(base, "search"), typed)
    assert len(answer.ids) <= 10
    if typed in ("*:*", "{!func}id", "kk_title:[* TO *]", "+-&&||!(){}[]^~*?:/"):
        assert list(answer.ids) == []
