"""The desk: a page on which a project is filled and reported without a terminal.

`page.desk` shows it in a notebook; `cszt desk` shows that notebook as a page. What it
does are the commands of `cszt`, which `work.Work` runs one at a time and can stop.
"""
