"""Workbooks: a whole project in one spreadsheet file, for offices without a terminal.

`template.as_workbook` writes a project's figures, targets and scenarios into sheets
with lists to choose from; `reading.unpacked` reads them back into a project folder, or
says in which cell of which sheet something is wrong; `answers.with_answers` adds sheets
to a copy.
"""
