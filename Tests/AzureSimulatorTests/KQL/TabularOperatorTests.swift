import Testing

@testable import AzureSimulator

@Suite("Tabular operators")
struct TabularOperatorTests {
  static let queries: [(String, String)] = [
    // Naming.
    (
      "where name == 'vm-a' | project properties.storageProfile.osDisk.osType, name",
      #"[{"properties_storageProfile_osDisk_osType":"Linux","name":"vm-a"}]"#
    ),
    (
      "where name == 'vm-a' | project tostring(properties['vmId']), tolower(name), strlen(name)",
      #"[{"properties_vmId":"A1","Column2":"vm-a","strlen_name":4}]"#
    ),
    (
      "where name startswith 'vm' | project name | project-rename host = name | order by host desc",
      #"[{"host":"vm-b"},{"host":"vm-a"}]"#
    ),
    ("where name == 'vm-a' | project-keep name, loc*", #"[{"name":"vm-a","location":"westeurope"}]"#),
    ("where name == 'vm-a' | project name, location, kind | project-away kind, loc*", #"[{"name":"vm-a"}]"#),
    (
      "where name == 'vm-a' | project a = name | extend b = strcat(a, '!') | extend b = strcat(b, '?'), c = b",
      #"[{"a":"vm-a","b":"vm-a!?","c":"vm-a!"}]"#
    ),
    // Summarising.
    (
      "summarize count() by type | order by count_ desc, type asc | project type, count_ | take 1",
      #"[{"type":"microsoft.compute/virtualmachines","count_":2}]"#
    ),
    (
      "where name startswith 'vm' | summarize n = count(), max(toint(properties.storageProfile.osDisk.diskSizeGB))",
      #"[{"n":2,"max_properties_storageProfile_osDisk_diskSizeGB":127}]"#
    ),
    (
      "where name startswith 'vm' | extend s = toint(properties.storageProfile.osDisk.diskSizeGB) "
        + "| summarize min(s), max(s), sum(s), avg(s), dcount(s), countif(s > 100), sumif(s, s < 100)",
      #"[{"min_s":30,"max_s":127,"sum_s":157,"avg_s":78.5,"dcount_s":2,"countif_":1,"sumif_s":30}]"#
    ),
    (
      "summarize make_list(name), make_set(location), any_location = take_any(location) by resourceGroup",
      #"[{"resourceGroup":"web","list_name":["vm-a","vm-b","nic-a","nic-b","ip-a"],"#
        + #""set_location":["westeurope","northeurope"],"any_location":"westeurope"}]"#
    ),
    (
      "where name startswith 'vm' | summarize arg_max(name, location) by resourceGroup",
      #"[{"resourceGroup":"web","name":"vm-b","location":"northeurope"}]"#
    ),
    (
      "where name startswith 'vm' | project name, g = resourceGroup | summarize arg_min(name, *) by g",
      #"[{"g":"web","name":"vm-a"}]"#
    ),
    ("where name == 'none' | summarize count(), sum(strlen(name))", #"[{"count_":0,"sum_strlen_name":0}]"#),
    ("where name == 'none' | summarize count() by name", "[]"),
    ("summarize share = round(100.0 * countif(name startswith 'vm') / count(), 1)", #"[{"share":40.0}]"#),
    (
      "where name startswith 'vm' | summarize by l = toupper(location) | order by l asc",
      #"[{"l":"NORTHEUROPE"},{"l":"WESTEUROPE"}]"#
    ),
    (
      "where name startswith 'vm' | summarize count() by tostring(properties.storageProfile.osDisk.osType)",
      #"[{"properties_storageProfile_osDisk_osType":"Linux","count_":1},"#
        + #"{"properties_storageProfile_osDisk_osType":"Windows","count_":1}]"#
    ),
    (
      "where name startswith 'vm' | summarize make_bag(pack(name, location))",
      #"[{"bag_":{"vm-a":"westeurope","vm-b":"northeurope"}}]"#
    ),
    // Order, top, distinct, count.
    ("where name startswith 'nic' | project name | order by name", #"[{"name":"nic-b"},{"name":"nic-a"}]"#),
    (
      "project name, n = tolong(tostring(properties.storageProfile.osDisk.diskSizeGB)) | order by n asc, name desc | take 1",
      #"[{"name":"nic-b","n":null}]"#
    ),
    (
      "project name, n = tolong(tostring(properties.storageProfile.osDisk.diskSizeGB)) "
        + "| sort by n asc nulls last | limit 1", #"[{"name":"vm-a","n":30}]"#
    ),
    ("top 2 by name desc | project name", #"[{"name":"vm-b"},{"name":"vm-a"}]"#),
    (
      "distinct resourceGroup, tostring(properties.dnsSettings.internalDomainNameSuffix) | order by resourceGroup | count",
      #"[{"Count":2}]"#
    ),
    ("Resources | where type =~ 'Microsoft.Compute/VirtualMachines' | count", #"[{"Count":2}]"#),
    // Union.
    (
      "(resources | where name == 'vm-a' | project name) | union (securityresources | project name, type | take 1)",
      #"[{"name":"vm-a","type":""},{"name":"ascScore","type":"microsoft.security/securescores"}]"#
    ),
    (
      "union resourcecontainers, (resources | where name == 'vm-a') | project name | order by name asc",
      #"[{"name":"One"},{"name":"Two"},{"name":"vm-a"}]"#
    ),
    // Parse.
    (
      "where name == 'vm-a' | parse id with * '/resourceGroups/' g '/providers/' provider '/' * | project g, provider",
      #"[{"g":"Web","provider":"Microsoft.Compute"}]"#
    ),
    (
      "where name == 'vm-a' | project t = 'n=12, x=abc;' | parse t with 'n=' n:long ', x=' x ';'",
      #"[{"t":"n=12, x=abc;","n":12,"x":"abc"}]"#
    ),
    (
      "where name == 'vm-a' | project t = 'n=z, x=abc' | parse t with 'n=' n:long ', x=' x",
      #"[{"t":"n=z, x=abc","n":null,"x":""}]"#
    ),
    (
      "where name == 'vm-a' | project t = 'n=z, x=abc' | parse kind=relaxed t with 'n=' n:long ', x=' x",
      #"[{"t":"n=z, x=abc","n":null,"x":"abc"}]"#
    ),
    (
      "where name == 'vm-a' | project t = 'id 42 rest end' | parse t with 'id ' n:int * 'end'",
      #"[{"t":"id 42 rest end","n":42}]"#
    ),
    ("where name == 'vm-a' // a comment | take 0\n | project name", #"[{"name":"vm-a"}]"#),
  ]

  @Test("Operators give these rows", arguments: queries)
  func operatorResult(query: String, expected: String) throws {
    #expect(try KQLFixture().json(query) == expected)
  }

  static let expansions: [(String, String)] = [
    (
      "where name == 'vm-a' | project name, n = properties.networkProfile.networkInterfaces | mv-expand n "
        + "| project name, nic = tostring(split(n.id, '/')[-1])",
      #"[{"name":"vm-a","nic":"nic-a"},{"name":"vm-a","nic":"nic-b"}]"#
    ),
    (
      "where name == 'vm-a' | project tags | mvexpand tags | extend k = tostring(bag_keys(tags)[0])",
      #"[{"tags":{"env":"prod"},"k":"env"},{"tags":{"Owner":"ann"},"k":"Owner"}]"#
    ),
    (
      "where name == 'vm-a' | project x = dynamic([1, 2]), y = dynamic(['a']) | mv-expand x, y",
      #"[{"x":1,"y":"a"},{"x":2,"y":null}]"#
    ),
    (
      "where name == 'vm-a' | project name | mv-expand v = dynamic([1, 'a', 2]) to typeof(long)",
      #"[{"name":"vm-a","v":1},{"name":"vm-a","v":null},{"name":"vm-a","v":2}]"#
    ),
    (
      "where name == 'vm-a' | project name | mv-expand with_itemindex=i v = dynamic(['a', 'b']) to typeof(string) limit 1",
      #"[{"name":"vm-a","v":"a","i":0}]"#
    ),
    // An empty array gives no row, null gives one.
    (
      "where name startswith 'vm' | project name, n = properties.networkProfile.networkInterfaces | mv-expand n | count",
      #"[{"Count":2}]"#
    ),
    (
      "where name startswith 'vm' | project name, n = properties.missing | mv-expand n",
      #"[{"name":"vm-a","n":null},{"name":"vm-b","n":null}]"#
    ),
  ]

  @Test("mv-expand gives a row for each element", arguments: expansions)
  func expansion(query: String, expected: String) throws {
    #expect(try KQLFixture().json(query) == expected)
  }

  @Test("mv-expand stops at 128 rows of one input row unless the query sets a limit")
  func expansionLimit() throws {
    let fixture = KQLFixture()
    let list = (0..<300).map(String.init).joined(separator: ",")
    let source = "where name == 'vm-a' | project name | mv-expand x = dynamic([\(list)])"
    #expect(try fixture.run(source).count == 128)
    #expect(try fixture.run("\(source) limit 200").count == 200)
    #expect(try fixture.run("\(source) limit 2000").count == 300)
    #expect(fixture.error("\(source) limit 2001")?.code == "InvalidQuery")
  }

  static let joins: [(String, String)] = [
    ("innerunique", #"[{"k":"x","l":1,"k1":"x","r":10},{"k":"x","l":1,"k1":"x","r":11}]"#),
    (
      "inner",
      #"[{"k":"x","l":1,"k1":"x","r":10},{"k":"x","l":1,"k1":"x","r":11},"#
        + #"{"k":"x","l":2,"k1":"x","r":10},{"k":"x","l":2,"k1":"x","r":11}]"#
    ),
    (
      "leftouter",
      #"[{"k":"x","l":1,"k1":"x","r":10},{"k":"x","l":1,"k1":"x","r":11},"#
        + #"{"k":"x","l":2,"k1":"x","r":10},{"k":"x","l":2,"k1":"x","r":11},{"k":"y","l":3,"k1":"","r":null}]"#
    ),
    (
      "fullouter",
      #"[{"k":"x","l":1,"k1":"x","r":10},{"k":"x","l":1,"k1":"x","r":11},"#
        + #"{"k":"x","l":2,"k1":"x","r":10},{"k":"x","l":2,"k1":"x","r":11},{"k":"y","l":3,"k1":"","r":null},"#
        + #"{"k":"","l":null,"k1":"z","r":12}]"#
    ),
  ]

  /// A table of one column pair out of a literal list.
  private static func pairs(_ list: String, _ value: String) -> String {
    "resources | where name == 'vm-a' | project p = dynamic([\(list)]) | mv-expand p "
      + "| project k = tostring(p[0]), \(value) = tolong(p[1])"
  }

  @Test("Each join flavour keeps its rows; names that are taken get a number", arguments: joins)
  func join(kind: String, expected: String) throws {
    let left = Self.pairs("['x', 1], ['x', 2], ['y', 3]", "l")
    let right = Self.pairs("['x', 10], ['x', 11], ['z', 12]", "r")
    #expect(try KQLFixture().json("\(left) | join kind=\(kind) (\(right)) on k") == expected)
    let other = "\(left) | join kind = \(kind) (\(right)) on $left.k == $right.k"
    #expect(try KQLFixture().json(other) == expected)
    if kind == "innerunique" {
      #expect(try KQLFixture().json("\(left) | join (\(right)) on k") == expected)
    }
  }

  @Test("A join of two tables by columns of different names")
  func joinOfTables() throws {
    let query = """
      securityresources | where type == 'microsoft.security/assessments' and properties.status.code == 'Unhealthy'
      | project subscriptionId, key = name
      | join kind=leftouter (resourcecontainers | project s = subscriptionId, display = name)
        on $left.subscriptionId == $right.s
      | project key, display | order by display asc
      """
    #expect(try KQLFixture().json(query) == #"[{"key":"k1","display":"One"},{"key":"k1","display":"Two"}]"#)
  }

  @Test("Only rows of the caller's subscriptions are seen")
  func subscriptions() throws {
    let fixture = KQLFixture()
    let result = try fixture.engine.run("where name startswith 'vm'", subscriptions: [KQLFixture.subscription])
    #expect(result.count == 1)
  }

  @Test("A long query in the manner of workbooks: casts, case, extract, summarize and a join over its result")
  func workbook() throws {
    let query = #"""
      SecurityResources
      | where type =~ 'microsoft.security/assessments' // one row a machine and recommendation
      | extend source = tostring(properties.resourceDetails.Source)
      | extend resourceId = trim(" ", tolower(tostring(case(
          source =~ "azure", properties.resourceDetails.Id,
          source =~ "aws", properties.resourceDetails.AzureResourceId,
          extract("^(.+)/providers/Microsoft.Security/assessments/.+$", 1, id)))))
      | extend machine = tostring(split(resourceId, "/")[-1]), code = tostring(properties.status["code"])
      | mvexpand category = properties.metadata.categories to typeof(string)
      | where category has "compute" and code !in~ ("notapplicable") and resourceId matches regex "virtualmachines/vm-."
      | summarize total = count(), bad = countif(code == "Unhealthy"),
          first = min(todatetime(properties.status.firstEvaluationDate)) by machine, subscriptionId
      | extend share = round(todouble(bad) / total * 100, 1), age = datetime_diff('day', now(), first)
      | join kind=leftouter (
          ResourceContainers | where type == 'microsoft.resources/subscriptions' | project subscriptionId, sub = name
        ) on subscriptionId
      | project machine, total, bad, share, age, sub = iff(isempty(sub), "unknown", sub)
      | order by ['share'] desc, machine asc;
      """#
    let first = #"{"machine":"vm-b","total":1,"bad":1,"share":100.0,"age":246,"sub":"Two"}"#
    let second = #"{"machine":"vm-a","total":2,"bad":1,"share":50.0,"age":246,"sub":"One"}"#
    #expect(try KQLFixture().json(query) == "[\(first),\(second)]")
  }
}
