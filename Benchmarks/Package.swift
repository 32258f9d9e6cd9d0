// swift-tools-version: 6.2
// Benchmarks of qacd, in a package of their own so that nothing of them enters the product.

import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "qacd", path: "..")],
  targets: [
    .executableTarget(
      name: "qac-bench",
      dependencies: [
        "QACEngine", "QACIndex", "QACLogs", "QACPipeline", "QACReplay", "QACTraining",
      ].map { .product(name: $0, package: "qacd") })
  ]
)
