"""What matching keeps: the shared projections of listings, what peers' cells say of matches, and the matches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from pymongo import ReplaceOne, UpdateOne

from services.matching.domain.listing import Gone, Known, ListingProjection
from services.matching.domain.match import OPEN, Match, PeerMatch
from services.matching.domain.meaning import Limit, Meaning, Thing, Unsaid
from services.matching.domain.missing import Question
from services.matching.domain.prospect import Benefit, LawPoint
from services.matching.domain.ranges import Range
from services.matching.domain.reasons import Sentence
from services.matching.domain.score import Factor
from services.matching.reading.reader import read
from services.matching.reading.tables import version
from shared.geo import Point
from shared.persistence.indexes import Index
from shared.persistence.mongo import Document
from shared.persistence.repository import Page, Repository
from shared.quantities import YearlyAmount
from shared.tenancy import Caller
from shared.visibility import Visibility, audience_filter

INDEXES = (
    Index("listings", (("to_search", 1),), partial={"to_search": True}),
    Index("matches", (("viewer_agencies", 1), ("state", 1), ("score", -1), ("_id", 1))),
    Index("matches", (("listing_ids", 1), ("state", 1), ("score", -1), ("_id", 1))),
    Index("matches", (("organisation_keys", 1), ("state", 1), ("score", -1), ("_id", 1))),
    Index("peer_matches", (("have_id", 1),)),
    Index("peer_matches", (("want_id", 1),)),
)
_MANY = 100_000
_UNSEARCHED = -1
_RANGES = ("amount", "eur_per_unit", "eur", "diverted_t", "replaced_t", "co2e_t")
_AMOUNT = ("amount", "unit", "dimension")
_BEST_FIRST = (("score", -1), ("_id", 1))


@dataclass(frozen=True, slots=True)
class Recorded:
    """A listing as it stands, and the mark of its search: below ``listing.sequence`` it is to be searched (again)."""

    listing: Known
    searched_sequence: int


class ListingRepository(Repository):
    """All listings this cell knows; ``searched_sequence`` tells which of them were searched as they stand."""

    collection = "listings"

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        return audience_filter(caller)

    def reaches(self, identifier: str) -> bool:
        """Whether the listing is active and its level reaches the scope."""
        return self._find_one({"_id": identifier, "gone": {"$exists": False}}, ["_id"]) is not None

    def yearly_amounts(self, ids: Sequence[str]) -> dict[str, YearlyAmount | None]:
        """Of those that are active, as stated, else as their words say; None where a listing says no amount."""
        query = {"_id": {"$in": list(ids)}, "gone": {"$exists": False}}
        found = self._find(query, limit=len(ids), fields=[*_AMOUNT, *(f"meaning.{name}" for name in _AMOUNT)])
        return {document["_id"]: _yearly_amount(document) for document in found}

    def record(self, listings: Sequence[Known]) -> dict[str, Recorded]:
        """Let each stand unless an equal or higher sequence stood already, to be searched. Returns those that are new,
        as they stand now."""
        new = self._upsert_newer([_listing_document(listing) for listing in listings])
        latest = {listing.id: listing for listing in sorted(listings, key=lambda listing: listing.sequence)}
        return {identifier: Recorded(latest[identifier], _UNSEARCHED) for identifier in new}

    def ask_search(self, ids: Iterable[str]) -> None:
        """Have these searched again although they did not change."""
        change = {"$inc": {"searched_sequence": -1}, "$set": {"to_search": True}}
        self._update({"_id": {"$in": list(ids)}}, change, many=True)

    def mark_searched(self, searched: Iterable[Recorded]) -> None:
        """Each as it was read; one that changed or was asked for in the meantime stays to be searched."""
        self._bulk(
            [
                UpdateOne(
                    {
                        "_id": recorded.listing.id,
                        "sequence": recorded.listing.sequence,
                        "searched_sequence": recorded.searched_sequence,
                    },
                    {"$set": {"searched_sequence": recorded.listing.sequence}, "$unset": {"to_search": ""}},
                )
                for recorded in searched
            ]
        )

    def of_ids(self, ids: Iterable[str]) -> dict[str, Recorded]:
        found = self._find({"_id": {"$in": list(ids)}}, limit=_MANY)
        return {document["_id"]: Recorded(_listing(document), document["searched_sequence"]) for document in found}

    def active_in_batches(self) -> Iterator[list[Known]]:
        for documents in self._find_all_in_batches({"gone": {"$exists": False}}):
            yield [_listing(document) for document in documents]

    def to_search(self) -> Iterator[list[str]]:
        """Ids of what is to be searched, in batches."""
        for documents in self._find_all_in_batches({"to_search": True}, batch=200):
            yield [document["_id"] for document in documents]


@dataclass(frozen=True, slots=True)
class Rated:
    """A match by its ids and its score in micro-points."""

    id: str
    have_id: str
    want_id: str
    score: int


class PeerMatchRepository(Repository):
    """What other cells, homes of the have, say of matches with wants of this cell."""

    collection = "peer_matches"

    def record(self, matches: Sequence[PeerMatch]) -> None:
        self._upsert_newer([{"_id": match.id, **_without_id(asdict(match))} for match in matches])

    def with_side(self, listing_ids: Sequence[str]) -> list[PeerMatch]:
        sides = {"$in": list(listing_ids)}
        return [_peer_match(d) for d in self._find({"$or": [{"have_id": sides}, {"want_id": sides}]}, limit=_MANY)]


class MatchRepository(Repository):
    """Matches; a caller sees those of which its agency may see both sides."""

    collection = "matches"

    def read_filter(self, caller: Caller) -> Mapping[str, Any]:
        return {"viewer_agencies": caller.agency}

    def get(self, identifier: str) -> Match | None:
        document = self._find_by_id(identifier)
        return _match(document) if document else None

    def page(self, request: Mapping[str, Any]) -> Page[Match]:
        """Best first, as ``MatchQuerySchema`` asks."""
        query: dict[str, Any] = {"state": request["state"], "score": {"$gte": request["min_score"]}}
        for name in ("kind", "band"):
            if request.get(name):
                query[name] = request[name]
        if request.get("listing_id"):
            query["listing_ids"] = request["listing_id"]
        if request.get("organisation_id"):
            assert isinstance(self.scope, Caller)
            query["organisation_keys"] = f"{self.scope.agency}|{request['organisation_id']}"
        page = self._page(query, limit=request["limit"], cursor=request["cursor"], sort=_BEST_FIRST)
        return Page([_match(document) for document in page.items], page.next_cursor)

    def best_of(self, listing_id: str, limit: int) -> list[Rated]:
        """Open matches of the listing, best first."""
        found = self._find(
            {"listing_ids": listing_id, "state": OPEN},
            limit=limit, sort=_BEST_FIRST, fields=["have_id", "want_id", "score"],
        )  # fmt: skip
        return [Rated(row["_id"], row["have_id"], row["want_id"], row["score"]) for row in found]

    def with_side(self, listing_ids: Sequence[str]) -> list[Match]:
        """In every state."""
        return [_match(d) for d in self._find({"listing_ids": {"$in": list(listing_ids)}}, limit=_MANY)]

    def open_among(self, ids: Iterable[str]) -> set[str]:
        """The ids of those that are open."""
        found = self._find({"_id": {"$in": list(ids)}, "state": OPEN}, limit=_MANY, fields=["_id"])
        return {document["_id"] for document in found}

    def of_ids(self, ids: Iterable[str]) -> list[Match]:
        return [_match(d) for d in self._find({"_id": {"$in": list(ids)}}, limit=_MANY)]

    def put(self, changes: Sequence[tuple[Match, int]]) -> None:
        """Each match in the place of the version given beside it (0: none stood). DuplicateKeyError when another
        version stands: somebody else has settled the pair in the meantime."""
        self._bulk(
            [
                ReplaceOne({"_id": match.id, "sequence": before}, _match_document(match), upsert=True)
                for match, before in changes
            ]
        )


def _listing_document(listing: Known) -> Document:
    """Ready to be searched. Dates are text: the database knows moments only."""
    if isinstance(listing, Gone):
        content: Document = {"gone": True}
    else:
        content = _without_id(asdict(listing))
        content["read_by"] = version()
        content["available_from"] = listing.available_from and listing.available_from.isoformat()
        content["available_to"] = listing.available_to and listing.available_to.isoformat()
        content["visibility"] = listing.visibility.value
    unsearched = {"searched_sequence": _UNSEARCHED, "to_search": True}
    return {"_id": listing.id, **content, "sequence": listing.sequence, **unsearched}


def _listing(document: Document) -> Known:
    if document.get("gone"):
        return Gone(document["_id"], document["sequence"])
    # not kept by the first versions
    since = {"description": "", "basis": "stated", **dict.fromkeys(("once", "sector", "product_code", "stated_at"))}
    document = {**since, **document}
    values = {f.name: document[f.name] for f in fields(ListingProjection) if f.name not in ("id", "meaning")}
    for name in ("available_from", "available_to"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    values["point"] = Point(**values["point"])
    values["visibility"] = Visibility(values["visibility"])
    return ListingProjection(id=document["_id"], meaning=_meaning(document), **values)


def _meaning(document: Document) -> Meaning:
    """As it was read, or read anew where another vocabulary had read it: a better one needs no migration."""
    if document.get("read_by") != version():
        unsaid = Unsaid(amount=document["amount"] is None, temperature=document["temperature_c"] is None)
        return read(*(document[name] for name in ("kind", "direction", "name", "description", "ewc_code")), unsaid)
    kept: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in document["meaning"].items()
    }
    for name in ("things", "uses"):
        kept[name] = tuple(Thing(**thing) for thing in kept[name])
    kept["bars"] = tuple((one, two) for one, two in kept["bars"])
    kept["limits"] = tuple(Limit(**limit) for limit in kept["limits"])
    return Meaning(**kept)


def _yearly_amount(document: Document) -> YearlyAmount | None:
    known = document if document["amount"] is not None else document.get("meaning", {})
    return YearlyAmount(*(known[name] for name in _AMOUNT)) if known.get("amount") is not None else None


def _match_document(match: Match) -> Document:
    return {"_id": match.id, **_without_id(asdict(match)), "listing_ids": [match.have_id, match.want_id]}


def _match(document: Document) -> Match:
    """What is foreseen stands apart: the first versions did not keep it."""
    values = {f.name: document[f.name] for f in fields(Match) if f.name != "id" and f.name in document}
    for name in ("gates", "viewer_agencies", "organisation_keys"):
        values[name] = tuple(values[name])
    values |= {
        "factors": factors_of(values["factors"]),
        "benefit": _benefit(values.get("benefit")),
        "law": tuple(_law_point(point) for point in values.get("law", ())),
        "ask": tuple(Question(**{**one, "sentence": Sentence(**one["sentence"])}) for one in values.get("ask", ())),
    }
    return Match(id=document["_id"], **values)


def _benefit(document: Mapping[str, Any] | None) -> Benefit | None:
    if document is None:
        return None
    ranges = {name: Range(**value) for name, value in document.items() if name in _RANGES and value is not None}
    lists = {name: tuple(document[name]) for name in ("missing", "sources")}
    return Benefit(**{**document, **ranges, **lists, "basis": Sentence(**document["basis"])})


def _law_point(document: Mapping[str, Any]) -> LawPoint:
    return LawPoint(document["code"], Sentence(**document["sentence"]), tuple(document["acts"]))


def _peer_match(document: Document) -> PeerMatch:
    values = {f.name: document[f.name] for f in fields(PeerMatch) if f.name != "id"}
    return replace(PeerMatch(id=document["_id"], **values), factors=factors_of(values["factors"]))


def factors_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Factor, ...]:
    """Factors from their mappings, as the database and a peer's event carry them."""
    return tuple(Factor(f["name"], f["micro_points"], f["weight"], Sentence(**f["sentence"])) for f in documents)


def _without_id(document: Document) -> Document:
    return {name: value for name, value in document.items() if name != "id"}
