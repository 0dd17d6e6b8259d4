"""What a page of search costs among many datasets: python search_page.py CKAN_INI [-n ROUNDS] [-d DATASETS].

Runs as portal_cost.py does and counts the same: two processes in turn, one with our plugin, one with the same
plugins, schemas and search engine without it. The datasets are put in by SQL and indexed; they are taken out
again at the end.
"""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from portal_cost import Bench, Process, act, in_turn, report, serve

WORDS = ("น้ำประปา", "ขยะมูลฝอย", "ไฟฟ้าสาธารณะ", "ต้นไม้", "โรงเรียน", "ถนน", "ตลาดสด", "สาธารณสุข")
FORMATS = ("CSV", "XLSX", "PDF", "JSON")
LICENCES = ("cc-by", "cc-zero", "notspecified")


def main() -> None:
    """Prepare, measure in turn, print, tidy up."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("ini")
    parser.add_argument("-n", "--rounds", type=int, default=15)
    parser.add_argument("-d", "--datasets", type=int, default=10_000)
    parser.add_argument("--child", choices=("with", "without"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        serve(options.ini, stand_in=options.child == "without", of=Pages)
        return
    ours, theirs = (Process(options.ini, variant, __file__) for variant in ("with", "without"))
    names = ours.ask("prepare", str(options.datasets))
    try:
        for name in names:
            report(name, *in_turn(name, ours, theirs, options.rounds))
    finally:
        ours.ask("tidy")


class Pages(Bench):
    """Pages of search over generated datasets."""

    def prepare(self, about: str) -> list[str]:
        """Put the datasets in and index them; names of what can be measured."""
        from ckan import model
        from ckan.lib.search import commit
        from ckan.logic import index_update_package

        self.owned_by = act("organization_create", name=f"many-{uuid.uuid4().hex[:8]}", title="หน่วยงาน")["id"]
        made = [self._dataset(number) for number in range(int(about))]
        model.Session.execute(model.package_table.insert(), made)
        resources = [resource for one in made for resource in self._resources(one)]
        model.Session.execute(model.resource_table.insert(), resources)
        model.Session.commit()
        for one in made:
            index_update_package({"ignore_auth": True}, one["id"], True)
            model.Session.expunge_all()
        commit()
        return list(self.calls())

    def tidy(self, _about: str) -> None:
        """Take them out again."""
        import sqlalchemy as sa
        from ckan import model
        from ckan.lib.search.common import make_connection

        packages, resources = model.package_table, model.resource_table
        mine = sa.select(packages.c.id).where(packages.c.owner_org == self.owned_by)
        model.Session.execute(sa.delete(resources).where(resources.c.package_id.in_(mine)))
        model.Session.execute(sa.delete(packages).where(packages.c.owner_org == self.owned_by))
        model.Session.commit()
        make_connection().delete(q=f'owner_org:"{self.owned_by}"', commit=True)
        act("organization_purge", id=self.owned_by)

    def calls(self) -> dict[str, tuple[Callable[[], None], int]]:
        """What is measured, and how often in a batch."""
        return {
            "search page, everything": (lambda: self.page("/dataset/"), 8),
            "search page, page 40": (lambda: self.page("/dataset/?page=40"), 8),
            "search page, a Thai word": (lambda: self.page("/dataset/?q=น้ำประปา"), 8),
            "search page, a filter": (lambda: self.page("/dataset/?res_format=CSV"), 8),
        }

    def page(self, address: str) -> None:
        """Open a page as a visitor."""
        answer = self.client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address}: {answer.status_code}")

    def _dataset(self, number: int) -> dict[str, Any]:
        word, now = WORDS[number % len(WORDS)], datetime.now(timezone.utc).replace(tzinfo=None)
        title = f"{word} ปี {2550 + number % 20} เขต {number % 97} ชุดที่ {number}"
        return {
            "id": str(uuid.uuid4()),
            "name": f"many-{number}-{uuid.uuid4().hex[:8]}",
            "title": title,
            "notes": f"{title} รวบรวมโดยหน่วยงานของเมือง ปรับปรุงทุกปี " * 4,
            "type": "dataset",
            "state": "active",
            "private": False,
            "owner_org": self.owned_by,
            "license_id": LICENCES[number % len(LICENCES)],
            "metadata_created": now,
            "metadata_modified": now,
            "extras": {"data_type": "Record", "update_frequency_unit": "Y"},
        }

    def _resources(self, dataset: dict[str, Any]) -> list[dict[str, Any]]:
        return [
            {
                "id": str(uuid.uuid4()),
                "package_id": dataset["id"],
                "url": f"http://example.org/{dataset['name']}.{form.lower()}",
                "name": f"แฟ้ม {form}",
                "format": form,
                "position": position,
                "state": "active",
                "extras": {},
                "created": dataset["metadata_created"],
            }
            for position, form in enumerate(FORMATS[len(dataset["title"]) % 3 :][:2])
        ]


if __name__ == "__main__":
    main()
