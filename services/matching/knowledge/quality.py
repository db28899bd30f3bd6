"""``make quality``: how often the sector ranking finds the receiver of a published exchange it has not seen.

Without ``PAIRS``: grouped leave-one-out over the shipped sample, then random halves of it and what each part adds. With
``PAIRS=<csv of the same columns>``: that file, ranked by what the product ships; rows of division pairs that the sample
knows are also shown held out as in leave-one-out. How it is counted stands in ``measuring``. The last line is JSON for
machines: all rows, by leave-one-out or as shipped.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import partial
from pathlib import Path

from services.matching.knowledge.measuring import (
    COOCCURRENCE,
    METHODS,
    MODEL,
    POPULAR,
    SPLITS,
    Interval,
    Searched,
    gain,
    halves,
    interval,
    leave_pair_out,
    measure,
    with_precedents,
)
from services.matching.knowledge.precedents import UnreadableLinks, precedents, precedents_of
from services.matching.knowledge.weights import WEIGHTS

WORST_SHOWN = 15
MEASURES: tuple[tuple[str, Callable[[int], float]], ...] = (
    ("hit@1", lambda rank: float(rank <= 1)),
    ("hit@3", lambda rank: float(rank <= 3)),
    ("hit@5", lambda rank: float(rank <= 5)),
    ("MRR", lambda rank: 1 / rank),
)


def main(arguments: Sequence[str]) -> int:
    """``arguments``: nothing, or the path of a file to measure instead of the sample. Returns the exit status: 1 when
    nothing can be measured."""
    try:
        found = _of_file(Path(arguments[0])) if arguments else _of_sample()
    except UnreadableLinks as error:
        print(error, file=sys.stderr)
        return 1
    _show_worst(found)
    print(json.dumps(_summary(found)))
    return 0


def _of_sample() -> list[Searched]:
    shipped = precedents()
    found = leave_pair_out(shipped)
    print("Grouped leave-one-out over the shipped sample: every row's division pair is out of the precedents,")
    print("so all rows are of pairs that the ranking has not seen.")
    _show("all rows", found)
    _show_by_code(found)
    print("\nMRR on one half by the other, over random halvings")
    for split in SPLITS:
        halved = halves(shipped, split)
        print(f"  halved by {split:10}" + "".join(f"  {name} {measure(halved, name).mrr:.3f}" for name in METHODS))
    print("\nMRR without a part (leave-one-out)")
    for part in (field.name for field in fields(WEIGHTS) if not field.name.endswith("_half")):
        without = leave_pair_out(shipped, weights=replace(WEIGHTS, **{part: 0.0}))
        print(f"  {part:14} {measure(without, MODEL).mrr:.3f}")
    return found


def _of_file(path: Path) -> list[Searched]:
    shipped = precedents()
    rows, remarks = precedents_of(path)
    for remark in remarks:
        print(remark, file=sys.stderr)
    if not rows:
        raise UnreadableLinks(f"{path} holds no row that can be measured")
    found = with_precedents(rows, shipped)
    known, told = {row.pair for row in shipped}, {(*row.pair, row.ewc) for row in shipped}
    unseen = [searched for searched in found if searched.row.pair not in known]
    again = sum((*row.pair, row.ewc) in told for row in rows)
    print("Rows of the given file, ranked by what the product ships.")
    if again:
        print(f"{again} of them stand in the shipped sample with the same sectors and code: those show memory too.")
    _show("all rows", found)
    _show_by_code(found)
    if unseen:
        _show("rows of division pairs absent from the sample", unseen)
    if len(unseen) < len(found):
        _show("all rows, each with its division pair out of the sample", leave_pair_out(rows, shipped))
    return found


def _show_by_code(found: Sequence[Searched]) -> None:
    for title, with_code in (("with a waste code", True), ("without", False)):
        some = [searched for searched in found if bool(searched.row.ewc) is with_code]
        if some:
            figures = "".join(f"  {name} {measure(some, name).mrr:.3f}" for name in METHODS)
            print(f"MRR of {len(some)} rows {title}:{figures}")


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
