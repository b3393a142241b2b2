"""The desk as widgets: four steps, a line of status, a bar and a cancel."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from cszt_models.desk.lists import indicator_names, target_list
from cszt_models.desk.plan_rows import add_target, correct
from cszt_models.desk.work import Outcome, Work
from cszt_models.errors import DataError
from cszt_models.present.texts import require_language
from cszt_models.present.texts.desk import TEXTS, text
from cszt_models.present.texts.errors import translated
from cszt_models.project.plan import read_targets
from cszt_models.project.project import Project, load_project
from cszt_models.reports.forms import FORMS
from cszt_models.storage.files import write_whole, writing
from cszt_models.vocabulary import GROWTH_AVERAGE, SENSES
from cszt_models.yearbooks.mapping import SKIP, read_correspondence

FOLDER = "CSZT_DESK"  # variable of the environment: where projects are
WIDE = {"width": "30em", "max_width": "100%"}
WORDS = {  # of a field whose label is words of a table
    "style": {"description_width": "18em"},
    "layout": {"width": "36em", "max_width": "100%"},
}
# As a page the status stays in sight, and the notebook's own heading is not needed.
STYLE = """<style>
.cszt-foot [role=status] {overflow-wrap: anywhere}
body[data-voila] .jp-RenderedMarkdown {display: none}
body[data-voila] #rendered_cells {padding-bottom: 8em}
body[data-voila] .cszt-foot {position: fixed; bottom: 0; left: 0; right: 0; z-index: 2;
  max-height: 40vh; overflow: auto; padding: 6px max(16px, 50% - 32em); min-height: 4em;
  background: var(--jp-layout-color0, #fff);
  border-top: 1px solid var(--jp-border-color1, #bbb)}
</style>"""
BAR_STEPS = 40
LANGUAGES = {"中文": "zh", "English": "en"}
FIRST_YEAR, LAST_YEAR = 2026, 2030  # of the plan in force where the desk is used most


def desk(language: str = "en", folder: Path | str | None = None) -> Any:
    """The desk as a widget.

    Parameters
    ----------
    language
        ``"en"`` or ``"zh"``.
    folder
        Where projects are; that of `FOLDER`, else the present one, if not given.

    Raises
    ------
    DataError
        If the language is neither.
    """
    require_language(language)
    place = Path(folder or os.environ.get(FOLDER) or ".")
    return Desk(language, place.resolve()).widget


class Desk:
    """The widgets of the desk, and the project that is open on it."""

    def __init__(self, language: str, folder: Path) -> None:
        import ipywidgets as w

        self.w, self.language, self.folder = w, language, folder
        self.project: Project | None = None
        self.work = Work(folder, self._pulse)
        self.fields: dict[str, Any] = {}
        self.meanings: dict[str, dict[str, Any]] = {"headings": {}, "regions": {}}
        self.understood = w.VBox([])
        self.listed = w.HTML()
        self.status = w.HTML(self.say("ready"))
        self.bar = w.IntProgress(0, 0, BAR_STEPS)
        self.bar.layout.visibility = "hidden"
        self.cancel = w.Button(description=self.say("cancel"), disabled=True)
        self.cancel.on_click(lambda _: self.work.stop())
        foot = w.VBox([w.HBox([self.bar, self.cancel]), self.status])
        foot.add_class("cszt-foot")
        self.widget = w.VBox(
            [
                w.HTML(
                    Markup("{}<h1>{}</h1><p>{}</p>").format(
                        Markup(STYLE), self.say("title"), self.say("lead")
                    )
                ),
                *self._project_step(),
                *self._table_step(),
                *self._plan_step(),
                *self._report_step(),
                foot,
            ],
            layout={"max_width": "64em", "margin": "0 auto"},
        )

    def say(self, key: str, **values: object) -> str:
        """A text in the language of the desk."""
        return text(key, self.language, **values)

    def field(self, key: str, kind: str = "Text", **options: Any) -> Any:
        """A field with its label, remembered by its key.

        Parameters
        ----------
        key
            Of its label.
        kind
            Name of the widget.
        options
            Of the widget.
        """
        style = {"description_width": "9em"}
        widget = getattr(self.w, kind)(
            description=self.say(key), style=style, layout=WIDE, **options
        )
        self.fields[key] = widget
        return widget

    def button(self, key: str, action: Callable[[], None]) -> Any:
        """A button that does something; what is refused is said in the status line."""
        button = self.w.Button(
            description=self.say(key),
            button_style="primary",
            layout={"width": "auto", "min_width": "10em", "align_self": "flex-start"},
        )

        def click(_: Any) -> None:
            try:
                action()
            except DataError as error:
                self.refuse(str(error))

        button.on_click(click)
        return button

    def head(self, key: str) -> Any:
        """Heading of a step."""
        return self.w.HTML(Markup("<h2>{}</h2>").format(self.say(key)))

    def show(self, words: str) -> None:
        """Say something in the status line."""
        lines = Markup("<br>").join(escape(line) for line in words.splitlines())
        self.status.value = Markup('<div role="status">{}</div>').format(lines)

    def refuse(self, message: str) -> None:
        """Say what is wrong."""
        self.show(translated(message) if self.language == "zh" else message)

    def start(
        self, words: list[str], then: Callable[[Outcome], None], language: str = ""
    ) -> None:
        """Run a command with bar and cancel, then do something if it was done.

        Parameters
        ----------
        words
            Of the command.
        then
            Called with its outcome.
        language
            Of the command; that of the desk if not given.
        """

        def end(outcome: Outcome) -> None:
            self.bar.layout.visibility, self.cancel.disabled = "hidden", True
            if outcome.stopped:
                self.show(self.say("stopped"))
            elif outcome.done:
                then(outcome)
            else:
                self.show(outcome.text[-2000:])

        self.bar.layout.visibility, self.cancel.disabled = "visible", False
        self.show(self.say("working"))
        self.work.start([*words, "--lang", language or self.language], end)

    def _pulse(self) -> None:
        self.bar.value = (self.bar.value + 1) % (BAR_STEPS + 1)

    def opened(self) -> Project:
        """The project that is open.

        Raises
        ------
        DataError
            If none is.
        """
        if self.project is None:
            raise DataError("no region is open. Open or make one in step 1.")
        return self.project

    def path(self) -> Path:
        """Folder of the project; relative names are inside the folder of the desk."""
        return self.folder / (self.fields["folder"].value.strip() or "region")

    def _project_step(self) -> list[Any]:
        fields = [
            self.field("folder", value="region"),
            self.field("name"),
            self.field("name_zh"),
            self.field("first_year", "IntText", value=FIRST_YEAR),
            self.field("last_year", "IntText", value=LAST_YEAR),
        ]
        return [self.head("project"), *fields, self.button("open", self._open)]

    def _open(self) -> None:
        path = self.path()
        if (path / "project.yaml").is_file():
            self._reload()
            return
        values = {key: str(field.value) for key, field in self.fields.items()}
        words = ["new", str(path), "--first-year", values["first_year"]]
        words += ["--last-year", values["last_year"]]
        for option, key in (("--en", "name"), ("--zh", "name_zh")):
            words += [option, values[key]] if values[key] else []
        self.start(words, lambda _: self._reload())

    def _reload(self) -> None:
        self.project = load_project(self.path())
        self.fields["indicator"].options = indicator_names(self.project, self.language)
        self.fields["region"].options = [
            (label.in_language(self.language), name)
            for name, label in self.project.places.items()
        ]
        for key in ("indicator", "region"):  # else a new list begins with nothing
            self.fields[key].index = 0 if self.fields[key].options else None
        self.fields["since"].value = str(self.project.plan.first_year)
        self.fields["year"].value = self.project.plan.last_year
        count = self._list_targets()
        label = self.project.label.in_language(self.language)
        self.show(self.say("opened", name=label, count=count))

    def _list_targets(self) -> int:
        """Show the targets of the plan; their number."""
        targets = read_targets(self.opened())
        self.listed.value = target_list(self.opened(), targets, self.language)
        return len(targets)

    def _table_step(self) -> list[Any]:
        upload = self.w.FileUpload(
            accept=".xlsx,.xls,.csv,.tsv",
            description=self.say("file"),
            layout={"width": "auto", "align_self": "flex-start"},
        )
        self.fields["file"] = upload
        fields = [
            self.field(key, placeholder=self.say(f"{key}_example"))
            for key in ("released", "source")
        ]
        buttons = [self.button("read", self._read)]
        return [self.head("table"), upload, *fields, *buttons, self.understood]

    def _import(self, *more: str) -> list[str]:
        """The command that imports the table that was chosen.

        Raises
        ------
        DataError
            If none was.
        """
        if not self.fields["file"].value:
            raise DataError("no table is chosen. Choose one in step 2.")
        chosen = self.fields["file"].value[0]
        path = self.opened().folder / f"table{Path(chosen['name']).suffix}"
        with writing(path):
            write_whole(path, bytes(chosen["content"]))
        words = ["import", str(path), "--into", str(self.opened().folder)]
        for key in ("released", "source"):
            words += (
                [f"--{key}", self.fields[key].value] if self.fields[key].value else []
            )
        return [*words, *more]

    def _read(self) -> None:
        self.start(self._import(), lambda _: self._show_meanings())

    def _show_meanings(self) -> None:
        """What was understood, in fields that can be corrected."""
        project = self.opened()
        known, w = read_correspondence(project), self.w
        labels = indicator_names(project, self.language)
        rows: list[Any] = [w.HTML(Markup("<p>{}</p>").format(self.say("understood")))]
        self.meanings = {"headings": {}, "regions": {}}
        for words, heading in known.headings.items():
            if not words:
                continue
            pair = (
                w.Dropdown(
                    description=words,
                    options=[(self.say("skip"), SKIP), *labels],
                    value=heading.indicator if heading else SKIP,
                    **WORDS,
                ),
                w.Text(value=heading.unit if heading else ""),
            )
            self.meanings["headings"][words] = pair
            rows.append(w.HBox(pair, layout={"flex_flow": "row wrap"}))
        for words, name in known.regions.items():
            field = w.Text(description=words, value=name or SKIP, **WORDS)
            self.meanings["regions"][words] = field
            rows.append(field)
        self.understood.children = (*rows, self.button("take", self._take))
        self.show(self.say("understood"))

    def _take(self) -> None:
        pairs = self.meanings["headings"].items()
        places = self.meanings["regions"].items()
        correct(
            self.opened(),
            {words: (kind.value, unit.value) for words, (kind, unit) in pairs},
            {words: field.value for words, field in places},
        )

        def after(outcome: Outcome) -> None:
            self._reload()
            self.show(outcome.text[-2000:])

        self.start(self._import("--accept", "--skip", "unknown"), after)

    def _plan_step(self) -> list[Any]:
        fields = [
            self.field("indicator", "Dropdown", options=[]),
            self.field("region", "Dropdown", options=[]),
            self.field("since"),
            self.field("year", "IntText", value=LAST_YEAR),
            self.field("sense", "Dropdown", options=self._senses()),
            self.field("value", "FloatText", value=0.0),
            self.field("quote"),
        ]
        self.fields["indicator"].observe(self._show_since, "value")
        self._show_since()
        return [self.head("plan"), *fields, self.button("add", self._add), self.listed]

    def _show_since(self, _: Any = None) -> None:
        """Only an average has a first year."""
        average = self.fields["indicator"].value == GROWTH_AVERAGE
        self.fields["since"].layout.display = "" if average else "none"

    def _senses(self) -> list[tuple[str, str]]:
        """Senses that a single value states; a range has none of the desk's fields."""
        return [(self.say(sense), sense) for sense in SENSES if sense in TEXTS]

    def _add(self) -> None:
        project = self.opened()
        cells = {
            key: str(self.fields[key].value).strip()
            for key in (
                "indicator",
                "region",
                "since",
                "year",
                "sense",
                "value",
                "quote",
            )
        }
        known = read_targets(project)
        label = project.indicators[cells["indicator"]].label
        name = f"{cells['indicator']}_{cells['year']}_{len(known) + 1}"
        if cells["indicator"] != GROWTH_AVERAGE:
            cells["since"] = ""
        cells |= {"id": name, "name_en": label.en, "name_zh": label.zh, "headline": "1"}
        cells["quote"] = cells["quote"] or f"{label.zh} {cells['value']}"
        cells["source"] = project.plan.label.in_language(self.language)
        add_target(project, cells)
        self.show(self.say("added", count=self._list_targets()))

    def _report_step(self) -> list[Any]:
        kinds = [(self.say(kind), kind) for kind in ("brief", "full")]
        forms = [(self.say(form), form) for form in FORMS]
        fields = [
            self.field("form", "Dropdown", options=forms),
            self.field("kind", "Dropdown", options=kinds),
            self.field("language", "Dropdown", options=[*LANGUAGES.items()]),
            self.field("draws", "IntText", value=4000),
        ]
        self.fields["language"].value = self.language
        return [self.head("report"), *fields, self.button("write", self._write)]

    def _write(self) -> None:
        project, form = self.opened(), self.fields["form"].value
        kind, language = self.fields["kind"].value, self.fields["language"].value
        pages = form not in ("pptx", "xlsx")
        name = kind if pages else {"pptx": "slides", "xlsx": "tables"}[form]
        path = project.folder / f"{project.id}-{name}.{language}.{form}"
        words = ["report", "--project", str(project.folder), "--out", str(path)]
        words += ["--draws", str(self.fields["draws"].value)]
        words += ["--only", kind] if pages else []
        done = self.say("written", path=path)
        self.start(words, lambda _: self.show(done), language)
