// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6, explicit imports and existentials, warnings are errors.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "isthmus",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "isthmus", targets: ["isthmus"])],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .target(name: "IsthmusCore", swiftSettings: strict),
    .systemLibrary(
      name: "CPostgreSQL", path: "Sources/CPostgreSQL", pkgConfig: "libpq",
      providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    .systemLibrary(name: "CZlib", path: "Sources/CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .target(
      name: "IsthmusConnect",
      dependencies: [
        "IsthmusCore",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      swiftSettings: strict),
    .target(
      name: "DefenderForCloud",
      dependencies: ["IsthmusCore", "IsthmusConnect"],
      path: "Sources/Connectors/DefenderForCloud",
      swiftSettings: strict),
    .target(
      name: "IsthmusStore",
      dependencies: [
        "IsthmusCore", "CPostgreSQL",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .target(
      name: "IsthmusIngest",
      dependencies: ["IsthmusCore", "IsthmusConnect", "IsthmusStore", "CZlib"],
      swiftSettings: strict),
    .target(
      name: "IsthmusConfiguration",
      dependencies: [
        "IsthmusCore", "IsthmusConnect", "IsthmusStore", "IsthmusIngest", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "IsthmusServer",
      dependencies: [
        "IsthmusCore", "IsthmusConnect", "IsthmusStore", "IsthmusIngest", "IsthmusConfiguration",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ],
      swiftSettings: strict),
    .target(
      name: "IsthmusPages",
      dependencies: [
        "IsthmusCore", "IsthmusConnect", "IsthmusStore", "IsthmusIngest", "IsthmusConfiguration", "IsthmusServer",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Mustache", package: "swift-mustache"),
      ],
      resources: [.embedInCode("Templates"), .embedInCode("Static")],
      swiftSettings: strict),
    .target(
      name: "AzureSimulator",
      dependencies: [
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdTLS", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "isthmus",
      dependencies: [
        "IsthmusCore", "IsthmusConnect", "IsthmusStore", "IsthmusIngest", "IsthmusConfiguration", "IsthmusServer",
        "IsthmusPages", "DefenderForCloud", "AzureSimulator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "QueryBench", dependencies: ["IsthmusCore", "IsthmusStore"], path: "Benchmarks/QueryBench",
      swiftSettings: strict),
    .executableTarget(
      name: "HotLoops", dependencies: ["IsthmusCore", "IsthmusConnect", "DefenderForCloud", "AzureSimulator"],
      path: "Benchmarks/HotLoops",
      exclude: ["instructions.json"], swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: [
        "IsthmusCore", "IsthmusConnect", "IsthmusStore", "AzureSimulator",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
        .product(name: "X509", package: "swift-certificates"),
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(name: "IsthmusCoreTests", dependencies: ["IsthmusCore", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "IsthmusConnectTests", dependencies: ["IsthmusConnect", "IsthmusCore", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "DefenderForCloudTests",
      dependencies: ["DefenderForCloud", "IsthmusConnect", "IsthmusCore", "AzureSimulator", "TestSupport"],
      path: "Tests/Connectors/DefenderForCloudTests", swiftSettings: strict),
    .testTarget(
      name: "IsthmusStoreTests",
      dependencies: ["IsthmusStore", "IsthmusCore", "TestSupport", .product(name: "GRDB", package: "GRDB.swift")],
      exclude: ["Released"], swiftSettings: strict),
    .testTarget(
      name: "IsthmusIngestTests",
      dependencies: [
        "IsthmusIngest", "IsthmusStore", "IsthmusConnect", "IsthmusCore", "DefenderForCloud", "AzureSimulator",
        "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IsthmusConfigurationTests",
      dependencies: [
        "IsthmusConfiguration", "IsthmusConnect", "IsthmusCore", "IsthmusIngest", "IsthmusStore", "DefenderForCloud",
        "TestSupport", .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "IsthmusServerTests",
      dependencies: [
        "IsthmusServer", "IsthmusConfiguration", "IsthmusStore", "IsthmusConnect", "IsthmusCore", "IsthmusIngest",
        "DefenderForCloud", "AzureSimulator", "TestSupport",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "IsthmusPagesTests",
      dependencies: [
        "IsthmusPages", "IsthmusServer", "IsthmusConfiguration", "IsthmusStore", "IsthmusIngest", "IsthmusConnect",
        "IsthmusCore", "DefenderForCloud", "TestSupport", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "AzureSimulatorTests",
      dependencies: [
        "AzureSimulator", "IsthmusCore", "TestSupport",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "AcceptanceTests", dependencies: ["isthmus", "IsthmusCore", "TestSupport"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
