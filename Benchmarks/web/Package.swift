// swift-tools-version: 6.2
// A route of Hummingbird that does nothing, to measure qac-web beside.

import PackageDescription

let package = Package(
  name: "WebBenchmark",
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1")
  ],
  targets: [
    .executableTarget(
      name: "empty-route",
      dependencies: [.product(name: "Hummingbird", package: "hummingbird")])
  ]
)
