"""``python -m demo``: exit code 0 when all came as it must, 1 when something is missing, 2 without a platform."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from demo import cards, screen
from demo.access import Access, NoAccess, open_platform
from demo.findings import Findings, look
from demo.gateway import GatewayError
from demo.receiver import Receiver
from demo.recording import Recorder

PATIENCE_S = 90.0
LOOK_EVERY_S = 0.5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description="Two agencies, their cards, what fits.")
    parser.add_argument("--folder", type=Path, help="where keys and receipts are kept (default: .local/demo)")
    arguments = parser.parse_args()
    try:
        return run(open_platform(arguments.folder))
    except NoAccess as refusal:
        print(refusal, file=sys.stderr)
        return 2
    except GatewayError as error:
        print(f"\nThe platform refused or failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def run(access: Access) -> int:
    """Record, wait, show, judge."""
    workshop = cards.read()
    recorder = Recorder(workshop, access, screen.Progress())
    print(f"Resource workshop at {access.gateway_url}; agencies, organisations and cards are invented.")
    recorder.agencies()
    with Receiver(access.memory.received) as receiver:
        recorder.subscriptions(receiver)
        recorder.organisations()
        recorder.sites()
        recorder.survey()
        recorder.cards()
        recorder.interests()
        findings = _settled(workshop, recorder, receiver, receipts_whole=access.memory.receipts_whole)
    print(f"\n{screen.table(workshop, findings)}\n\n{screen.summary(workshop, findings, recorder.recorded.made)}")
    if not access.memory.receipts_whole:
        print("What an earlier receiver wrote down is gone: for its webhooks the platform's own log has to do.")
    for problem in findings.problems:
        print(f"WRONG  {problem}", file=sys.stderr)
    return 0 if findings.settled else 1


def _settled(
    workshop: cards.Workshop, recorder: Recorder, receiver: Receiver, *, receipts_whole: bool
) -> Findings:
    """What there is when all is as it must be, or when patience ends."""
    deadline = time.monotonic() + PATIENCE_S
    progress = screen.Progress()
    wanted = sum(pair.fits for pair in workshop.pairs)
    while True:
        findings = look(workshop, recorder.recorded, receiver, receipts_whole=receipts_whole)
        if findings.settled or time.monotonic() > deadline:
            progress("matches", len(findings.matches), len(findings.matches))
            return findings
        progress("matches", min(len(findings.matches), wanted), wanted + 1)
        time.sleep(LOOK_EVERY_S)


if __name__ == "__main__":
    sys.exit(main())
