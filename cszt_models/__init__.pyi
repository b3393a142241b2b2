"""Types of the public names, which `__init__.py` imports on first use."""

from cszt_models.analysis import design as design
from cszt_models.analysis.analysis import Analysis as Analysis
from cszt_models.analysis.build import analyse as analyse
from cszt_models.analysis.hindcast import run_hindcast as run_hindcast
from cszt_models.analysis.history import history as history
from cszt_models.analysis.moves import news as news
from cszt_models.analysis.scenarios import about as about
from cszt_models.analysis.scenarios import between as between
from cszt_models.analysis.scenarios import chance as chance
from cszt_models.analysis.scenarios import fix as fix
from cszt_models.analysis.scenarios import scenario as scenario
from cszt_models.errors import ConvergenceError as ConvergenceError
from cszt_models.errors import DataError as DataError
from cszt_models.errors import ScenarioError as ScenarioError
from cszt_models.project.plan import Target as Target
from cszt_models.project.project import Project as Project
from cszt_models.project.project import load_project as load_project
from cszt_models.scenarios.scenario import Scenario as Scenario
from cszt_models.scenarios.settings import Setting as Setting
from cszt_models.storage.store import Store as Store

__version__: str
__all__: list[str]
