"""Import of statistical tables (.xlsx, .csv, .tsv) as observations of a project.

`read_sheet` parses a file into text cells, `layout_of` locates headers and labels,
`propose` maps the table's words to indicators, units and regions, and `figures_of`
returns the values in the project's units or an error that names the cell.
"""
