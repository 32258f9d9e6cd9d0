// The simulator knows which of its queries are misspelt, and what they should be.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import Testing

@testable import QACSimulator

struct ShopErrorsTests {
  private static let options = ShopSimulator.Options(users: 300, days: 20, labels: 2_000, seed: 4)

  @Test
  func everyErrorIsInTheLogAndMeansAKnownQuery() throws {
    let simulator = try ShopSimulator(options: Self.options)
    let (catalog, events) = simulator.simulate()
    let known = Set(catalog.labels.map { $0.text(catalog.vocabulary) })
    let submitted = Set(events.map { $0.query.lowercased() })
    let errors = simulator.errors()
    for error in errors {
      #expect(submitted.contains(error.misspelt))
      #expect(known.contains(error.right))
      #expect(!known.contains(error.misspelt))
      #expect(error.misspelt + "s" != error.right || error.misspelt.hasSuffix("s"))
      #expect(error.misspelt.filter(\.isNumber) == error.right.filter(\.isNumber), "\(error)")
    }
    // All else that is submitted is known, or it lacks the s of a plural.
    let misspelt = Set(errors.map(\.misspelt))
    for text in submitted.subtracting(misspelt) {
      #expect(known.contains(text) || known.contains(text + "s"), "\(text)")
    }
    let share = Double(events.count { $0.meant != nil }) / Double(events.count)
    #expect((0.015...0.035).contains(share), "\(share)")
  }

  @Test
  func errorsAreOfAllKinds() throws {
    let errors = try ShopSimulator(options: Self.options).errors()
    #expect(errors == errors.sorted { ($0.misspelt, $0.right) < ($1.misspelt, $1.right) })
    #expect(Set(errors).count == errors.count)
    #expect(errors.contains { $0.misspelt.first != $0.right.first })
    #expect(errors.contains { $0.misspelt + String($0.right.suffix(1)) == $0.right })
    #expect(
      errors.contains {
        $0.misspelt.filter { $0 != " " } == $0.right.filter { $0 != " " }
      }, "none has two words typed as one")
    #expect(
      errors.contains {
        $0.misspelt.count == $0.right.count && $0.misspelt.sorted() == $0.right.sorted()
      }, "none has letters exchanged")
  }

  /// Half of the errors are put right by the same person within a minute.
  @Test
  func halfOfTheErrorsArePutRightAtOnce() throws {
    let events = try ShopSimulator(options: Self.options).simulate().events
    var byUser: [Int: [ShopSimulator.Event]] = [:]
    for event in events { byUser[event.user, default: []].append(event) }
    var all = 0
    var right = 0
    for own in byUser.values {
      for (i, event) in own.enumerated() where event.meant != nil {
        all += 1
        let next = i + 1 < own.count ? own[i + 1] : nil
        if next?.query == event.meant, (next?.time ?? 0) - event.time < 60 { right += 1 }
      }
    }
    #expect(all > 100)
    #expect(abs(Double(right) / Double(all) - 0.5) < 0.1, "\(right) of \(all)")
  }

  @Test(arguments: ["errors.tsv", "errors.tsv.gz"])
  func theFileHasTheErrorsOfTheLog(name: String) throws {
    let directory = try TemporaryDirectory()
    let simulator = try ShopSimulator(options: .init(users: 40, days: 9, labels: 300, seed: 2))
    try simulator.write(toFile: directory.file("plain.tsv"))
    try simulator.write(
      toFile: directory.file("log.tsv"), and: .init(errors: directory.file(name)))
    let written = try [UInt8](Data(contentsOf: URL(fileURLWithPath: directory.file(name))))
    let lines = name.hasSuffix(".gz") ? try unpack(written) : written
    let expected = simulator.errors().map { "\($0.misspelt)\t\($0.right)\n" }.joined()
    #expect(!expected.isEmpty)
    #expect(String(decoding: lines, as: UTF8.self) == expected)
    let logs = try ["plain.tsv", "log.tsv"].map {
      try Data(contentsOf: URL(fileURLWithPath: directory.file($0)))
    }
    #expect(logs[0] == logs[1])
  }

  @Test(arguments: UInt64(0)..<20)
  func anErrorIsOneSlip(seed: UInt64) {
    var random = SplitMix64(seed: seed)
    for text in ["tv", "air fryer 5 l", "Running Shoes", "4k monitor 27 inch", "MUG"] {
      for _ in 0..<50 {
        var again = random
        let typed = text.mistyped(&random)
        #expect(text.mistyped(&again) == typed, "seed \(seed)")
        #expect(abs(typed.count - text.count) <= 1, "seed \(seed): \(typed)")
        #expect(typed.filter(\.isNumber) == text.filter(\.isNumber), "seed \(seed): \(typed)")
      }
    }
  }
}
