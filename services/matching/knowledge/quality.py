"""``make quality``: how often the sector ranking finds the receiver of a published exchange it has not seen.

Without ``PAIRS``: grouped leave-one-out over the shipped sample. With ``PAIRS=<csv of the same columns>``: that file,
ranked by what the product ships. How it is counted stands in ``measuring``. The last line is JSON for machines.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from services.matching.knowledge.measuring import (
    COOCCURRENCE,
    METHODS,
    MODEL,
    POPULAR,
    Interval,
    Searched,
    gain,
    interval,
    leave_pair_out,
    measure,
    with_precedents,
)
from services.matching.knowledge.precedents import precedents, precedents_of

WORST_SHOWN = 15
MEASURES: tuple[tuple[str, Callable[[int], float]], ...] = (
    ("hit@1", lambda rank: float(rank <= 1)),
    ("hit@3", lambda rank: float(rank <= 3)),
    ("hit@5", lambda rank: float(rank <= 5)),
    ("MRR", lambda rank: 1 / rank),
)


def main(arguments: Sequence[str]) -> int:
    """``arguments``: nothing, or the path of a file to measure instead of the sample. Returns the exit status."""
    shipped = precedents()
    if arguments:
        rows, refused = precedents_of(Path(arguments[0]))
        for complaint in refused:
            print(f"Left out. {complaint}", file=sys.stderr)
        found = with_precedents(rows, shipped)
        known = {row.pair for row in shipped}
        unseen = [searched for searched in found if searched.row.pair not in known]
        print("Rows of the given file, ranked by what the product ships.")
    else:
        found = unseen = leave_pair_out(shipped)
        print("Grouped leave-one-out over the shipped sample: every row's division pair is out of the precedents,")
        print("so all rows are of pairs that the ranking has not seen.")
    if not found:
        print("The file holds no row that can be measured.", file=sys.stderr)
        return 1
    _show("all rows", found)
    if arguments and unseen:
        _show("rows of division pairs absent from the sample", unseen)
    _show_worst(found)
    print(json.dumps(_summary(found)))
    return 0


def _show(title: str, found: Sequence[Searched]) -> None:
    print(f"\n{title}: {len(found)} rows, {len({(s.row.donor, s.row.ewc) for s in found})} queries")
    print(f"{'':14}" + "".join(f"{name:>22}" for name, _ in MEASURES))
    for method in METHODS:
        cells = []
        for _, value in MEASURES:
            mean, around = _mean(found, partial(_of_rank, value, method))
            cells.append(f"{mean:.3f} [{around.low:.3f}, {around.high:.3f}]")
        print(f"{method:14}" + "".join(f"{cell:>22}" for cell in cells))
    for baseline in (POPULAR, COOCCURRENCE):
        mean, around = _mean(found, partial(gain, baseline=baseline))
        print(f"MRR gain over {baseline:14} {mean:+.3f} [{around.low:+.3f}, {around.high:+.3f}]")


def _of_rank(value: Callable[[int], float], method: str, searched: Searched) -> float:
    return value(searched.ranks[method])


def _mean(found: Sequence[Searched], value: Callable[[Searched], float]) -> tuple[float, Interval]:
    return sum(map(value, found)) / len(found), interval(found, value)


def _show_worst(found: Sequence[Searched]) -> None:
    print(f"\nWorst misses (the {WORST_SHOWN} lowest ranks):")
    for searched in sorted(found, key=lambda searched: -searched.ranks[MODEL])[:WORST_SHOWN]:
        row = searched.row
        print(f"  {row.donor} → {row.receiver}  ewc {row.ewc or '–':6}  rank {searched.ranks[MODEL]}")


def _summary(found: Sequence[Searched]) -> dict[str, float]:
    model, popular, together = (measure(found, method) for method in METHODS)
    better = POPULAR if popular.mrr >= together.mrr else COOCCURRENCE
    summary = {
        "hit1": model.hit1, "hit3": model.hit3, "hit5": model.hit5, "mrr": model.mrr,
        "mrr_popular": popular.mrr, "mrr_cooccurrence": together.mrr,
        "mrr_gain_low95": interval(found, partial(gain, baseline=better)).low,
    }  # fmt: skip
    return {"pairs": len(found), **{name: round(value, 4) for name, value in summary.items()}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
