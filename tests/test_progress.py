"""A bar is there while work goes on, and gone after it, however it ended."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from IPython import display as shown

from cszt_models import progress as waiting


class Console:
    """One that is in a notebook."""

    is_jupyter = True

    def __init__(self, **_):
        pass


@pytest.fixture
def seen(monkeypatch):
    """What a notebook shows in place of the bar, one after the other."""
    pictures = []

    class Place:
        def update(self, html):
            pictures.append(html.data)

    def display(html, *, display_id):
        assert display_id
        pictures.append(html.data)
        return Place()

    monkeypatch.setattr("rich.console.Console", Console)
    monkeypatch.setattr(shown, "display", display)
    return pictures


def test_a_notebook_sees_each_step_and_then_nothing(seen):
    with waiting.bar("Dates <1>", 2) as bar:
        bar.step("2021")
        bar.step("2022")
    assert 'value="1" max="2"></progress> 1 / 2' in seen[2]
    assert "Dates &lt;1&gt;" in seen[2]
    assert "2 / 2" in seen[3]
    assert seen[-1] == ""


def test_an_unknown_number_is_counted(seen):
    with waiting.bar("Fitting") as bar:
        bar.step()
    assert "<progress></progress> 1<" in seen[2]


def test_an_interrupt_leaves_no_bar(seen):
    def work(bar):
        with bar as shown:
            shown.step()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work(waiting.bar("Fitting", 9))
    assert seen[-1] == ""


def test_steps_of_several_threads_all_count(seen):
    with waiting.bar("Fitting", 200) as bar, ThreadPoolExecutor(8) as pool:
        list(pool.map(bar.step, range(200)))
    assert bar.done == 200
    assert "200 / 200" in seen[-2]


def test_so_many_may_be_done_at_once(seen):
    with waiting.bar("Cases") as bar:
        bar.at(40, 90)
        bar.step()
    assert "41 / 90" in seen[-2]


def test_nothing_is_written_where_nobody_looks(capsys):
    with waiting.bar("Fitting", 3) as bar:
        bar.step()
    assert capsys.readouterr().out == ""
