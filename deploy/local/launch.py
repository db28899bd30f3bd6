"""Becomes one program of the stack: reads its environment from a private file, then executes its command.

    python -I -S launch.py <program>.json command argument …

So no secret stands in a command line or in the supervisor's configuration, and a restart picks up a changed
environment. Standard library only: it runs in front of every start.
"""

import ctypes
import json
import os
import shutil
import signal
import sys
from pathlib import Path

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    with open(arguments[0], encoding="utf-8") as file:
        launch = json.load(file)
    for folder in launch["emptied_folders"]:
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)
    # When the supervisor is killed its programs end too: nobody would restart them, and their ports would
    # stay taken.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execvpe(arguments[1], arguments[1:], launch["environment"])


if __name__ == "__main__":
    main(sys.argv[1:])
