"""Own tables: what is owed, what was run, what was published, and the ledger of emission lines.

They are made by the migration only. No foreign key leads to core's tables: a purge must not wait for us.
"""

from ckanext.khonkaencarbon.model.city_version import CityVersion
from ckanext.khonkaencarbon.model.decision import Decision
from ckanext.khonkaencarbon.model.input_table import InputTable
from ckanext.khonkaencarbon.model.line import Line
from ckanext.khonkaencarbon.model.owed import FENCE, Owed
from ckanext.khonkaencarbon.model.request import Request
from ckanext.khonkaencarbon.model.run import Run
from ckanext.khonkaencarbon.model.turn import Turn
from ckanext.khonkaencarbon.model.version import Version

__all__ = [
    "FENCE",
    "CityVersion",
    "Decision",
    "InputTable",
    "Line",
    "Owed",
    "Request",
    "Run",
    "Turn",
    "Version",
]
