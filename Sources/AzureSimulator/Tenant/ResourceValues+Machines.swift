/// `properties` of the three kinds of host.
extension ResourceValues {
  /// A virtual machine or a scale-set instance.
  func virtualMachine(_ host: Host) -> KQLValue {
    var dice = Dice(seed, .machine, host.slot)
    let incarnation = host.incarnation(on: day)
    var identifiers = Dice(seed, .machine, host.slot, 100 + incarnation)
    let size = size(of: host)
    let isRunning = isRunning(host)
    let computerName = computerName(of: host)
    let created = host.created(on: day)
    var members: [(String, KQLValue)] = [
      ("vmId", .string(identifiers.guid())), ("provisioningState", .string("Succeeded")),
      ("hardwareProfile", .bag([("vmSize", .string(size))])), ("storageProfile", storageProfile(of: host)),
    ]
    if host.image.source != .specialised { members.append(("osProfile", osProfile(host, computerName))) }
    members.append(("networkProfile", .bag([("networkInterfaces", interfaceReferences(of: host))])))
    if dice.chance(perThousand: 300) {
      let settings: KQLValue = .bag([("secureBootEnabled", .bool(true)), ("vTpmEnabled", .bool(true))])
      members.append(
        ("securityProfile", .bag([("securityType", .string("TrustedLaunch")), ("uefiSettings", settings)])))
    }
    let diagnostics: KQLValue = .bag([("bootDiagnostics", .bag([("enabled", .bool(dice.below(2) == 0))]))])
    members.append(("diagnosticsProfile", diagnostics))
    // Machines made before the compute interface of November 2021 carried no date; the older third lacks it here.
    if created > -450 {
      let tick = Int64(dice.below(Int(KQLDate.ticksPerDay)))
      members.append(("timeCreated", .string(TenantCalendar.text(day: created, tickOfDay: tick))))
    }
    members.append(("extended", .bag([("instanceView", instanceView(host, isRunning, computerName))])))
    return .bag(members)
  }

  func size(of host: Host) -> String {
    var dice = Dice(seed, .machine, host.slot, 5)
    return dice.pick(["Standard_B2ms", "Standard_D2s_v5", "Standard_D4s_v5", "Standard_E8s_v5", "Standard_F4s_v2"])
  }

  /// Most run; some are off for good, some every other week.
  func isRunning(_ host: Host) -> Bool {
    var dice = Dice(seed, .machine, host.slot, 1)
    let draw = dice.below(100)
    return draw >= 10 || (draw >= 6 && (day + dice.below(7)) / 7 % 2 == 0)
  }

  func computerName(of host: Host) -> String {
    var dice = Dice(seed, .machine, host.slot, 2)
    if case .instance(_, let number) = host.kind {
      return "vmss\(KQLDate.pad(number, 2))\(String(host.group, radix: 36))00\(String(number, radix: 36))".uppercased()
    }
    guard dice.chance(perThousand: 200) else {
      return host.system == .windows ? String(host.name.prefix(15)) : host.name
    }
    return "\(host.system == .windows ? "WIN" : "lx")-\(String(host.slot, radix: 36))\(dice.below(900) + 100)"
  }

  private func instanceView(_ host: Host, _ isRunning: Bool, _ computerName: String) -> KQLValue {
    func power(_ code: String, _ display: String) -> (String, KQLValue) {
      (
        "powerState",
        .bag([
          ("code", .string("PowerState/\(code)")), ("level", .string("Info")),
          ("displayStatus", .string("VM \(display)")),
        ])
      )
    }
    guard isRunning else { return .bag([power("deallocated", "deallocated")]) }
    return .bag([
      ("hyperVGeneration", .string("V2")), ("computerName", .string(computerName)),
      ("osName", .string(host.image.systemName)), ("osVersion", .string(host.image.systemVersion)),
      power("running", "running"),
    ])
  }

  private func storageProfile(of host: Host) -> KQLValue {
    var dice = Dice(seed, .machine, host.slot, 3)
    let image = host.image
    var members: [(String, KQLValue)] = []
    switch image.source {
    case .marketplace:
      let isLatest = dice.chance(perThousand: 700)
      members.append(
        (
          "imageReference",
          .bag([
            ("publisher", .string(image.publisher)), ("offer", .string(image.offer)), ("sku", .string(image.sku)),
            ("version", .string(isLatest ? "latest" : image.exactVersion)),
            ("exactVersion", .string(image.exactVersion)),
          ])
        ))
    case .gallery:
      let gallery = "\(naming.group(host.group))/providers/Microsoft.Compute/galleries/corp/images"
      let id = "\(gallery)/\(image.system.rawValue.lowercased())-golden/versions/1.\(dice.below(20)).0"
      members.append(("imageReference", .bag([("id", .string(id))])))
    case .specialised: break
    }
    let diskID = naming.resource(inGroup: host.group, type: "Microsoft.Compute/disks", name: "\(host.name)_OsDisk")
    let managed: KQLValue = .bag([
      ("id", .string(diskID)), ("storageAccountType", .string("Premium_LRS")),
      ("resourceGroup", .string(fleet.groups[host.group].name.lowercased())),
    ])
    members.append(
      (
        "osDisk",
        .bag([
          ("osType", .string(image.system.rawValue)), ("name", .string("\(host.name)_OsDisk")),
          ("createOption", .string(image.source == .specialised ? "Attach" : "FromImage")),
          ("caching", .string("ReadWrite")), ("diskSizeGB", .long(image.system == .windows ? 128 : 64)),
          ("managedDisk", managed),
        ])
      ))
    members.append(("dataDisks", .array([])))
    return .bag(members)
  }

  private func osProfile(_ host: Host, _ computerName: String) -> KQLValue {
    let settings: (String, KQLValue) =
      host.system == .windows
      ? (
        "windowsConfiguration",
        .bag([("provisionVMAgent", .bool(true)), ("enableAutomaticUpdates", .bool(host.slot % 3 > 0))])
      )
      : (
        "linuxConfiguration",
        .bag([("disablePasswordAuthentication", .bool(host.slot % 4 > 0)), ("provisionVMAgent", .bool(true))])
      )
    return .bag([
      ("computerName", .string(computerName)), ("adminUsername", .string("azureuser")), settings,
      ("secrets", .array([])), ("allowExtensionOperations", .bool(true)),
    ])
  }

  private func interfaceReferences(of host: Host) -> KQLValue {
    let interfaces = HostInterface.list(of: host, incarnation: host.incarnation(on: day), seed: seed)
    var dice = Dice(seed, .machine, host.slot, 4)
    // An eighth of the machines name their interfaces in another case than the interfaces' own rows.
    let style = dice.chance(perThousand: 125) ? [1, 3][dice.below(2)] : 0
    return .array(
      interfaces.map { interface in
        let id = ResourceNaming.recased(naming.id(ofInterface: interface.index, of: host), style: style)
        return .bag([
          ("id", .string(id)), ("resourceGroup", .string(fleet.groups[host.group].name.lowercased())),
          ("properties", .bag([("primary", .bool(interface.index == 0))])),
        ])
      })
  }

  func arcMachine(_ host: Host) -> KQLValue {
    var dice = Dice(seed, .machine, host.slot)
    var identifiers = Dice(seed, .machine, host.slot, 100 + host.incarnation(on: day))
    let computerName = computerName(of: host)
    let isConnected = isRunning(host)
    let domain = ["corp.contoso.com", "plant.contoso.net"][dice.below(2)]
    let changed = TenantCalendar.text(day: max(host.created(on: day), day - dice.below(20)), tickOfDay: 123_456_789)
    var members: [(String, KQLValue)] = [
      ("vmId", .string(identifiers.guid())), ("vmUuid", .string(identifiers.guid())),
      ("displayName", .string(host.name)), ("machineFqdn", .string("\(computerName).\(domain)".lowercased())),
      ("dnsFqdn", .string("\(computerName).\(domain)".lowercased())), ("adFqdn", .string("\(computerName).\(domain)")),
      ("domainName", .string(domain)), ("osName", .string(host.system.rawValue.lowercased())),
      ("osSku", .string(host.image.systemName)), ("osVersion", .string(host.image.systemVersion)),
      ("osType", .string(host.system.rawValue.lowercased())),
      ("osProfile", .bag([("computerName", .string(computerName))])),
      ("status", .string(isConnected ? "Connected" : "Disconnected")), ("lastStatusChange", .string(changed)),
      ("agentVersion", .string("1.\(38 + dice.below(8)).0")), ("provisioningState", .string("Succeeded")),
      (
        "detectedProperties",
        .bag([
          ("cloudprovider", .string("N/A")),
          ("manufacturer", .string(dice.pick(["VMware, Inc.", "HPE", "Dell Inc."]))),
          ("model", .string(dice.pick(["VMware7,1", "ProLiant DL380 Gen10", "PowerEdge R640"]))),
        ])
      ),
      ("locationData", .bag([("name", .string("Plant \(1 + dice.below(4))")), ("countryOrRegion", .string("DE"))])),
      ("cloudMetadata", .bag([("provider", .string("N/A"))])),
    ]
    if dice.chance(perThousand: 500) {
      let address: KQLValue = .bag([
        ("address", .string("172.16.\(host.slot >> 8 & 255).\(host.slot & 255)")),
        ("ipAddressVersion", .string("IPv4")),
        ("subnet", .bag([("addressPrefix", .string("172.16.0.0/16"))])),
      ])
      let interfaces: KQLValue = .array([.bag([("ipAddresses", .array([address]))])])
      members.append(("networkProfile", .bag([("networkInterfaces", interfaces)])))
    }
    return .bag(members)
  }
}
