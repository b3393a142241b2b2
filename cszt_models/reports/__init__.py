"""Reports: pages with answers first and evidence after them, and office documents.

`form` checks what is to be written, `gather` computes what the pages of a project
contain, `page` renders one of them and `render_site` all with their downloads.
"""

from cszt_models.present.texts.pages import LANGUAGES, PAGES
from cszt_models.reports.forms import form
from cszt_models.reports.pages import page
from cszt_models.reports.report import gather
from cszt_models.reports.site import render_site

__all__ = ["LANGUAGES", "PAGES", "form", "gather", "page", "render_site"]
