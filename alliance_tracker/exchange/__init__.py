"""Spreadsheets in and out: one format for the template, the export and the import."""
