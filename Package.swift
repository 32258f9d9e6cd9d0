// swift-tools-version: 6.2
// qacd: a session-aware query-autocompletion daemon.
//
// The targets stand in the layers of docs/design.md. Every arrow points down and targets of one
// layer never import each other; `make layers` holds this file against that table.

import PackageDescription

/// Settings of every target: the language mode is 6 by the tools version.
let settings: [SwiftSetting] = [
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
  .enableUpcomingFeature("ExistentialAny"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
  .enableUpcomingFeature("InternalImportsByDefault"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
  .enableUpcomingFeature("MemberImportVisibility"),
  // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0443-warning-control-flags.md
  .treatAllWarnings(as: .error),
]

/// The commit that is built, which `--version` shows: hexadecimal digits, perhaps with "-dirty".
let commit = Context.environment["QACD_COMMIT"].flatMap { text in
  !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    ? text : nil
}

let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioExtras: Target.Dependency = .product(name: "NIOExtras", package: "swift-nio-extras")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let toml: Target.Dependency = .product(name: "TOMLKit", package: "TOMLKit")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["QACTestSupport"], exclude: exclude,
    swiftSettings: settings)
}

let libraries = [
  "QACJSON", "QACText", "QACBinary", "QACProtocol", "QACSessions", "QACIndex", "QACLogs",
  "QACConfiguration", "QACClient", "QACTerminal", "QACFindings", "QACSimulator", "QACEngine",
  "QACRetrieval", "QACTraining", "QACReplay", "QACServer", "QACPipeline", "QACWeb", "QACDaemon",
]

let package = Package(
  name: "qacd",
  products: libraries.map { .library(name: $0, targets: [$0]) } + [
    .executable(name: "qacd", targets: ["qacd"]),
    .executable(name: "qac-cli", targets: ["qac-cli"]),
    .executable(name: "qac-index", targets: ["qac-index"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    // Below the layers: what others stand on, without dependencies.
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
    // To read databases without writing beside them: other programs' as logs, and the daemon's own
    // when it is checked. Otherwise that is behind GRDB.
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    // The daemon's alone: it replaces the whole program's `free`.
    .target(name: "CWipe"),
    .target(name: "CStack"),
    .target(
      name: "CVersion",
      cSettings: commit.map { [.define("QACD_COMMIT", to: $0)] } ?? []),
    .target(name: "CUnicode", exclude: ["decompositions.inc"]),
    .target(name: "CSQLiteSettings", linkerSettings: [.linkedLibrary("sqlite3")]),
    library("QACJSON"),

    // Layer 0: no dependencies on each other.
    library("QACText", ["CUnicode"]),
    library("QACBinary", ["CStack"]),
    library("QACProtocol", ["QACJSON"]),

    // Layer 1
    library(
      "QACSessions", ["QACText", "QACBinary", "CSQLite", "CSQLiteSettings", grdb, grdbSQLite]),
    library("QACIndex", ["QACText", "QACBinary"]),
    library("QACLogs", ["QACText", "QACBinary", "QACJSON", "CZlib", "CZstd", "CSQLite"]),
    library("QACClient", ["QACProtocol"]),
    library("QACTerminal", ["QACBinary"]),
    library(
      "QACConfiguration", ["QACText", "QACBinary", "QACJSON", "QACProtocol", arguments, toml]),
    library("QACWeb", ["QACProtocol", "QACBinary", "QACJSON"]),

    // Layer 2: training never sees the engines, nor the engines training.
    library("QACFindings", ["QACTerminal", "QACJSON"]),
    library("QACSimulator", ["QACLogs", "QACBinary"]),
    library("QACEngine", ["QACIndex", "QACText", "QACBinary"]),
    library("QACRetrieval", ["QACIndex", "QACText", "QACBinary"]),
    library("QACTraining", ["QACIndex", "QACText", "QACBinary"]),

    // Layer 3
    library(
      "QACReplay",
      [
        "QACEngine", "QACTraining", "QACClient", "QACLogs", "QACIndex", "QACText", "QACBinary",
        "QACProtocol",
      ]),

    // Layer 4
    library(
      "QACServer",
      [
        "QACEngine", "QACRetrieval", "QACIndex", "QACText", "QACBinary", "QACProtocol",
        "QACSessions", "QACFindings", nio, nioPosix, nioExtras, logging, lifecycle, signals,
      ]),
    library(
      "QACPipeline",
      [
        "QACReplay", "QACEngine", "QACRetrieval", "QACTraining", "QACLogs", "QACIndex", "QACClient",
        "QACSessions", "QACText", "QACBinary", "QACProtocol",
      ]),

    // Layer 5
    library(
      "QACDaemon",
      [
        "QACServer", "QACConfiguration", "QACFindings", "QACText", "QACBinary", "QACProtocol",
        "CWipe", arguments, logging,
      ]),
    program("qacd", ["QACDaemon", "QACProtocol", "CVersion", arguments]),
    program(
      "qac-cli",
      [
        "QACClient", "QACTerminal", "QACFindings", "QACProtocol", "QACLogs", "QACText", "QACBinary",
        "CVersion", arguments,
      ],
      resources: [.embedInCode("Shells")]),
    program(
      "qac-index",
      [
        "QACPipeline", "QACReplay", "QACEngine", "QACRetrieval", "QACTraining", "QACSimulator",
        "QACLogs", "QACIndex", "QACText", "QACBinary", "QACProtocol", "QACConfiguration",
        "CVersion",
        arguments,
      ]),

    // The program of docs/embedding.md; no product, but built with the tests.
    .executableTarget(
      name: "embedding-example", dependencies: ["QACEngine", "QACTraining", "QACIndex"],
      path: "Examples/embedding", swiftSettings: settings),
    .executableTarget(
      name: "retrieval-example", dependencies: ["QACRetrieval", "QACTraining", "QACIndex"],
      path: "Examples/retrieval", swiftSettings: settings),

    // Tests
    .target(
      name: "QACTestSupport",
      dependencies: [
        "QACTraining", "QACIndex", "QACLogs", "QACText", "QACBinary", "QACProtocol", "QACJSON",
      ],
      path: "Tests/QACTestSupport", swiftSettings: settings),
    tests("QACTextTests", ["QACText", "QACBinary"], exclude: ["Fixtures"]),
    tests("QACBinaryTests", ["QACBinary"]),
    tests("QACJSONTests", ["QACJSON", "QACBinary"]),
    tests("QACProtocolTests", ["QACProtocol", "QACBinary"], exclude: ["Fixtures"]),
    tests(
      "QACSessionsTests", ["QACSessions", "QACText", "QACBinary", grdb], exclude: ["Fixtures"]),
    tests("QACIndexTests", ["QACIndex", "QACText", "QACBinary"], exclude: ["Fixtures"]),
    tests("QACLogsTests", ["QACLogs", "QACText", "QACBinary", "CZstd", "CSQLite"]),
    tests("QACSimulatorTests", ["QACSimulator", "QACLogs", "QACBinary"]),
    tests("QACClientTests", ["QACClient", "QACProtocol"]),
    tests("QACConfigurationTests", ["QACConfiguration", "QACBinary", arguments]),
    tests("QACFindingsTests", ["QACFindings", "QACJSON"]),
    tests("QACTerminalTests", ["QACTerminal", "QACBinary"]),
    tests("QACWebTests", ["QACWeb", "QACProtocol", "QACBinary", "QACJSON"]),
    tests("QACCLITests", ["qac-cli", "QACProtocol"]),
    tests(
      "QACEngineTests",
      ["QACEngine", "QACTraining", "QACLogs", "QACIndex", "QACText", "QACBinary"]),
    tests(
      "QACRetrievalTests",
      ["QACRetrieval", "QACTraining", "QACIndex", "QACText", "QACBinary", grdb]),
    tests(
      "QACTrainingTests", ["QACTraining", "QACIndex", "QACText", "QACBinary"],
      exclude: ["Fixtures"]),
    tests(
      "QACReplayTests",
      ["QACReplay", "QACEngine", "QACTraining", "QACLogs", "QACIndex", "QACText", "QACBinary"]),
    tests(
      "QACServerTests",
      [
        "QACServer", "QACEngine", "QACRetrieval", "QACIndex", "QACText", "QACProtocol",
        "QACSessions", "QACTraining", "QACBinary", nio, nioEmbedded, grdb, logging, lifecycle,
      ]),
    tests(
      "QACPipelineTests",
      [
        "QACPipeline", "QACReplay", "QACEngine", "QACRetrieval", "QACTraining", "QACLogs",
        "QACIndex", "QACText", "QACBinary", "QACSessions", "QACProtocol",
      ]),
    tests(
      "EndToEndTests",
      [
        "QACClient", "QACProtocol", "QACPipeline", "QACReplay", "QACEngine", "QACTraining",
        "QACSimulator", "QACLogs", "QACIndex", "QACText", "QACBinary", grdb,
      ], exclude: ["Fixtures"]),
  ]
)

// What only some need, and who builds it asks for: `QAC_WITH=web,cluster,benchmarks`. It is no
// package of its own because that would compile everything below it once more.
let parts = Set((Context.environment["QAC_WITH"] ?? "").split(separator: ",").map(String.init))
let known = ["web", "cluster", "benchmarks", "optimized"]
if let unknown = parts.subtracting(known).min() {
  fatalError("QAC_WITH names the part \(unknown); the parts are \(known.joined(separator: ", "))")
}

// In debug builds too, the modules in which tests compute most are optimised. All checks stay:
// those of `assert`, and those that the standard library makes of bounds in debug builds. Tests
// then take three fifths of the time, and a change in one of these modules takes longer to build.
if parts.contains("optimized") {
  let computing: Set = [
    "QACText", "QACBinary", "QACIndex", "QACEngine", "QACRetrieval", "QACTraining",
  ]
  for target in package.targets where computing.contains(target.name) {
    target.swiftSettings =
      settings + [
        .unsafeFlags(
          ["-O", "-wmo", "-num-threads", "2", "-assert-config", "Debug"],
          .when(configuration: .debug))
      ]
  }
}

// qac-web, the HTTP door: Hummingbird.
if parts.contains("web") {
  package.products.append(.executable(name: "qac-web", targets: ["qac-web"]))
  package.dependencies += [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
  ]
  package.targets.append(
    .executableTarget(
      name: "qac-web",
      dependencies: [
        "CVersion", "QACJSON", "QACProtocol", "QACWeb",
        // The server alone: this has no router and no middleware, which CI would have to build.
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        nio, nioPosix, nioExtras, logging, lifecycle, signals, arguments,
      ],
      path: "Web/Sources/qac-web", resources: [.embedInCode("Resources")],
      swiftSettings: settings))
}

// qacd-cluster, the daemon as one of several replicas: libpq.
if parts.contains("cluster") {
  // The model test can then run against PostgreSQL.
  for target in package.targets where target.name == "QACServerTests" {
    target.dependencies.append("QACPostgres")
    target.swiftSettings = settings + [.define("QAC_CLUSTER")]
  }
  package.products.append(.executable(name: "qacd-cluster", targets: ["qacd-cluster"]))
  package.targets += [
    .systemLibrary(
      name: "CPostgres", path: "Cluster/Sources/CPostgres", pkgConfig: "libpq",
      providers: [.apt(["libpq-dev"])]),
    .target(
      name: "QACPostgres", dependencies: ["CPostgres", "QACSessions"],
      path: "Cluster/Sources/QACPostgres", swiftSettings: settings),
    .executableTarget(
      name: "qacd-cluster",
      dependencies: [
        "QACPostgres", "QACDaemon", "QACFindings", "QACProtocol", "QACServer", "QACSessions",
        "CVersion", arguments,
      ],
      path: "Cluster/Sources/qacd-cluster", swiftSettings: settings),
  ]
}

// qac-bench and qac-instructions, which measure: HdrHistogram.
if parts.contains("benchmarks") {
  package.products += [
    .executable(name: "qac-bench", targets: ["qac-bench"]),
    .executable(name: "qac-instructions", targets: ["qac-instructions"]),
  ]
  package.dependencies.append(
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"))
  package.targets += [
    .target(name: "CBench", path: "Benchmarks/Sources/CBench"),
    // Stands in front of the allocator of whatever program links it.
    .target(name: "CAllocations", path: "Benchmarks/Sources/CAllocations"),
    // Sessions of a given length, for the two programs below.
    .target(
      name: "BenchSessions", dependencies: ["QACBinary", "QACEngine", "QACLogs", "QACText"],
      path: "Benchmarks/Sources/BenchSessions", swiftSettings: settings),
    // What dev/instructions counts.
    .executableTarget(
      name: "qac-instructions",
      dependencies: [
        "BenchSessions", "CBench", "CAllocations", "QACEngine", "QACIndex", "QACLogs", "QACReplay",
        "QACRetrieval", "QACText", "QACTraining",
      ],
      path: "Benchmarks/Sources/qac-instructions", swiftSettings: settings),
    .executableTarget(
      name: "qac-bench",
      dependencies: [
        "BenchSessions", "CBench", "QACClient", "QACEngine", "QACIndex", "QACLogs", "QACPipeline",
        "QACProtocol", "QACReplay", "QACRetrieval", "QACText", arguments, nio, nioPosix,
        .product(name: "Histogram", package: "hdrhistogram-swift"),
      ],
      path: "Benchmarks/Sources/qac-bench", swiftSettings: settings),
  ]
}
