"""The figures of docs/performance.md on reading and computing: python run.py [ROWS] [-n RUNS].

Starts ours and its peers alternately, so that what else the machine does hits all of them; checks every
answer against the generator's; prints minimum, median and maximum of the wall clock, processor seconds, peak
memory, and the median of the ratios of each round. Needs duckdb beside the core. --pandas PYTHON adds one
that has it; --postgres BIN adds a private PostgreSQL (as root it runs as the user nobody); its memory and
processor time are not in the figures.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from generate import Knobs, write  # noqa: E402 - beside this file


@dataclass(frozen=True)
class Measure:
    """One run of one command."""

    wall: float
    cpu: float
    megabytes: int


def measured(command: list[str], answer: dict) -> Measure:
    """Run a command that prints its answer as JSON; a wrong answer ends everything."""
    began = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = status
    wall = time.perf_counter() - began
    if status:
        raise SystemExit(f"failed: {command}")
    check(json.loads(out), answer, command)
    return Measure(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def check(said: dict, answer: dict, command: list[str]) -> None:
    """Compare exact sums; floats within a millionth; the bare parser by its rows."""
    exact = {"rows": answer["rows"], "good": answer["good"], "thousandths": answer["thousandths"]}
    for name in exact.keys() & said.keys():
        if said[name] != exact[name]:
            raise SystemExit(f"wrong answer: {command}: {name} {said[name]} instead of {exact[name]}")
    for activity, value in said.get("about", {}).items():
        if abs(value - answer["thousandths"][activity]) > answer["thousandths"][activity] / 10**6:
            raise SystemExit(f"wrong answer: {command}: {activity}")
    if "laps" in said:
        print("   ", said["laps"], flush=True)


def compare(title: str, commands: dict[str, tuple[list[str], dict]], runs: int) -> None:
    """Run the commands in turn and print them against the first."""
    found: dict[str, list[Measure]] = {name: [] for name in commands}
    print(f"\n{title}", flush=True)
    for _ in range(runs):
        for name, (command, answer) in commands.items():
            found[name].append(measured(command, answer))
    base = next(iter(found.values()))
    for name, each in found.items():
        wall = [one.wall for one in each]
        ratio = statistics.median(one.wall / other.wall for one, other in zip(each, base, strict=True))
        cpu, memory = statistics.median(one.cpu for one in each), max(one.megabytes for one in each)
        times = f"{min(wall):.2f} / {statistics.median(wall):.2f} / {max(wall):.2f} s"
        print(f"  {name:28} {times:26} cpu {cpu:6.2f} s  {memory:5} MB  x {ratio:.2f}", flush=True)


@contextmanager
def postgres(binaries: Path, folder: Path) -> Iterator[Path]:
    """A private server on a socket in ``folder``, stopped at the end."""
    data = folder / "postgres"
    data.mkdir()
    user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.getuid() == 0 else []
    if user:
        shutil.chown(data, "nobody", "nogroup")
        folder.chmod(0o755)
    store = data / "data"
    run = [
        *user,
        str(binaries / "initdb"),
        "-D",
        str(store),
        "-U",
        "bench",
        "--auth=trust",
        "--locale=C.UTF-8",
    ]
    subprocess.run(run, check=True, stdout=subprocess.DEVNULL, cwd=data)
    options = f"-c listen_addresses='' -c unix_socket_directories={data} -c fsync=off -c max_wal_size=8GB"
    control = [*user, str(binaries / "pg_ctl"), "-D", str(store), "-w", "-l", str(data / "log")]
    subprocess.run([*control, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=data)
    try:
        yield data
    finally:
        subprocess.run([*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=data)


def small(folder: Path, runs: int = 200) -> None:
    """Processor time of a 100-row file in a warm process."""
    from ckanext.khonkaencarbon.footprint.compute import compute
    from ckanext.khonkaencarbon.footprint.model import AccountingSettings, Source
    from ckanext.khonkaencarbon.footprint.output import findings, summary

    path = folder / "small.csv"
    write(path, 100, Knobs())
    times = []
    for _ in range(runs):
        began = time.process_time()
        result = compute([Source(path.name, path)], [None], AccountingSettings())
        computed = time.process_time()
        summary.csv_bytes(result), summary.json_bytes(result), findings.json_bytes(result.log)
        times.append((computed - began, time.process_time() - began))
    compute_only, whole = (1000 * statistics.median(each) for each in zip(*times, strict=True))
    print(f"\n100 rows, warm: compute {compute_only:.1f} ms, with its files {whole:.1f} ms of processor")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=int, nargs="?", default=1_000_000)
    parser.add_argument("-n", "--runs", type=int, default=3)
    parser.add_argument("--pandas", help="a Python with pandas")
    parser.add_argument("--postgres", type=Path, help="folder of PostgreSQL's programs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        measure(options, Path(name))


def measure(options: argparse.Namespace, folder: Path) -> None:
    """All comparisons in turn."""
    rows = options.rows
    cells = min(rows, 1_000_000)
    tables = {
        "clean": (rows, Knobs()),
        "bad": (rows, Knobs(bad_per_mille=10)),
        "few": (cells, Knobs(cells="few")),
        "many": (cells, Knobs(cells="many")),
        "few small": (100_000, Knobs(cells="few")),
        "many small": (100_000, Knobs(cells="many")),
    }
    paths = {kind: folder / f"{kind}.csv" for kind in tables}
    answers = {kind: write(paths[kind], *how) for kind, how in tables.items()}

    def ours(kind: str, *words: str) -> tuple[list[str], dict]:
        return [sys.executable, str(HERE / "peers/ours.py"), str(paths[kind]), *words], answers[kind]

    def peer(python: str, script: str, *words: str) -> tuple[list[str], dict]:
        return [python, str(HERE / "peers" / script), str(paths["clean"]), *words], answers["clean"]

    commands = {
        "DuckDB, parse only": peer(sys.executable, "duckdb_parse.py"),
        "ours, to the cells": ours("clean", "cells"),
        "ours, full job": ours("clean", "full"),
    }
    if options.pandas:
        commands["pandas, to the cells"] = peer(options.pandas, "pandas_peer.py")
    with tempfile.TemporaryDirectory() as data:
        if options.postgres:
            with postgres(options.postgres, Path(data)) as socket:
                paths["clean"].chmod(0o644)
                commands["PostgreSQL, to the cells"] = peer(sys.executable, "postgres.py", str(socket))
                compare(f"{options.rows} rows", commands, options.runs)
        else:
            compare(f"{options.rows} rows", commands, options.runs)
    if rows <= 1_000_000:
        engines = {"DuckDB's engine": ours("clean", "cells")}
        engines["standard library"] = ours("clean", "cells", "standard")
        compare("two engines, to the cells", engines, 1)
    one_percent = {"clean": ours("clean", "cells"), "1 % bad rows": ours("bad", "cells")}
    compare("bad rows, to the cells", one_percent, options.runs)
    many = {"1,000 cells": ours("few", "cells"), "a cell a row": ours("many", "cells")}
    compare(f"{cells} rows, to the cells", many, 1)
    many = {"1,000 cells": ours("few small", "full"), "a cell a row": ours("many small", "full")}
    compare("100000 rows, full job", many, 1)
    small(folder)


if __name__ == "__main__":
    main()
