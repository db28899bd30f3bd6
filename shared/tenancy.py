"""Who is calling, and the scope that every read and write of a repository needs.

Plain values, so that domains can use them; callers are signed and verified in ``shared.tokens``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from shared.errors import Forbidden


class Role(StrEnum):
    FACILITATOR = "facilitator"
    INTEGRATION = "integration"
    OPERATOR = "operator"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Caller:
    """The authenticated principal of a call and the tenant it acts in (operators and services: none)."""

    principal_id: str
    agency_id: str | None
    roles: frozenset[Role]
    region: str
    programmes: frozenset[str] = field(default_factory=frozenset)

    def require(self, *roles: Role) -> None:
        """Raise Forbidden unless the caller has one of the roles."""
        if not self.roles.intersection(roles):
            raise Forbidden(f"This needs the role {' or '.join(roles)}.")

    @property
    def agency(self) -> str:
        """The caller's agency; Forbidden for a caller that acts in none."""
        if self.agency_id is None:
            raise Forbidden("This needs a key of an agency.")
        return self.agency_id


@dataclass(frozen=True, slots=True)
class ServiceScope:
    """A service's own duty across tenants (projections, expiry, delivery); ``duty`` says which, for the log."""

    duty: str


Scope = Caller | ServiceScope
