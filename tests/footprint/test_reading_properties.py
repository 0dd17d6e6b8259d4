"""What must hold for any table: totals change nothing, order changes no cell, size costs no memory."""

import random
import tracemalloc
from collections import defaultdict
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ckanext.khonkaencarbon.footprint.findings import FindingLog
from ckanext.khonkaencarbon.footprint.model import Source
from ckanext.khonkaencarbon.footprint.reading.duplicates import DuplicateWatch
from ckanext.khonkaencarbon.footprint.reading.table import open_table
from ckanext.khonkaencarbon.footprint.vocabulary import load_vocabulary

HEAD = "period,activity,quantity,unit\n"
rows = st.lists(
    st.tuples(
        st.sampled_from(["2567", "ม.ค. 2567", "2024-02", "15/3/2567", "ไม่รู้"]),
        st.sampled_from(["ไฟฟ้า", "electricity-grid", "น้ำมัน"]),
        st.decimals(0, 10**6, places=3).map(str),
        st.sampled_from(["kWh", "MWh", "หน่วย", "ลิตร"]),
    ).map(",".join),
    min_size=1,
    max_size=12,
)
slow = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def cells(outcome):
    sums = defaultdict(Decimal)
    for record in outcome.records:
        sums[record.key] += record.quantity
    return dict(sums)


@slow
@given(rows, st.sampled_from(["รวม", "ยอดรวมทั้งปี", "Total", " GRAND TOTAL ", "รวมทั้งสิ้น"]), st.data())
def test_adding_a_total_row_never_changes_the_sum(read, lines, word, data):
    at = data.draw(st.integers(0, len(lines)))
    place = data.draw(
        st.sampled_from([f"{word},,99,kWh", f"2567,{word},99,kWh", f"{word},,99", f"{word},,1,2,3,4,5"])
    )
    with_total = [*lines[:at], place, *lines[at:]]
    first, second = read(HEAD + "\n".join(lines)), read(HEAD + "\n".join(with_total))
    assert cells(first) == cells(second)
    assert first.table.counts == second.table.counts


@slow
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_the_cells(read, lines, randomness: random.Random):
    shuffled = lines[:]
    randomness.shuffle(shuffled)
    first, second = read(HEAD + "\n".join(lines)), read(HEAD + "\n".join(shuffled))
    assert cells(first) == cells(second)
    assert (first.table.counts, first.table.refused) == (second.table.counts, second.table.refused)


@slow
@given(rows)
def test_every_row_is_used_or_refused_and_every_refusal_is_explained(read, lines):
    outcome = read(HEAD + "\n".join(lines))
    counts, refused = outcome.table.counts, outcome.table.refused
    assert counts.read == len(lines) == counts.used + counts.refused and counts.used == len(outcome.records)
    explained = {found.record for found in outcome.log.listed if found.severity == "error"}
    assert len(explained) == counts.refused == sum(refused.by_code.values())


def test_a_cell_of_100_megabytes_is_refused_in_little_memory(tmp_path):
    path = tmp_path / "big.csv"
    with path.open("w") as file:
        file.write(HEAD + "2024,electricity,1,")
        for _ in range(100):
            file.write("x" * 1_000_000)
        file.write("\n2024,electricity,2,kWh\n")
    log = FindingLog()
    tracemalloc.start()
    records = list(open_table(Source("big.csv", path), None, load_vocabulary(), log).records())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [record.quantity for record in records] == [2]
    assert (log.listed[0].code, log.listed[0].line) == ("cell-too-long", 2)
    assert peak < 60_000_000


def test_memory_does_not_grow_with_the_number_of_rows(tmp_path):
    def peak(count):
        path = tmp_path / "rows.csv"
        lines = (f"2024-{at % 12 + 1:02},electricity,{at},kWh,{at:0400}\n" for at in range(count))
        path.write_text("period,activity,quantity,unit,note\n" + "".join(lines))
        source = Source("rows.csv", path)
        tracemalloc.start()
        table = open_table(source, None, load_vocabulary(), FindingLog(), duplicates=full_watch())
        assert sum(1 for _ in table.records()) == count
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    assert peak(12_000) < peak(4_000) + 200_000


def full_watch():
    """A watch that has seen its million rows: it remembers nothing more."""
    watch = DuplicateWatch()
    watch._rows = 1_000_001
    return watch


def test_repeated_rows_are_looked_for_over_all_files_up_to_a_limit(tmp_path, monkeypatch):
    monkeypatch.setattr("ckanext.khonkaencarbon.footprint.reading.duplicates.LIMIT", 4)
    log, watch = FindingLog(), DuplicateWatch()
    for name in ("a.csv", "b.csv"):
        path = tmp_path / name
        path.write_text(HEAD + "2024,electricity,1,kWh\n2023,electricity,1,kWh\n2022,electricity,1,kWh\n")
        list(open_table(Source(name, path), None, load_vocabulary(), log, duplicates=watch).records())
    assert log.by_code == {"duplicate-row": 1, "duplicates-not-checked": 1}
    assert log.listed[0].fix.en.startswith("This row (record 1) equals record 1 of a.csv")
