"""Documents: Word, slides, spreadsheets and PDF made from what the pages contain.

`content.Content` is a page as headings, sentences, tables and pictures, which
`page_content.content_of` reads off a rendered page, so that no form says anything else.
`word.as_docx`, `slides.as_pptx`, `sheets.as_xlsx` and `pdf.as_pdf` write it.
`interchange` writes paths and probabilities for other programs.
"""
