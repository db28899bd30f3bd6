"""The index of all listings a cell knows: who could meet whom, and how well they fit.

Brute force over arrays, one block of chunks per kind and direction. One writer applies changes and gets a new
Snapshot; readers in any number of threads keep the snapshot they took, which never changes under them. A change copies
the chunk it touches; a new listing is written behind the end that older snapshots know of, and copies nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.matching.domain.listing import Gone, Known, ListingProjection
from services.matching.domain.weights import KIND_RULES, LEAST_BY_FIRSTS, K
from services.matching.index_kernel import count_before, scan, scan_near_misses
from services.matching.index_rows import ROW, RowEncoder, Rows, id_of, kind_weights

CHUNK = 1_024
OTHER_DIRECTION = {"have": "want", "want": "have"}
_CHECKSUM_SPACE = 2**64
_WEIGHTS = {kind: kind_weights(kind) for kind in KIND_RULES}

BlockKey = tuple[str, str]  # kind, direction
Ints = npt.NDArray[np.int64]
Scan = Callable[[Rows, Rows, int, bool, Rows, Ints, Ints], int]


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate, its score in micro-points, and whether its listing is homed in this cell."""

    id: str
    micro_points: int
    home: bool


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one kind and direction: the first ``length`` of the chunks' rows."""

    chunks: tuple[Rows, ...] = ()
    length: int = 0

    def parts(self) -> Iterable[tuple[Rows, int]]:
        """Each chunk and how many of its rows count."""
        for number, chunk in enumerate(self.chunks):
            yield chunk, min(CHUNK, self.length - number * CHUNK)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the index held at one moment. ``foreign``: how many of its listings are homed in other cells. ``checksum``
    is the sum of ``listing_checksum`` over its listings."""

    blocks: Mapping[BlockKey, Block]
    count: int
    foreign: int
    checksum: int
    encoder: RowEncoder

    def candidates(self, listing: ListingProjection, limit: int) -> list[Hit]:
        """Of the first ``limit`` in the listing's own list those that match it, best first. In a list stands what might
        match and may meet: whose agency may see this listing and is seen by its agency."""
        own = self.encoder.row(listing)
        rows, points = self._listed(_key(listing), own)
        return _hits(rows, points, self._enough(_key(listing), own, rows[:limit], points[:limit]))

    def matching(self, listing: ListingProjection) -> list[Hit]:
        """All that match the listing: among its own first K, or it among theirs. Pairs without a side that is homed
        here are left out: they are other cells' business."""
        own = self.encoder.row(listing)
        rows, points = self._listed(_key(listing), own)
        found = self._enough(_key(listing), own, rows, points)
        rest = found[found >= K]
        if not listing.home:
            rest = rest[rows["home"][rest] != 0]
        if len(rest):
            rest = rest[self._ranks(_key(listing), own, rows[rest], points[rest], K) < K]
        hits = _hits(rows, points, np.concatenate((found[found < K], rest)))
        return [hit for hit in hits if hit.home or listing.home]

    def near_misses(self, listing: ListingProjection, limit: int) -> list[Hit]:
        """The ``limit`` listings that may meet this one and are nearest to fitting it without being sure to match it,
        nearest first (``domain.near_miss``)."""
        rows, points = self._found(scan_near_misses, _key(listing), self.encoder.row(listing))
        return _hits(rows, points, _best_first(rows, points)[:limit])

    def led(self, key: BlockKey, slot: int) -> list[str]:
        """The listings of whose lists the one in this slot is the first."""
        number, offset = divmod(slot, CHUNK)
        own = self.blocks[key].chunks[number][offset : offset + 1]
        rows, points = self._found(scan, key, own)
        return [id_of(row) for row in rows[self._ranks(key, own, rows, points, 1) == 0]]

    def _listed(self, key: BlockKey, own: Rows) -> tuple[Rows, Ints]:
        """The list of a listing: rows and scores, best first."""
        rows, points = self._found(scan, key, own)
        order = _best_first(rows, points)
        return rows[order], points[order]

    def _enough(self, key: BlockKey, own: Rows, rows: Rows, points: Ints) -> Ints:
        """The places of those whose score is enough for where they stand; ``rows``: the listing's list from its first
        on. Whether the listing is the first of theirs is looked at only where that decides."""
        rule, least = KIND_RULES[key[0]], np.array(LEAST_BY_FIRSTS) + KIND_RULES[key[0]].threshold
        firsts = np.zeros(len(rows), np.int64)
        firsts[:1] = 1
        asked = np.flatnonzero((points < rule.sure) & (points >= least[firsts + 1]))
        if len(asked):
            firsts[asked] += self._ranks(key, own, rows[asked], points[asked], 1) == 0
        return np.flatnonzero(points >= least[firsts])

    def _found(self, search: Scan, key: BlockKey, own: Rows) -> tuple[Rows, Ints]:
        """Rows and points of all that the scan finds, in no order."""
        kind, direction = key
        block = self.blocks.get((kind, OTHER_DIRECTION[direction]), Block())
        rows, points = [np.zeros(0, ROW)], [np.zeros(0, np.int64)]
        slots, values = np.zeros(CHUNK, np.int64), np.zeros(CHUNK, np.int64)
        for chunk, length in block.parts():
            found = search(own, chunk, length, direction == "have", _WEIGHTS[kind], slots, values)
            if found:
                rows.append(chunk[slots[:found]])
                points.append(values[:found].copy())
        return np.concatenate(rows), np.concatenate(points)

    def _ranks(self, key: BlockKey, own: Rows, others: Rows, points: Ints, enough: int) -> Ints:
        """How many listings go before this one in the list of each of the others, counted up to ``enough``."""
        kind, direction = key
        counts = np.zeros(len(others), np.int64)
        for chunk, length in self.blocks.get(key, Block()).parts():
            count_before(others, points, own, chunk, length, direction == "want", _WEIGHTS[kind], counts, enough)
        return counts


class Index:
    """The one writer's side. ``apply`` is called by one thread; ``snapshot`` may be read by all."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, BlockKey | None, int, bool]] = {}
        self._free: dict[BlockKey, list[int]] = {}
        self.snapshot = Snapshot({}, 0, 0, 0, RowEncoder())

    def led_by(self, ids: Iterable[str]) -> set[str]:
        """The listings of whose lists one of these is the first, as long as the index holds it as it was."""
        places = [self._places[identifier] for identifier in ids if identifier in self._places]
        return {led for _, key, slot, _ in places if key is not None for led in self.snapshot.led(key, slot)}

    def apply(self, listings: Sequence[Known]) -> Snapshot:
        """Take in the listings, each only when its sequence is higher than what stood; gone ones leave the index but
        keep their sequence. Returns the new snapshot. Raises NotIndexable before anything is changed."""
        before = self.snapshot
        rows = [None if isinstance(listing, Gone) else before.encoder.row(listing) for listing in listings]
        change = _Change(dict(before.blocks))
        count, foreign, checksum = before.count, before.foreign, before.checksum
        for listing, row in zip(listings, rows, strict=True):
            sequence, key, slot, home = self._places.get(listing.id, (-1, None, 0, True))
            if listing.sequence <= sequence:
                continue
            wanted = None if isinstance(listing, Gone) else (listing.kind, listing.direction)
            if key is not None:
                count, foreign = count - 1, foreign - (not home)
                checksum -= listing_checksum(listing.id, sequence)
                if key != wanted:
                    change.write(key, slot, np.zeros(1, ROW))
                    self._free.setdefault(key, []).append(slot)
            if wanted is not None and row is not None:
                if key != wanted:
                    free = self._free.get(wanted)
                    slot = free.pop() if free else change.blocks.get(wanted, Block()).length
                change.write(wanted, slot, row)
                home = bool(row["home"][0])
                count, foreign = count + 1, foreign + (not home)
                checksum += listing_checksum(listing.id, listing.sequence)
            self._places[listing.id] = (listing.sequence, wanted, slot, home)
        self.snapshot = Snapshot(change.blocks, count, foreign, checksum % _CHECKSUM_SPACE, before.encoder)
        return self.snapshot


class _Change:
    """The blocks of the next snapshot; a chunk that older snapshots may be reading is copied once, then written."""

    def __init__(self, blocks: dict[BlockKey, Block]) -> None:
        self.blocks = blocks
        self._lengths_before = {key: block.length for key, block in blocks.items()}
        self._copied: set[tuple[BlockKey, int]] = set()

    def write(self, key: BlockKey, slot: int, row: Rows) -> None:
        block = self.blocks.get(key, Block())
        number, offset = divmod(slot, CHUNK)
        chunks = list(block.chunks)
        if number == len(chunks):
            chunks.append(np.zeros(CHUNK, ROW))
        elif slot < self._lengths_before.get(key, 0) and (key, number) not in self._copied:
            chunks[number] = chunks[number].copy()
            self._copied.add((key, number))
        chunks[number][offset] = row[0]
        self.blocks[key] = Block(tuple(chunks), max(block.length, slot + 1))


def compile_scans() -> None:
    """Compile the scans now (some seconds) and not in the first search."""
    nothing, weights = np.zeros(1, ROW), _WEIGHTS["material"]
    found = np.zeros(1, np.int64)
    for search in (scan, scan_near_misses):
        search(nothing, nothing, 1, True, weights, found, found)
    count_before(nothing, found, nothing, nothing, 1, True, weights, found, K)


def listing_checksum(identifier: str, sequence: int) -> int:
    """One listing's part in a checksum that does not depend on order."""
    digest = hashlib.blake2b(f"{identifier}:{sequence}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big")


def _key(listing: ListingProjection) -> BlockKey:
    return listing.kind, listing.direction


def _best_first(rows: Rows, points: Ints) -> Ints:
    order: Ints = np.lexsort((rows["id_low"], rows["id_high"], rows["id_region"], -points))
    return order


def _hits(rows: Rows, points: Ints, at: Ints) -> list[Hit]:
    return [Hit(id_of(rows[one]), int(points[one]), bool(rows[one]["home"])) for one in at]
