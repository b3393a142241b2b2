"""Types that a type checker sees in a script of a user; `make check` reads this file.

An error that is expected but not found is an error itself.
"""

from typing import assert_type

import cszt_models as cm
from cszt_models.targets.joint import JointAttainment


def script() -> None:
    assert_type(cm.analyse(as_of="2021-06-30").attain().joint, JointAttainment | None)
    cm.analyse(as_fo="2021-06-30")  # type: ignore[call-arg]
    cm.load_projekt()  # type: ignore[attr-defined]
