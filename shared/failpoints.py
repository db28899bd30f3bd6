"""Named places where a test may kill a process for real.

A failpoint is armed by a file of its name in SIVUVIRTA_FAILPOINTS_DIR; reaching it removes the file and kills the
process with SIGKILL, so each arming strikes once. Without the setting a failpoint costs one comparison.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

_folder = os.environ.get("SIVUVIRTA_FAILPOINTS_DIR", "")

NAMES = (
    "command.after_commit",
    "outbox.before_publish",
    "outbox.after_publish",
    "inbox.before_commit",
    "consumer.before_ack",
    "consumer.after_retry_publish",
    "index.before_search",
    "index.after_search",
    "webhook.before_post",
    "webhook.after_post",
    "job.after_step",
)


def failpoint(name: str) -> None:
    """Die here if a test armed this name for this process."""
    if not _folder:
        return
    process = os.environ.get("SIVUVIRTA_PROCESS", "")
    for armed in (f"{process}.{name}", name):
        try:
            (Path(_folder) / armed).unlink()
        except FileNotFoundError:
            continue
        os.kill(os.getpid(), signal.SIGKILL)
