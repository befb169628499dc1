"""Result formats, facets and the rules of when there is no next page."""

from collections import Counter

from azure.mgmt.resourcegraph.models import FacetError, FacetRequest, FacetRequestOptions, FacetResult

MACHINES = "resources | project id, type, properties.storageProfile.osDisk.osType, tags | order by id asc"


def test_a_table_holds_the_values_of_the_objects(session):
    objects = session.query(MACHINES, top=50).data
    table = session.query(MACHINES, top=50, result_format="table").data
    names = [column["name"] for column in table["columns"]]
    assert [dict(zip(names, row, strict=True)) for row in table["rows"]] == objects
    assert {column["name"]: column["type"] for column in table["columns"]} == {
        "id": "string",
        "type": "string",
        "properties_storageProfile_osDisk_osType": "object",
        "tags": "object",
    }


def test_tables_are_paged_like_objects(session):
    rows = []
    for page in session.pages("resources | project name, id | order by id asc", top=150, result_format="table"):
        assert page.count == len(page.data["rows"])
        rows += page.data["rows"]
    ids = [row[1] for row in rows]
    assert ids == [row["id"] for row in session.rows("resources | order by id asc")]


def test_a_facet_counts_over_all_rows_and_not_over_the_page(session):
    facet = FacetRequest(expression="type", options=FacetRequestOptions(sort_by="count", sort_order="desc", top=3))
    answer = session.query("resources | project id, type", facets=[facet], top=1)
    counts = Counter(row["type"] for row in session.rows("resources | project id, type | order by id asc"))
    [result] = answer.facets
    assert answer.count == 1
    assert isinstance(result, FacetResult)
    assert (result.expression, result.total_records, result.count) == ("type", len(counts), 3)
    given = [(row["type"], row["count"]) for row in result.data]
    assert [count for _, count in given] == [count for _, count in counts.most_common(3)]
    assert all(counts[name] == count for name, count in given)


def test_a_facet_of_no_column_is_an_error_beside_the_rows(session):
    answer = session.query("resources | project id, type", facets=[FacetRequest(expression="nothing")], top=1)
    [result] = answer.facets
    assert isinstance(result, FacetError)
    assert [error.code for error in result.errors] == ["NoValidColumns", "InvalidColumnNames"]
    assert answer.count == 1


def test_limited_rows_are_truncated_and_have_no_next_page(session):
    answer = session.query("resources | project id | limit 100", top=10)
    assert (answer.count, answer.skip_token, answer.result_truncated) == (10, None, "true")


def test_rows_without_an_id_are_truncated_and_have_no_next_page(session):
    answer = session.query("resources | project name | order by name asc", top=10)
    assert (answer.count, answer.skip_token, answer.result_truncated) == (10, None, "true")


def test_the_tenants_subscriptions_are_listed_by_the_resource_manager(session, tenant):
    listed = {found.subscription_id: found.display_name for found in session.subscriptions.subscriptions.list()}
    rows = session.rows("resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | order by id asc")
    assert set(listed) == set(tenant.subscriptions)
    assert listed == {row["subscriptionId"]: row["name"] for row in rows}
    one = tenant.subscriptions[1]
    assert session.subscriptions.subscriptions.get(one).display_name == listed[one]


def test_the_operations_of_the_provider_are_listed(session):
    assert "Microsoft.ResourceGraph/resources/read" in {operation.name for operation in session.graph.operations.list()}
