"""CKAN's own Solr schema with Thai text analysis and the fields of search by place."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

# ckanext-spatial's backend "solr-bbox" compares these as numbers; unknown fields would be strings.
BOX_FIELDS = ("minx", "maxx", "miny", "maxy", "bbox_area")


def thai_schema(ckan_schema: Path, analyzers: Path) -> str:
    """The schema for our core.

    Args:
        ckan_schema: schema.xml of the installed CKAN.
        analyzers: field types whose analyzers replace those of the same name.
    """
    schema = ElementTree.parse(ckan_schema).getroot()  # noqa: S314 - both files are ours or CKAN's
    for ours in ElementTree.parse(analyzers).getroot().iter("fieldType"):  # noqa: S314
        theirs = schema.find(f".//fieldType[@name='{ours.get('name')}']")
        if theirs is None:
            raise ValueError(f"CKAN's schema has no field type {ours.get('name')}")
        theirs[:] = list(ours)
    fields = schema.find("fields")
    if fields is None:
        raise ValueError("CKAN's schema has no fields")
    for name in BOX_FIELDS:
        ElementTree.SubElement(fields, "field", name=name, type="pfloat", indexed="true", stored="true")
    return ElementTree.tostring(schema, encoding="unicode", xml_declaration=True)
