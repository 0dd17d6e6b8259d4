"""Descriptions of datasets for machines: DCAT-AP 3 and schema.org, from the government catalogue's fields."""
