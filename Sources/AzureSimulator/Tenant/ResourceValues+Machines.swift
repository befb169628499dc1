/// `properties` of virtual machines and scale-set instances.
extension ResourceValues {
  /// A virtual machine or a scale-set instance.
  func virtualMachine(_ host: Host) -> KQLValue {
    var dice = Dice(seed, .machine, host.slot)
    let size = size(of: host)
    let isRunning = facts.isRunning(host)
    let computerName = facts.computerName(of: host)
    let created = host.created(on: day)
    var members: [(String, KQLValue)] = [
      ("vmId", .string(facts.hardwareUUID(of: host))), ("provisioningState", .string("Succeeded")),
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
      members.append(("timeCreated", .string(calendar.text(day: created, tickOfDay: tick))))
    }
    members.append(("extended", .bag([("instanceView", instanceView(host, isRunning, computerName))])))
    return .bag(members)
  }

  func size(of host: Host) -> String {
    var dice = Dice(seed, .machine, host.slot, 5)
    return dice.pick(["Standard_B2ms", "Standard_D2s_v5", "Standard_D4s_v5", "Standard_E8s_v5", "Standard_F4s_v2"])
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
    let interfaces = facts.interfaces(of: host)
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
}
