"""The SDK's own retries carry it through the quota and through passing faults; a refused token they do not renew."""

import re

import pytest
from azure.core.exceptions import ClientAuthenticationError, IncompleteReadError

from sdk import Session

IDS = "resources | project id | order by id asc"


def test_the_quota_is_survived_by_the_retries_of_the_sdk(start):
    tenant = start("--hosts", "20", "--subscriptions", "1", "--quota", "3/2s")
    answers = []

    def note(answer):
        headers = answer.http_response.headers
        assert re.fullmatch(r"\d\d:\d\d:\d\d", headers["x-ms-user-quota-resets-after"])
        answers.append(
            (answer.http_response.status_code, int(headers["x-ms-user-quota-remaining"]), headers.get("Retry-After"))
        )

    with Session(tenant) as session:
        total = session.query(IDS, top=1, hook=note).total_records
        ids = [row["id"] for row in session.rows(IDS, top=-(-total // 8), hook=note)]
    assert len(set(ids)) == len(ids) == total
    given = [answer for answer in answers if answer[0] == 200]
    refused = [answer for answer in answers if answer[0] == 429]
    assert len(given) + len(refused) == len(answers) == tenant.requests()["resourceGraph"]
    assert len(given) >= 8
    assert refused and all(remaining == 0 and int(after) in (1, 2) for _, remaining, after in refused)
    assert [remaining for _, remaining, _ in given[:3]] == [2, 1, 0]


def test_passing_faults_are_survived_by_the_retries_of_the_sdk(start):
    faults = ("--fault", "throttle=0.06", "--fault", "error500=0.06", "--fault", "error503=0.06")
    tenant = start("--hosts", "20", "--subscriptions", "1", "--quota", "off", *faults)
    with Session(tenant) as session:
        pages = list(session.pages(IDS, top=2))
    ids = [row["id"] for page in pages for row in page.data]
    assert len(set(ids)) == len(ids) == pages[0].total_records
    counts = tenant.requests()
    failed = sum(counts["status"].get(status, 0) for status in ("429", "500", "503"))
    assert failed > 0
    assert counts["resourceGraph"] == len(pages) + failed


def test_an_answer_that_breaks_off_is_an_error_that_the_sdk_does_not_retry(start):
    tenant = start("--hosts", "20", "--subscriptions", "1", "--quota", "off")
    with Session(tenant) as session:
        total = len(session.rows(IDS))
        tenant.set_faults(reset=1)
        before = tenant.requests()["resourceGraph"]
        # A query is a POST, which azure-core sends again for some statuses but not after a broken connection.
        with pytest.raises(IncompleteReadError):
            session.query(IDS)
        assert tenant.requests()["resourceGraph"] == before + 1
        tenant.set_faults()
        assert len(session.rows(IDS)) == total


def test_a_token_that_ends_before_its_time_is_an_error_until_there_is_a_new_credential(start):
    tenant = start("--hosts", "20", "--subscriptions", "1", "--quota", "off", "--fault", "expire-token=0")
    with Session(tenant) as session:
        for _ in range(2):
            with pytest.raises(ClientAuthenticationError) as raised:
                session.query(IDS)
            assert raised.value.status_code == 401
            assert raised.value.error.code == "ExpiredAuthenticationToken"
        tenant.set_faults()
        # The credential keeps the token for the hour that it was promised, and asks for no other meanwhile.
        with pytest.raises(ClientAuthenticationError):
            session.query(IDS)
        assert tenant.requests()["token"] == 1
    with Session(tenant) as session:
        assert session.query(IDS).count > 0
    assert tenant.requests()["token"] == 2
