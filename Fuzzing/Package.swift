// swift-tools-version: 6.2
// libFuzzer targets for everything that reads bytes from outside. They are a package of their own,
// because all of it, the product's libraries too, is built with instruments (`make fuzz`, dev/fuzz).

import PackageDescription

let package = Package(
  name: "Fuzzing",
  dependencies: [.package(name: "qacd", path: "..")],
  targets: [
    // libFuzzer's entry, which the sanitizer's runtime brings.
    .systemLibrary(name: "CFuzzer"),
    .executableTarget(
      name: "qac-fuzz",
      dependencies: ["CFuzzer"]
        + [
          "QACBinary", "QACEngine", "QACIndex", "QACLogs", "QACProtocol", "QACSessions",
          "QACTerminal",
          "QACText",
        ].map { .product(name: $0, package: "qacd") }),
  ]
)
