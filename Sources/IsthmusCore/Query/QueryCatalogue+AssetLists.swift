extension QueryCatalogue {
  /// What an asset can have several of.
  static let assetListTokens: [QueryToken] = sources + labels + addresses

  private static let sources: [QueryToken] = [
    QueryToken(
      .sourceProductName, "inventory.source", also: ["asset.inventory.source", "source", "sources"],
      "Name of the product that knows the host",
      examples: [
        "inventory: (source: `Defender for Cloud`)": "hosts that Defender for Cloud knows",
        "not inventory.source: `Defender for Cloud`": "hosts that it does not know",
      ]),
    QueryToken(
      .sourceFirstFound, "inventory.createdDate",
      also: [
        "inventory.created", "asset.inventory.createdDate", "asset.inventory.created", "connector.firstFoundDate",
        "asset.connector.firstFoundDate",
      ], "When a source first listed the host",
      examples: ["inventory: (source: Defender and createdDate > now-1w)": "hosts new to that source"]),
    QueryToken(
      .sourceLastFound, "connector.lastFoundDate",
      also: [
        "asset.connector.lastFoundDate", "inventory.lastUpdated", "inventory.lastUpdatedDate",
        "asset.inventory.lastUpdated", "asset.inventory.lastUpdatedDate",
      ], "When a source last listed the host",
      examples: ["connector.lastFoundDate > now-1d": "hosts that a source has listed since yesterday"]),
    QueryToken(
      .sourceConnectorName, "connector.name", also: ["asset.connector.name", "inventory.connectorName"],
      "Name of a connector that brings the host",
      examples: ["connector.name: `Contoso production`": "hosts of a connector"]),
    QueryToken(
      .sourceConnectorID, "connector.id", also: ["asset.connector.id", "inventory.connectorId"],
      "Number of a connector that brings the host",
      examples: ["connector.id: 1": "hosts of connector 1"]),
    QueryToken(
      .sourceExternalAssetID, "inventory.externalAssetId",
      also: ["externalAssetId", "asset.externalAssetId", "connector.externalAssetId"],
      "A source's own unique id of the host",
      examples: ["inventory.externalAssetId: 0d1b6d6c-94a8-4f2e-9a51-5b3f1a1c7e55": "the host with that id"]),
  ]

  private static let labels: [QueryToken] = [
    QueryToken(
      .tagName, "asset.tag.name", also: ["asset.tags.name", "tags.name"], columns: ["tags"],
      "Name of a tag of the host",
      examples: [
        "asset.tag.name: Production": "hosts with a tag that has this word",
        "NOT tags.name: Windows": "hosts without such a tag",
      ]),
    QueryToken(
      .businessEntityName, "asset.businessEntity.name", also: ["businessEntity.name"], columns: ["businessEntities"],
      "Name of a business entity that the host is in",
      examples: ["asset.businessEntity.name: `Web shop`": "hosts of that business entity"]),
    QueryToken(
      .customAttributeKey, "customAttributes.key", also: ["asset.customAttributes.key"],
      "Key of a custom attribute of the host",
      examples: ["customAttributes: (key: owner and value: \"Team Blue\")": "hosts whose attribute owner says so"]),
    QueryToken(
      .customAttributeValue, "customAttributes.value", also: ["asset.customAttributes.value"],
      "Value of a custom attribute of the host",
      examples: ["customAttributes.value: Blue": "hosts with an attribute that has this word"]),
    QueryToken(
      .customAttributeConnectorID, "customAttributes.connectorId", also: ["asset.customAttributes.connectorId"],
      "Number of the connector that brought a custom attribute",
      examples: ["customAttributes.connectorId: 1": "hosts with attributes from connector 1"]),
    QueryToken(
      .cloudTag, "cloud.tag", also: ["cloudTags", "cloud.tags"], "A cloud tag as `name=value`",
      examples: ["cloud.tag: `env=prod`": "hosts with this cloud tag"]),
    QueryToken(
      .cloudTagName, "cloud.tag.name", also: ["cloud.tags.name", "azure.tags.name"], "Name of a cloud tag",
      examples: ["not cloud.tag.name: `env`": "hosts whose environment is not tagged"]),
    QueryToken(
      .cloudTagValue, "cloud.tag.value", also: ["cloud.tags.value", "azure.tags.value"], "Value of a cloud tag",
      examples: ["cloud.tag: (name: `env` and value: [prod, test])": "hosts of two environments"]),
  ]

  private static let addresses: [QueryToken] = [
    QueryToken(
      .ipAddress, "asset.interface.address",
      also: ["interfaces.address", "ipAddress", "ipAddresses", "asset.ipAddress"],
      "An address of the host; also a network or a beginning",
      examples: [
        "asset.interface.address: 10.0.0.0/24": "hosts in a network",
        "asset.interface: (address: 10.0.* and not address: 10.0.0.5)": "hosts with another address there",
      ]),
    QueryToken(
      .macAddress, "asset.interface.macAddress",
      also: ["interfaces.macAddress", "macAddress", "macAddresses", "asset.macAddress"],
      "A hardware address of the host",
      examples: ["asset.interface.macAddress: 00-0D-3A-1B-C7-21": "the host with that interface"]),
    QueryToken(
      .publicIPAddress, "asset.interface.publicAddress", also: ["publicIpAddress", "publicIpAddresses"],
      "An address of the host that the internet can reach",
      examples: ["asset.interface.publicAddress is not null": "hosts with a public address"]),
  ]
}
