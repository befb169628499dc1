"""The three queries of the connector guide, against the same answers worked out here from plain listings."""

from datetime import datetime

import pytest

VIRTUAL_MACHINES = "resources | where type =~ 'microsoft.compute/virtualmachines' | order by id asc"

ASSETS = """Resources | where type =~ 'microsoft.compute/virtualmachines'
| where properties.timeCreated >= datetime(2024-10-16T07:25:23.1360003Z)"""

ASSESSMENTS = """securityresources | where type == "microsoft.security/assessments"
| extend resourceId = parse_json(properties["resourceDetails"]["Id"]) | where resourceId == "${resourceId}\""""

INTERFACES = """Resources | where type == "microsoft.compute/virtualmachines" and id == "${resourceId}"
| extend nics = properties.networkProfile.networkInterfaces | mv-expand nic = nics | extend nicId = tostring(nic.id)
| join kind=leftouter (Resources | where type == "microsoft.network/networkinterfaces"
  | project nicId = id, nicName = name, nicGuid = properties.resourceGuid, macAddress = properties.macAddress,
    ipConfigs = properties.ipConfigurations, fqdn = properties.dnsSettings.internalDomainNameSuffix
  | mv-expand ipConfig = ipConfigs
  | extend privateIP = tostring(ipConfig.properties.privateIPAddress),
    publicIPRef = ipConfig.properties.publicIPAddress,
    publicIPId = tostring(ipConfig.properties.publicIPAddress.id)
  | where isnotempty(publicIPId)) on nicId
| join kind=leftouter (Resources | where type =~ "microsoft.network/publicipaddresses"
  | project publicIPId = id, publicIPName = name, publicIP = properties.ipAddress) on publicIPId
| project vmName = name, resourceGroup, nicName, nicGuid, macAddress, privateIP, publicIPName, publicIP, fqdn"""

INTERFACE_COLUMNS = ("nicName", "nicGuid", "macAddress", "privateIP", "publicIPName", "publicIP", "fqdn")


@pytest.fixture(scope="module")
def machines(session):
    return session.rows(VIRTUAL_MACHINES)


@pytest.fixture(scope="module")
def network(session):
    """Interfaces and public addresses by the id as it is written: the guide compares with case."""
    types = ("microsoft.network/networkinterfaces", "microsoft.network/publicipaddresses")
    return [
        {row["id"]: row for row in session.rows(f"resources | where type =~ '{name}' | order by id asc")}
        for name in types
    ]


def moment(text):
    """Azure writes seven digits of a second; the last one is not worth a comparison here."""
    return datetime.fromisoformat(f"{text[:26]}+00:00")


def test_machines_made_since_a_moment(session, machines):
    since = moment("2024-10-16T07:25:23.1360003Z")
    wanted = {
        row["id"]
        for row in machines
        if row["properties"].get("timeCreated") and moment(row["properties"]["timeCreated"]) >= since
    }
    found = [row["id"] for row in session.rows(ASSETS, top=100)]
    assert len(found) == len(set(found))
    assert set(found) == wanted
    # Some are older or have no date: a query without its condition would fail here.
    assert 0 < len(wanted) < len(machines)


def test_assessments_of_one_resource(session):
    rows = session.rows("securityresources | where type =~ 'microsoft.security/assessments' | order by id asc")
    resources = [row["properties"]["resourceDetails"].get("Id") for row in rows]
    for resource in {resources[0], resources[len(resources) // 2], resources[-1]} - {None}:
        found = session.query(ASSESSMENTS.replace("${resourceId}", resource)).data
        assert {row["resourceId"] for row in found} == {resource}
        assert {row["id"] for row in found} == {
            row["id"] for row, assessed in zip(rows, resources, strict=True) if assessed == resource
        }


def interfaces_of(machine, network):
    """What the guide's joins give for one machine, as a sorted list of rows."""
    interfaces, addresses = network
    rows = []
    for reference in machine["properties"]["networkProfile"]["networkInterfaces"]:
        interface = interfaces.get(reference["id"])
        exposed = [
            configuration["properties"]
            for configuration in (interface["properties"]["ipConfigurations"] if interface else [])
            if configuration["properties"].get("publicIPAddress", {}).get("id")
        ]
        for configuration in exposed:
            address = addresses.get(configuration["publicIPAddress"]["id"])
            rows.append(
                {
                    "nicName": interface["name"],
                    "nicGuid": interface["properties"].get("resourceGuid"),
                    "macAddress": interface["properties"].get("macAddress"),
                    "privateIP": configuration.get("privateIPAddress", ""),
                    "publicIPName": address and address["name"],
                    "publicIP": address and address["properties"].get("ipAddress"),
                    "fqdn": interface["properties"].get("dnsSettings", {}).get("internalDomainNameSuffix"),
                }
            )
        if not exposed:
            # The filter inside the first join drops interfaces without a public address: nothing is known of them.
            rows.append(dict.fromkeys(INTERFACE_COLUMNS))
    return sorted(rows, key=repr)


def test_interfaces_of_one_machine(session, machines, network):
    seen = {"named": 0, "addressed": 0, "unknown": 0}
    for machine in machines[::8]:
        answer = session.query(INTERFACES.replace("${resourceId}", machine["id"]))
        expected = interfaces_of(machine, network)
        assert {row["vmName"] for row in answer.data} == {machine["name"]}
        assert {row["resourceGroup"] for row in answer.data} == {machine["resourceGroup"]}
        found = [{key: row[key] or None for key in expected[0]} for row in answer.data]
        assert sorted(found, key=repr) == [{key: value or None for key, value in row.items()} for row in expected]
        seen["named"] += sum(1 for row in expected if row["nicName"])
        seen["addressed"] += sum(1 for row in expected if row["publicIP"])
        seen["unknown"] += sum(1 for row in expected if not row["nicName"])
    assert min(seen.values()) > 0, seen
