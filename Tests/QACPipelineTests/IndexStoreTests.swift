// Publishing: interrupted before every step, in every order, by two at once.

import Foundation
import QACBinary
import QACPipeline
import QACTestSupport
import Testing

struct IndexStoreTests {
  private func content(_ text: String) -> IndexStore.Content {
    IndexStore.Content(
      index: Array("index \(text)".utf8), report: Array("{}".utf8), page: Array("page".utf8))
  }

  private func served(_ path: String) -> String? {
    FileManager.default.contents(atPath: path + "/current.qaci").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  private func names(_ path: String) throws -> [String] {
    try IndexStore.versions(path).map { $0.name + ($0.isCurrent ? "*" : "") }
  }

  @Test func whatIsPublishedIsServed() throws {
    let directory = try TemporaryDirectory()
    let store = try IndexStore(directory.file("store"))
    #expect(served(store.path) == nil)
    try store.publish(content("1"), as: "v1")
    try store.publish(content("2"), as: "v2")
    #expect(served(store.path) == "index 2")
    #expect(try names(store.path) == ["v1", "v2*"])
    try store.setCurrent("v1")
    #expect(served(store.path) == "index 1")
    // The link is relative, so the whole directory may be moved.
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: store.link)
    #expect(link == "versions/v1/index.qaci")
  }

  @Test func twoVersionsOfOneSecondAreInTheOrderOfPublication() throws {
    let directory = try TemporaryDirectory()
    let store = try IndexStore(directory.file("store"))
    var names: [String] = []
    for i in 0..<8 {
      let content = content("\(i)")
      let time = IndexStore.time(1_770_000_000, behind: try IndexStore.versions(store.path))
      names.append(IndexStore.name(content.index, now: time))
      try store.publish(content, as: names[i])
    }
    #expect(names.sorted() == names)
    #expect(try IndexStore.versions(store.path).map(\.name) == names)
    // A clock that went back stays what it is.
    let versions = try IndexStore.versions(store.path)
    #expect(IndexStore.time(1_000_000_000, behind: versions) == 1_000_000_000)
  }

  /// An error before a step leaves what a crash there leaves, because nothing is cleaned up.
  @Test(arguments: IndexStore.Step.allCases.filter { $0 != .removeOld })
  func anInterruptionLeavesTheServedIndexOrTheNewOne(_ step: IndexStore.Step) throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("store")
    do {
      let store = try IndexStore(path)
      try store.publish(content("1"), as: "v1")
      store.fault = { (now) throws(PipelineError) in
        if now == step { throw .failed("interrupted") }
      }
      #expect(throws: PipelineError.self) { try store.publish(content("2"), as: "v2") }
      // Only the sync of the directory comes after the link is renamed.
      #expect(served(path) == (step == .syncStore ? "index 2" : "index 1"))
    }
    // The next change cleans up and succeeds.
    let store = try IndexStore(path)
    let left = try FileManager.default.contentsOfDirectory(atPath: path + "/versions")
    #expect(left.allSatisfy { !$0.hasSuffix(".new") })
    #expect(!FileManager.default.fileExists(atPath: store.link + ".new"))
    for version in try IndexStore.versions(path) {
      let index = FileManager.default.contents(atPath: store.index(of: version.name))
      #expect(
        index.map { String(decoding: $0, as: UTF8.self) } == "index \(version.name.dropFirst())")
    }
    try store.publish(content("3"), as: "v3")
    #expect(served(path) == "index 3")
    try store.keep(1)
    #expect(try names(path) == ["v3*"])
  }

  @Test func theNewestAndTheCurrentVersionAreKept() throws {
    let directory = try TemporaryDirectory()
    let store = try IndexStore(directory.file("store"))
    for i in 1...6 { try store.publish(content("\(i)"), as: "v\(i)") }
    try store.setCurrent("v2")
    store.fault = { (step) throws(PipelineError) in
      if step == .removeOld { throw .failed("interrupted") }
    }
    #expect(throws: PipelineError.self) { try store.keep(2) }
    store.fault = { _ throws(PipelineError) in }
    try store.keep(2)
    #expect(try names(store.path) == ["v2*", "v5", "v6"])
  }

  @Test func onlyOneChangesAStore() throws {
    let directory = try TemporaryDirectory()
    var first: IndexStore? = try IndexStore(directory.path)
    #expect(throws: PipelineError.self) { try IndexStore(directory.path) }
    try first?.publish(content("1"), as: "v1")
    first = nil
    _ = try IndexStore(directory.path)
  }

  /// As when another thread starts a program, which has a copy of every descriptor until it runs.
  @Test func aCopyOfTheDescriptorDoesNotHoldTheLock() throws {
    let directory = try TemporaryDirectory()
    var first: IndexStore? = try IndexStore(directory.path)
    #expect(first != nil)
    let own = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
      Int32($0)
    }.first {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)"))
        == directory.path + "/lock"
    }
    let copy = dup(try #require(own))
    defer { close(copy) }
    first = nil
    _ = try IndexStore(directory.path)
  }

  @Test func whatIsNotALinkIsNotReplaced() throws {
    let directory = try TemporaryDirectory()
    try Data("mine".utf8).write(to: URL(fileURLWithPath: directory.file("current.qaci")))
    let store = try IndexStore(directory.path)
    #expect(throws: PipelineError.self) { try store.publish(content("1"), as: "v1") }
    #expect(served(directory.path) == "mine")
  }

  @Test func sequencesOfChangesAgreeWithAModel() throws {
    try withEvery("seed", in: UInt64(0)..<40) { seed in
      var random = SplitMix64(seed: seed)
      let directory = try TemporaryDirectory()
      var kept: [String] = []
      var current: String?
      for i in 10..<30 {
        // A new process each time.
        let store = try IndexStore(directory.path)
        switch random.below(4) {
        case 0:
          if let name = kept.randomElement(using: &random) {
            try store.setCurrent(name)
            current = name
          }
        case 1:
          let count = 1 + random.below(4)
          try store.keep(count)
          kept = kept.enumerated().filter {
            $0.offset >= kept.count - count || $0.element == current
          }.map(\.element)
        case 2:
          let steps = IndexStore.Step.allCases
          let step = steps[random.below(steps.count - 2)]
          store.fault = { (now) throws(PipelineError) in
            if now == step { throw .failed("interrupted") }
          }
          #expect(throws: PipelineError.self) { try store.publish(content("\(i)"), as: "v\(i)") }
          // The version exists from the rename of its directory on.
          let whole: [IndexStore.Step] = [.syncVersions, .makeLink, .renameLink, .syncStore]
          if whole.contains(step) { kept.append("v\(i)") }
          if step == .syncStore { current = "v\(i)" }
        default:
          try store.publish(content("\(i)"), as: "v\(i)")
          kept.append("v\(i)")
          current = "v\(i)"
        }
        let found = try names(directory.path)
        #expect(found == kept.map { $0 == current ? $0 + "*" : $0 }, "seed \(seed)")
        let text = served(directory.path)
        #expect(text == current.map { "index \($0.dropFirst())" }, "seed \(seed)")
      }
    }
  }
}
