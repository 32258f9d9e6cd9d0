// swift-tools-version: 6.2
// Benchmarks of qacd, in a package of their own so that nothing of them enters the product.

import PackageDescription

func qacd(_ names: String...) -> [Target.Dependency] {
  names.map { .product(name: $0, package: "qacd") }
}

let package = Package(
  name: "Benchmarks",
  dependencies: [
    .package(name: "qacd", path: ".."),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
  ],
  targets: [
    .target(name: "CBench"),
    // Stands in front of the allocator of whatever program links it.
    .target(name: "CAllocations"),
    // Sessions of a given length, for the two programs below.
    .target(
      name: "BenchSessions", dependencies: qacd("QACBinary", "QACEngine", "QACLogs", "QACText")),
    // What dev/instructions counts; every run of CI builds it, so it needs no package but the product.
    .executableTarget(
      name: "qac-instructions",
      dependencies: ["BenchSessions", "CBench", "CAllocations"]
        + qacd(
          "QACEngine", "QACIndex", "QACLogs", "QACReplay", "QACRetrieval", "QACText",
          "QACTraining")
    ),
    .executableTarget(
      name: "qac-bench",
      dependencies: [
        "BenchSessions", "CBench",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Histogram", package: "hdrhistogram-swift"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ]
        + qacd(
          "QACClient", "QACEngine", "QACIndex", "QACLogs", "QACPipeline", "QACProtocol",
          "QACReplay", "QACRetrieval", "QACText")),
  ]
)
