"""Widget of the panel, whose kernel computes figures from all draws."""

from pathlib import Path
from secrets import token_hex
from typing import Any

import anywidget
import traitlets

from cszt_models.errors import DataError, ScenarioError
from cszt_models.explorer.html import module, stand_in
from cszt_models.explorer.kernel import PanelKernel
from cszt_models.scenarios.scenario import Scenario


class Explorer(anywidget.AnyWidget):
    """The panel as a widget; `explore` returns one.

    ``state`` is the state of the panel: view (position of the as-of date), scenario,
    settings, conditions, effects, shown, kept, language. It may be set from Python too.
    """

    _esm = module()
    content = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)
    panel_id = traitlets.Unicode().tag(sync=True)

    def __init__(self, answers: PanelKernel, content: dict[str, Any], save_to: Path):
        super().__init__(
            content=content, state=dict(content["start"]), panel_id=token_hex(6)
        )
        self.answers = answers
        self.save_to = save_to
        self.on_msg(lambda _, message, __: self.send(self.reply(message)))

    @property
    def scenario(self) -> Scenario:
        """The scenario that the panel shows, by its last message."""
        return self.answers.scenario(self.state)

    def reply(self, message: dict[str, Any]) -> dict[str, Any]:
        """The answer to a message of the panel; for a mistake of the user's, an error.

        Parameters
        ----------
        message
            ``kind`` is ``ask`` (with as_of) or ``save`` (with name); settings,
            conditions and effects are those of the panel.
        """
        try:
            if message["kind"] == "save":
                return self.answers.save(message["name"], message, self.save_to)
            return self.answers.exact(message["as_of"], message)
        except (DataError, ScenarioError) as error:
            return {"error": str(error)}

    def _ipython_display_(self) -> None:
        """Display the panel, and beside it a fragment that works without a kernel."""
        from IPython.display import display

        here = {**self.content, "start": {**self.content["start"], **self.state}}
        display({"text/html": stand_in(here, self.panel_id)}, raw=True)
        bundle = self._repr_mimebundle_()
        if bundle is not None:
            display(bundle[0], raw=True)
