"""The methods there are; each is declared in the file of its family."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ckanext.khonkaencarbon.footprint.methods import factor, incineration
from ckanext.khonkaencarbon.footprint.methods.method import Method
from ckanext.khonkaencarbon.footprint.methods.sensitivity import by_difference

_FAMILIES = (factor, incineration)
METHODS: Mapping[str, Method] = {
    method.id: replace(method, masses=by_difference(method.masses))
    for family in _FAMILIES
    for method in family.METHODS
}
