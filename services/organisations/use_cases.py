"""What an agency does with its clients and their sites. What others may know goes out as an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from services.organisations import domain
from services.organisations.domain import Organisation, Site
from services.organisations.repository import OrganisationRepository, SiteRepository
from shared.contracts.events import organisations as events
from shared.contracts.registry import EventType
from shared.errors import InvalidInput, Misdirected, NotFound, PreconditionFailed, ServiceError
from shared.persistence.repository import Page
from shared.persistence.unit_of_work import Transaction
from shared.reference import places
from shared.reference.errors import ReferenceValueError
from shared.registers import InvalidRegisterNumber
from shared.tenancy import Caller, Role


def register_organisation(tx: Transaction, caller: Caller, draft: Mapping[str, Any]) -> Organisation:
    """Take a party on as a client of the caller's agency; raises ``duplicate`` with the id of the one that stands."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    with _field_errors():
        organisation = domain.new_organisation(draft, caller.agency, caller.region, tx.clock.now())
    organisations = tx.repository(OrganisationRepository, caller)
    # Two at the same moment: the unique index makes the later transaction start anew, and it finds the first here.
    if known := organisations.id_of_client(organisation.party_id):
        detail = "Your agency has a client with this register number."
        raise ServiceError("duplicate", detail, {"organisation_id": known})
    organisations.add(organisation)
    _emit(tx, events.ORGANISATION_REGISTERED, organisation)
    return organisation


def get_organisation(organisations: OrganisationRepository, organisation_id: str) -> Organisation:
    """Raises NotFound also for another agency's client."""
    organisation = organisations.find(organisation_id)
    if organisation is None:
        raise NotFound("organisation", organisation_id)
    return organisation


def list_organisations(organisations: OrganisationRepository, limit: int, cursor: str | None) -> Page[Organisation]:
    return organisations.page(limit, cursor)


def revise_organisation(
    tx: Transaction, caller: Caller, organisation_id: str, expected_sequence: int, changes: Mapping[str, Any]
) -> Organisation:
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    organisations = tx.repository(OrganisationRepository, caller)
    before = get_organisation(organisations, organisation_id)
    if before.sequence != expected_sequence:
        raise PreconditionFailed(expected_sequence, before.sequence)
    with _field_errors():
        after = domain.revised(before, changes, tx.clock.now())
    organisations.save(after)
    if domain.tells_others(before, after):
        _emit(tx, events.ORGANISATION_REVISED, after)
    return after


def register_site(
    tx: Transaction,
    caller: Caller,
    draft: Mapping[str, Any],
    is_home: Callable[[str], bool],
    home_of: Callable[[str], str | None],
) -> Site:
    """Record a site of the agency's client; its municipality decides the region, which must be homed here."""
    caller.require(Role.FACILITATOR, Role.INTEGRATION)
    place = places.parse_municipality(draft["municipality"])
    if not is_home(place.region_code):
        raise Misdirected(place.region_code, home_of(place.region_code))
    organisation = get_organisation(tx.repository(OrganisationRepository, caller), draft["organisation_id"])
    with _field_errors():
        site = domain.new_site(draft, organisation, place, tx.clock.now())
    tx.repository(SiteRepository, caller).add(site)
    tx.emit(events.SITE_REGISTERED, subject=site.id, sequence=site.sequence, data=site, agency=site.agency_id)
    return site


def list_sites(
    organisations: OrganisationRepository, sites: SiteRepository, organisation_id: str, limit: int, cursor: str | None
) -> Page[Site]:
    return sites.page(get_organisation(organisations, organisation_id).id, limit, cursor)


def get_sites(sites: SiteRepository, ids: Sequence[str]) -> dict[str, list[Site]]:
    """Those the caller's agency has, in the order asked for; others are left out without a word."""
    found = {site.id: site for site in sites.among(ids)}
    return {"items": [found[site_id] for site_id in dict.fromkeys(ids) if site_id in found]}


def _emit(tx: Transaction, event: EventType, organisation: Organisation) -> None:
    subject, sequence = organisation.id, organisation.sequence
    tx.emit(event, subject=subject, sequence=sequence, data=organisation, agency=organisation.agency_id)


@contextmanager
def _field_errors() -> Iterator[None]:
    """What a value got wrong, as an error of the field it came in."""
    try:
        yield
    except InvalidRegisterNumber as error:
        raise InvalidInput([{"field": f"register_number.{error.field}", "message": error.message}]) from None
    except domain.PointOutOfPlace as error:
        field = f"point.{error.field}" if error.field else "point"
        raise InvalidInput([{"field": field, "message": error.message}]) from None
    except ReferenceValueError as error:
        raise InvalidInput([{"field": error.field, "message": error.message}]) from None
