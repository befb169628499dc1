"""What the SDK raises where Entra ID or Resource Graph refuse."""

import uuid

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

from sdk import Session, credential


def refused(tenant, **changed):
    with credential(tenant, **changed) as made, pytest.raises(ClientAuthenticationError) as raised:
        made.get_token(tenant.scope)
    return str(raised.value)


def test_a_token_is_given_for_the_right_secret(tenant):
    with credential(tenant) as made:
        assert made.get_token(tenant.scope).token


def test_the_certificate_is_checked(tenant):
    assert "certificate verify failed" in refused(tenant, connection_verify=True, retry_total=0).lower()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"client_secret": "wrong"}, "AADSTS7000215"),
        ({"client_secret": str(uuid.UUID(int=1))}, "AADSTS7000215"),
        ({"client_secret": "expired-secret"}, "AADSTS7000222"),
        ({"client_id": str(uuid.UUID(int=2))}, "AADSTS700016"),
    ],
    ids=["wrong secret", "id of a secret", "expired secret", "unknown client"],
)
def test_a_wrong_credential_is_refused_with_its_code(tenant, changed, code):
    assert f"{code}:" in refused(tenant, **changed)


def test_a_query_with_a_wrong_secret_fails_before_it_is_sent(tenant):
    before = tenant.requests()["resourceGraph"]
    with Session(tenant, client_secret="wrong") as session, pytest.raises(ClientAuthenticationError) as raised:
        session.query("resources")
    assert "AADSTS7000215:" in str(raised.value)
    assert tenant.requests()["resourceGraph"] == before


def test_a_wrong_audience_is_refused_with_its_code(tenant):
    with credential(tenant) as made, pytest.raises(ClientAuthenticationError, match="AADSTS500011:"):
        made.get_token("https://vault.azure.net/.default")


def test_an_unknown_tenant_has_no_authority(tenant):
    unknown = str(uuid.UUID(int=3))
    # The SDK reads the tenant's metadata first, and shows neither code nor text of the refusal.
    assert unknown in refused(tenant, tenant_id=unknown)
    status, body = tenant.open(f"{unknown}/v2.0/.well-known/openid-configuration")
    assert (status, body["error"], body["error_codes"]) == (400, "invalid_tenant", [90002])


def rejected(session, text, **options):
    with pytest.raises(HttpResponseError) as raised:
        session.query(text, **options)
    error = raised.value
    assert error.status_code == 400
    assert error.error.code == "BadRequest"
    assert "correlationId = " in error.error.message
    return {detail.code: detail.additional_properties or {} for detail in error.model.error.details}


@pytest.mark.parametrize(
    ("text", "line", "character", "token"),
    [
        ("resources | nonsense id", 1, 12, "nonsense"),
        ("resources\n| where type == 'a'\n| where name ==\n", 4, 0, "<EOF>"),
        ("resources\n| project id,, name", 2, 13, ","),
    ],
    ids=["unknown operator", "missing operand", "doubled comma"],
)
def test_a_bad_query_is_refused_with_line_and_position(session, text, line, character, token):
    details = rejected(session, text)
    assert list(details) == ["InvalidQuery", "ParserFailure"]
    place = details["ParserFailure"]
    assert (place["line"], place["characterPositionInLine"], place["token"]) == (line, character, token)


def test_a_join_that_is_not_supported_is_named(session):
    details = rejected(session, "resources | join kind=leftanti (resources) on id")
    assert list(details) == ["InvalidQuery", "UnsupportedJoinFlavor"]


def test_a_skip_token_of_another_query_is_refused(session):
    token = session.query("resources | order by id asc", top=1).skip_token
    assert rejected(session, "resources | order by id desc", top=1, skip_token=token)


def test_an_unknown_subscription_is_a_bad_request(session):
    assert rejected(session, "resources", subscriptions=[str(uuid.UUID(int=4))])


def test_a_subscription_without_a_role_is_refused_only_alone(start):
    tenant = start("--hosts", "30", "--subscriptions", "2", "--quota", "off", "--fault", "forbid=1")
    closed, open_ = tenant.subscriptions
    with Session(tenant) as session:
        with pytest.raises(HttpResponseError) as raised:
            session.query("resources", subscriptions=[closed])
        assert raised.value.status_code == 403
        assert raised.value.error.code == "AccessDenied"
        assert [detail.code for detail in raised.value.error.details] == ["AccessDenied"]
        # With one that is readable beside it the closed one is left out, and nothing says so.
        for scope in ([closed, open_], None):
            rows = session.query("resources | project id, subscriptionId", subscriptions=scope).data
            assert {row["subscriptionId"] for row in rows} == {open_}
        assert [found.subscription_id for found in session.subscriptions.subscriptions.list()] == [open_]
        with pytest.raises(ResourceNotFoundError):
            session.subscriptions.subscriptions.get(closed)
