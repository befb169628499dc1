"""The SDK pages every list to its last distinct row, and what it gets is what the tenant holds."""

from collections import Counter

import pytest

ASSESSMENTS = "securityresources | where type =~ 'microsoft.security/assessments' | order by id asc"
HOSTS = """resources
| where type in~ ('microsoft.compute/virtualmachines', 'microsoft.hybridcompute/machines') | order by id asc"""
INSTANCES = """computeresources
| where type =~ 'microsoft.compute/virtualmachinescalesets/virtualmachines' | order by id asc"""
HOST_TYPES = {
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets/virtualmachines",
    "microsoft.hybridcompute/machines",
}


def resource_type(resource_id):
    """`microsoft.compute/virtualmachines` of `/subscriptions/…/virtualMachines/web-1`."""
    parts = resource_id.lower().rpartition("/providers/")[2].split("/")
    return "/".join(parts[:1] + parts[1::2])


@pytest.mark.parametrize("table", ["resources", "securityresources", "resourcecontainers", "computeresources"])
def test_every_page_to_the_last_distinct_row(session, table):
    whole = session.query(f"{table} | summarize rows = count(), ids = dcount(id)").data[0]
    size = max(1, whole["rows"] // 7)
    pages = list(session.pages(f"{table} | order by id asc", top=min(size, 1000)))
    ids = [row["id"] for page in pages for row in page.data]
    assert len(pages) >= 5
    assert len(ids) == len(set(ids)) == pages[0].total_records == whole["rows"]
    assert sum(page.count for page in pages) == whole["rows"]
    assert ids == sorted(ids, key=str.lower) or ids == sorted(ids)


def test_a_page_with_more_to_come_is_not_called_truncated(session):
    *first, last = session.pages("resources | order by id asc", top=100)
    assert first
    assert {page.result_truncated for page in [*first, last]} == {"false"}
    assert last.skip_token is None


def test_without_a_size_a_page_holds_a_thousand_rows(session):
    pages = list(session.pages(ASSESSMENTS))
    assert len(pages) > 2
    assert {page.count for page in pages[:-1]} == {1000}


def test_two_page_sizes_give_one_list(session):
    large = session.rows(ASSESSMENTS)
    assert session.rows(ASSESSMENTS, top=333) == large


def test_hosts_are_those_of_the_truth(session, tenant):
    hosts = session.rows(HOSTS, top=150) + session.rows(INSTANCES, top=50)
    assert {row["type"].lower() for row in hosts} == HOST_TYPES
    assert len({row["id"].lower() for row in hosts}) == len(hosts) == tenant.truth()["assets"]


def test_interfaces_are_those_of_the_truth(session, tenant):
    hosts = session.rows(HOSTS) + session.rows(INSTANCES)
    wanted = {
        interface["id"].lower()
        for host in hosts
        if host["type"].lower() != "microsoft.hybridcompute/machines"
        for interface in host["properties"]["networkProfile"]["networkInterfaces"]
    }
    found = {
        row["id"].lower()
        for table in ("resources", "computeresources")
        for row in session.rows(f"{table} | where type endswith '/networkinterfaces' | order by id asc", top=200)
    }
    assert wanted <= found
    assert len(wanted) == tenant.truth()["networkInterfaces"]


def classify(assessment, hosts):
    """Where an assessment counts in the truth. The first reason that fits decides."""
    properties = assessment["properties"]
    details = properties["resourceDetails"]
    resource = details.get("Id") or details.get("id")
    if resource_type(resource) not in HOST_TYPES:
        return "nonHost"
    if properties["metadata"].get("recommendationCategory") in ("SoftwareUpdate", "SystemUpdate"):
        return "updates"
    if resource.lower() not in hosts:
        return "deletedHost"
    return {"NotApplicable": "notApplicable", "Healthy": "pass", "Unhealthy": "fail"}[properties["status"]["code"]]


def test_each_assessment_counts_where_the_truth_counts_it(session, tenant):
    hosts = {row["id"].lower() for row in session.rows(HOSTS) + session.rows(INSTANCES)}
    counts = Counter(classify(row, hosts) for row in session.rows(ASSESSMENTS))
    truth = tenant.truth()
    assert counts == {**truth["leftOut"], **truth["findings"]}
    # A tenant in which one of them is missing would prove less.
    assert min(counts.values()) > 0 and len(counts) == 6
