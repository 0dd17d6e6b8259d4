"""Write docs/demo-data.md from the catalogue: what each demo dataset is, and where its figures come from.

Run ``python deploy/demo/document.py`` after changing catalogue.yaml; a test holds the page against this.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

DEMO = Path(__file__).parent
PAGE = DEMO.parents[1] / "docs" / "demo-data.md"
Tree = Mapping[str, Any]

OPENING = """\
# The demo data

Written from `deploy/demo/catalogue.yaml` by `python deploy/demo/document.py`:
change the catalogue, not this page.

`ckan khonkaencarbon demo --from deploy/demo` loads these datasets through the actions a steward uses.
Run again, it changes nothing; with `--remove` it purges what it made and nothing else. What it made carries
the plain field `demo_catalogue`.

- Published figures were collected by third parties from public pages. No organisation named here has
  uploaded or endorsed them. Each figure stands in `deploy/demo/sources/` with the page it was read on, the
  period as published and the terms that were seen; a test holds every figure of `deploy/demo/files/` against
  its row there.
- An assumption is named in the title, in the description and on each row it touches.
- What cannot be computed without inventing something stays a plain dataset; "not computed" says why.
- Figures of a district, the province or a place outside the city are published but never added to the city.
- No published figure of electricity use was found. One training organisation has generated files instead
  (`generate.py`, always the same bytes); it says so in title, organisation and notes, and is never offered to
  the inventory.
- The boxes on the map are estimates, not official boundaries.
"""


def lines(tree: Tree) -> Iterator[str]:
    """The page, line by line."""
    yield OPENING
    yield "## Organisations\n"
    yield "| name | type | title |"
    yield "|---|---|---|"
    for name, entry in tree["organisations"].items():
        yield f"| `{name}` | {entry['type']} | {entry['title']['th']} · {entry['title']['en']} |"
    yield "\n## Datasets"
    for name, entry in tree["datasets"].items():
        yield from dataset(name, entry, tree)


def dataset(name: str, entry: Tree, tree: Tree) -> Iterator[str]:
    """One dataset: its titles, its notes, and what limits its use."""
    yield f"\n### {entry['title']['en']}\n"
    yield f"{entry['title']['th']}\n"
    yield f"{entry['notes']['en']}\n"
    yield f"- Name `{name}`, type `{entry['type']}`, published by {publisher(entry, tree)}"
    yield f"- Boundary: {entry['boundary']} ({tree['boundaries'][entry['boundary']]['en']})"
    if entry["type"] == "activity-data":
        offered = "yes, accepted in the demo's city" if entry.get("inventory") else "no"
        yield f"- Offered to the city's inventory: {offered}"
    if "years" in entry:
        yield f"- Years: {'-'.join(dict.fromkeys(map(str, entry['years'])))}"
    if "assumption" in entry:
        yield f"- **Assumption:** {entry['assumption']['en']}"
    if "not-computed" in entry:
        yield f"- **Not computed:** {entry['not-computed']['en']}"
    if "source" in entry:
        yield f"- Source: <{entry['source']}>"
    terms = tree["terms"][entry["terms"]]
    yield f"- Terms: {terms['en']} (licence `{terms['licence']}`)"
    for file in entry["files"]:
        use = "computed from" if file.get("role") == "input" else "attached"
        yield f"- File `{file['file']}`: {count(file['file'])} rows, {use}"


def publisher(entry: Tree, tree: Tree) -> str:
    """The title of the organisation a dataset belongs to."""
    return str(tree["organisations"][entry["organisation"]]["title"]["en"])


def count(name: str) -> int:
    """Rows of a file, without its heading; of a workbook, rows of all its sheets."""
    if name.endswith(".xlsx"):
        with zipfile.ZipFile(DEMO / "files" / name) as book:
            sheets = [part for part in book.namelist() if part.startswith("xl/worksheets/")]
            return sum(book.read(part).count(b"<row ") for part in sheets)
    with (DEMO / "files" / name).open(encoding="utf-8", newline="") as table:
        return sum(1 for _ in csv.reader(table)) - 1


def page() -> str:
    """The whole page as text."""
    tree = yaml.safe_load((DEMO / "catalogue.yaml").read_text(encoding="utf-8"))
    return "\n".join(lines(tree)) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
