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
        analyzers: field types whose analyzers replace those of the same name, types with a class of their own
            and the fields of the catalogue's search.
    """
    schema = ElementTree.parse(ckan_schema).getroot()  # noqa: S314 - both files are ours or CKAN's
    types, fields = schema.find("types"), schema.find("fields")
    if types is None or fields is None:
        raise ValueError("CKAN's schema has no types or no fields")
    own = ElementTree.parse(analyzers).getroot()  # noqa: S314
    for ours in own.iter("fieldType"):
        theirs = types.find(f"fieldType[@name='{ours.get('name')}']")
        if theirs is not None:
            theirs[:] = list(ours)
        elif ours.get("class"):
            types.append(ours)
        else:
            raise ValueError(f"CKAN's schema has no field type {ours.get('name')}")
    fields.extend(own.iter("field"))
    schema.extend(own.iter("copyField"))
    for name in BOX_FIELDS:
        ElementTree.SubElement(fields, "field", name=name, type="pfloat", indexed="true", stored="true")
    return ElementTree.tostring(schema, encoding="unicode", xml_declaration=True)
