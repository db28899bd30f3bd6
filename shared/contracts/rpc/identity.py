"""Calls of identity: agencies, service accounts, API keys, and who stands behind a key."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts.fields import EmptySchema, Id, PageRequestSchema, choice, page_of, sequence, text
from shared.contracts.registry import REGISTRY, Call
from shared.reference import places

ACCOUNT_ROLES = ("facilitator", "integration", "operator")
_PROGRAMME = validate.Regexp(r"^[a-z0-9][a-z0-9-]{1,39}\Z", error="Small letters, digits and hyphens, 2 to 40 of them.")


class AuthenticateSchema(Schema):
    api_key = text(200, required=True)


class AuthenticatedSchema(Schema):
    """The caller behind a key, and the signed token that services accept until ``expires_at``."""

    principal_id = fields.String(required=True)
    key_id = fields.String(required=True)
    agency_id = fields.String(allow_none=True, required=True)
    roles = fields.List(fields.String(), required=True)
    region = fields.String(required=True)
    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)


class AgencyDraftSchema(Schema):
    name = text(200, least=1, required=True)
    region_code = choice(tuple(sorted(places.ALL_REGION_CODES)), required=True)
    programmes = fields.List(fields.String(validate=_PROGRAMME), load_default=list, validate=validate.Length(max=50))


class AgencyPatchSchema(Schema):
    name = text(200, least=1)
    programmes = fields.List(fields.String(validate=_PROGRAMME), validate=validate.Length(max=50))


class ReviseAgencySchema(AgencyPatchSchema):
    id = Id("agy", required=True)
    expected_sequence = sequence(required=True)


class AgencySchema(Schema):
    """An agency: a tenant of the platform."""

    id = fields.String(required=True)
    sequence = fields.Integer(required=True)
    name = fields.String(required=True)
    region_code = fields.String(required=True)
    programmes = fields.List(fields.String(), required=True)
    registered_at = fields.AwareDateTime(required=True)


class AgencyIdSchema(Schema):
    id = Id("agy", required=True)


class ServiceAccountDraftSchema(Schema):
    """``agency_id`` is for operators; others make accounts in their own agency."""

    name = text(100, least=1, required=True)
    roles = fields.List(choice(ACCOUNT_ROLES), required=True, validate=validate.Length(min=1, max=3))
    agency_id = Id("agy", load_default=None, allow_none=True)


class ServiceAccountSchema(Schema):
    id = fields.String(required=True)
    name = fields.String(required=True)
    agency_id = fields.String(allow_none=True, required=True)
    roles = fields.List(fields.String(), required=True)
    registered_at = fields.AwareDateTime(required=True)


class ApiKeyDraftSchema(Schema):
    """``roles`` narrows the account's roles for this key; left out, the key has them all."""

    roles = fields.List(
        choice(ACCOUNT_ROLES), load_default=None, allow_none=True, validate=validate.Length(min=1, max=3)
    )
    expires_at = fields.AwareDateTime(load_default=None, allow_none=True)


class IssueApiKeySchema(ApiKeyDraftSchema):
    account_id = Id("acc", required=True)


class ApiKeySchema(Schema):
    id = fields.String(required=True)
    account_id = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    issued_at = fields.AwareDateTime(required=True)
    expires_at = fields.AwareDateTime(allow_none=True, required=True)
    revoked_at = fields.AwareDateTime(allow_none=True, required=True)


class IssuedApiKeySchema(ApiKeySchema):
    """The only answer that shows the key itself."""

    api_key = fields.String(required=True)


class AccountIdSchema(Schema):
    account_id = Id("acc", required=True)


class AccountKeysRequestSchema(PageRequestSchema):
    account_id = Id("acc", required=True)


class RevokeApiKeySchema(Schema):
    account_id = Id("acc", required=True)
    key_id = Id("key", required=True)


AgencyPageSchema = page_of(AgencySchema)
ServiceAccountPageSchema = page_of(ServiceAccountSchema)
ApiKeyPageSchema = page_of(ApiKeySchema)


def _call(method: str, request: type[Schema], response: type[Schema], doc: str, *, changes: bool = False) -> Call:
    return REGISTRY.call(Call("identity", method, request, response, doc, changes))


AUTHENTICATE = _call("authenticate", AuthenticateSchema, AuthenticatedSchema, "Who stands behind an API key. Open.")
REGISTER_AGENCY = _call("register_agency", AgencyDraftSchema, AgencySchema, "Operator: add a tenant.", changes=True)
GET_AGENCY = _call("get_agency", AgencyIdSchema, AgencySchema, "Own agency; operators any.")
LIST_AGENCIES = _call("list_agencies", PageRequestSchema, AgencyPageSchema, "Own agency; operators all.")
REVISE_AGENCY = _call("revise_agency", ReviseAgencySchema, AgencySchema, "Operator: name, programmes.", changes=True)
REGISTER_ACCOUNT = _call(
    "register_service_account", ServiceAccountDraftSchema, ServiceAccountSchema,
    "Facilitator in its agency (never an operator account); operator anywhere.", changes=True,
)  # fmt: skip
LIST_ACCOUNTS = _call("list_service_accounts", PageRequestSchema, ServiceAccountPageSchema, "Accounts of the agency.")
ISSUE_API_KEY = REGISTRY.call(
    Call(
        "identity", "issue_api_key", IssueApiKeySchema, IssuedApiKeySchema, "A new key, shown once.",
        changes=True, secret_answer=True,
    )
)  # fmt: skip
LIST_API_KEYS = _call("list_api_keys", AccountKeysRequestSchema, ApiKeyPageSchema, "Keys of an account, no secrets.")
REVOKE_API_KEY = _call("revoke_api_key", RevokeApiKeySchema, EmptySchema, "The key stops at once.", changes=True)
