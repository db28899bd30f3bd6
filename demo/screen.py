"""What the demonstration prints: progress while it runs, then the matches with their reasons and the webhooks."""

from __future__ import annotations

import sys
import textwrap

from demo.cards import Workshop
from demo.findings import Findings, Found

WIDTH = 110
_BANDS = {"fair": "kohtalainen", "good": "hyvä", "excellent": "erinomainen"}


class Progress:
    """One line per step; on a terminal the line counts up while the step runs."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        finished = done == total
        if self._live or finished:
            back = "\r" if self._live else ""
            print(f"{back}  {what:15} {done:3} of {total}", end="", flush=True)
        if finished:
            print(flush=True)


def table(workshop: Workshop, findings: Findings) -> str:
    """The matches, best first."""
    lines = [f"{'Score':>5}  {'Band':12}{'Have':48}Want", "-" * WIDTH]
    for match in findings.matches:
        have, want = _card(workshop, match.have, match.want), _card(workshop, match.want, match.have)
        lines.append(f"{match.score / 10_000:4.0f} %  {_BANDS.get(match.band, match.band):12}{have[0]:48}{want[0]}")
        lines.append(f"{'':19}{have[1]:48}{want[1]}")
        for text in (match.reasons, match.prospect):
            lines += textwrap.wrap(" ".join(text), WIDTH, initial_indent=" " * 19, subsequent_indent=" " * 19)
    return "\n".join(lines)


def summary(workshop: Workshop, findings: Findings, made: int) -> str:
    across = sum(_is_across(workshop, match) for match in findings.matches)
    lines = [f"{len(findings.matches)} matches, {across} of them across the two agencies."]
    for posts in findings.posts:
        lines.append(
            f"{workshop.agencies[posts.agency].name}: {len(posts.delivered)} webhooks delivered, "
            f"{len(posts.verified)} verified by standardwebhooks, {posts.repeated} came twice."
        )
    lines.append(f"This run recorded {made} new things." if made else "Everything stood already: nothing was doubled.")
    return "\n".join(lines)


def _card(workshop: Workshop, card: str, other: str) -> tuple[str, str]:
    """The card's name, and whose it is and where, unless the other side may not know it."""
    site = workshop.sites[workshop.survey.site if card == workshop.survey.card else workshop.cards[card].site]
    owner = workshop.organisation_of(card)
    name = textwrap.shorten(f"{card:>2} {workshop.name_of(card)}", 46, placeholder=" …")
    if workshop.visibility_of(card) == "nation_anonymous" and owner.agency != workshop.organisation_of(other).agency:
        return name, "   (nimetön, Pohjois-Karjala)"
    return name, f"   {owner.name}, {site.municipality} [{owner.agency}]"


def _is_across(workshop: Workshop, match: Found) -> bool:
    return workshop.organisation_of(match.have).agency != workshop.organisation_of(match.want).agency
