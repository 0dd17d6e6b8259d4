"""Shapes: dataset types, vocabularies and the schemas of published files."""
