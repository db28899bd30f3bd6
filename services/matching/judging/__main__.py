"""``python -m services.matching.judging CARDS PAIRS``: measures the product on a judged set (see the package)."""

from __future__ import annotations

import sys
from pathlib import Path

from services.matching.judging.cards import JudgedFileError, read_cards, read_labels
from services.matching.judging.report import judge, lines


def main(cards_path: str, pairs_path: str) -> int:
    """Prints the report; 2 when a file cannot be measured."""
    try:
        file = read_cards(Path(cards_path))
        labels = read_labels(Path(pairs_path), file.cards)
    except JudgedFileError as error:
        print(error, file=sys.stderr)
        return 2
    for note in file.notes:
        print(f"left out: {note}", file=sys.stderr)
    print(*lines(judge(file, labels)), sep="\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("two files: cards and pairs")
    sys.exit(main(*sys.argv[1:]))
