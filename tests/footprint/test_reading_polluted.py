"""More than 5,000 polluted files: each gives exactly the records and faults that its truth names."""

import runpy
from collections import Counter
from pathlib import Path

import pytest

POLLUTED = runpy.run_path(str(Path(__file__).with_name("polluted.py")))
corpus, Truth, Used = (POLLUTED[name] for name in ("corpus", "Truth", "Used"))


def outcome_of(outcome):
    """What came of a file, in the words of the truth; records carry no number of their own."""
    if outcome.refusal is not None:
        return Truth(outcome.refusal.code)
    faults, seen = [], set()
    for found in outcome.log.listed:
        if found.severity == "error" and found.record not in seen:
            seen.add(found.record)
            faults.append((found.record, found.line, found.code))
    return Truth(None, tuple(map(said, outcome.records)), tuple(faults), skipped(outcome))


def said(record):
    key = record.key
    names = (str(key.period_start), str(key.period_end), key.activity, key.unit, key.organisation)
    return Used(0, *names, record.quantity)


def skipped(outcome):
    counts = outcome.table._skipped
    return counts.blank, counts.total, counts.repeated


def without_numbers(truth):
    """Records carry no number of their own: that is checked by the numbers of the refused rows."""
    return truth._replace(used=tuple(used._replace(record=0) for used in truth.used))


def test_every_polluted_file_gives_what_its_truth_says(read):
    wrong, files = [], Counter()
    for one in corpus():
        files[one.name.split()[0]] += 1
        found = outcome_of(read(one.data))
        if found != without_numbers(one.truth):
            wrong.append((one.name, found, one.truth))
    assert not wrong, f"{len(wrong)} files, first: {wrong[:3]}"
    assert sum(files.values()) >= 5000, files


def test_the_corpus_is_the_same_every_time_and_names_are_unique():
    names = [one.name for one in corpus()]
    assert len(names) == len(set(names))
    assert [one.data for one in corpus()] == [one.data for one in corpus()]


@pytest.mark.parametrize("fault", ["quantity", "record", "code"])
def test_a_wrong_truth_is_noticed(read, fault):
    one = next(one for one in corpus() if one.name == "unclosed row 3 column 2")
    used, faults = one.truth.used, one.truth.faults
    wrong = {
        "quantity": one.truth._replace(used=(used[0]._replace(quantity=used[0].quantity + 1), *used[1:])),
        "record": one.truth._replace(faults=((5, *faults[0][1:]),)),
        "code": one.truth._replace(faults=((*faults[0][:2], "extra-cell"),)),
    }[fault]
    assert outcome_of(read(one.data)) == without_numbers(one.truth) != without_numbers(wrong)
