"""Work of the desk: one command of `cszt` at a time, which can be stopped."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PULSE = 0.25  # seconds between two steps of the bar
GRACE = 1.0  # seconds that a command has to end by itself when it is stopped
PROGRAM = "import sys; sys.argv[0] = 'cszt'; from cszt_models.cli import main; main()"


@dataclass(frozen=True)
class Outcome:
    """What a command said, and whether it was done, refused or stopped."""

    status: int
    text: str
    stopped: bool = False

    @property
    def done(self) -> bool:
        """Whether it did what was asked."""
        return self.status == 0


@dataclass
class Work:
    """Runs commands in a folder, in a thread of their own.

    ``on_pulse`` is called several times a second while a command runs.
    """

    folder: Path
    on_pulse: Callable[[], None] = lambda: None
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)
    _stopped: bool = False

    def run(self, words: Sequence[str]) -> Outcome:
        """Run a command to its end, or until it is stopped.

        Examples
        --------
        >>> from tempfile import mkdtemp
        >>> Work(Path(mkdtemp())).run(["check", "--project", "nowhere"]).status
        2
        """
        self._stopped = False
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        )
        ended = threading.Event()
        pulse = threading.Thread(target=self._pulse, args=(ended,), daemon=True)
        pulse.start()
        text, _ = self._process.communicate()
        ended.set()
        pulse.join()
        status = self._process.returncode
        return Outcome(status, text.strip(), self._stopped and status != 0)

    def _pulse(self, ended: threading.Event) -> None:
        while not ended.wait(PULSE):
            self.on_pulse()

    def start(self, words: Sequence[str], then: Callable[[Outcome], None]) -> None:
        """Run a command in the background, then call a function with its outcome."""
        threading.Thread(target=lambda: then(self.run(words)), daemon=True).start()

    def stop(self) -> None:
        """Interrupt the command that runs, if one does.

        Python may lose an interrupt, as while it imports; then the command is ended.
        """
        process = self._process
        if process is None or process.poll() is not None:
            return
        self._stopped = True
        windows = sys.platform == "win32"
        process.send_signal(signal.SIGTERM if windows else signal.SIGINT)
        end = threading.Timer(GRACE, process.terminate)  # of no effect once it ended
        end.daemon = True
        end.start()
