"""Yearbooks: tables of statistical yearbooks and spreadsheets read as observations.

`spreadsheet` reads files into sheets, `layout` finds headers and places, `mapping`
matches words to indicators and units, and `figures` yields the observations or a
refusal that names the cell.
"""
