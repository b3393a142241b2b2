"""Parts of a year in tables: how offices name them, and which figures are of which.

`wording.part_in` reads the part that a header or title names; `tables.without_parts`
gives a table of one part as if it were of whole years.
"""
