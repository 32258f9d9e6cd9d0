// Indexes that are handed on: what is fetched is what was published, or nothing changes.

import Foundation
import QACBinary
import QACIndex
import QACTestSupport
import Testing

@testable import QACPipeline

@Suite struct IndexShelfTests {
  private let directory: TemporaryDirectory
  private let shelf: IndexShelf

  init() throws {
    directory = try TemporaryDirectory()
    shelf = IndexShelf(directory.file("shelf"))
  }

  /// Writes an index in which the first label weighs so much.
  private func index(_ weight: UInt32, _ name: String) throws -> String {
    let path = directory.file(name)
    var content = TinyIndex.content
    content.weights[0] = weight
    try AtomicFile.write(IndexWriter.serialize(content), to: path)
    return path
  }

  private func contents(_ path: String) throws -> [UInt8] { try RegularFile.contents(path) }

  @Test func whatIsFetchedIsWhatWasPublished() throws {
    let (first, second) = (try index(5, "1"), try index(6, "2"))
    let out = directory.file("served.qaci")
    for (file, now) in [(first, Int64(1000)), (second, 2000)] {
      #expect(try !shelf.publish(file, now: now, keeping: 2).wasThere)
      #expect(try shelf.publish(file, now: now + 1, keeping: 2).wasThere)
      #expect(try !shelf.fetch(to: out).wasThere)
      #expect(try shelf.fetch(to: out).wasThere)
      #expect(try contents(out) == contents(file))
    }
    // The older one becomes the latest again.
    _ = try shelf.publish(first, now: 3000, keeping: 2)
    _ = try shelf.fetch(to: out)
    #expect(try contents(out) == contents(first))
    let names = try FileManager.default.contentsOfDirectory(atPath: shelf.path)
    #expect(names.count { $0.hasSuffix(".qaci") } == 2)
  }

  @Test func whatIsNotWholeChangesNothing() throws {
    let out = try index(5, "served.qaci")
    let before = try contents(out)
    #expect(throws: PipelineError.self) { try shelf.fetch(to: out) }
    let name = try shelf.publish(try index(6, "2"), now: 1, keeping: 2).name
    let published = "\(shelf.path)/\(name)"
    let whole = try contents(published)
    for spoiled in [
      Array(whole.dropLast()), whole + [0], Array(whole.reversed()), [],
    ] {
      try AtomicFile.write(spoiled, to: published)
      #expect(throws: PipelineError.self) { try shelf.fetch(to: out) }
      #expect(try contents(out) == before)
    }
    for manifest in ["", "{}", "{\"index\":\"../x.qaci\",\"bytes\":1,\"hash\":\"0\"}"] {
      try AtomicFile.write(Array(manifest.utf8), to: "\(shelf.path)/latest.json")
      #expect(throws: PipelineError.self) { try shelf.fetch(to: out) }
      #expect(try contents(out) == before)
    }
    try AtomicFile.write(whole, to: published)
    let bad = directory.file("bad")
    try AtomicFile.write(Array(whole.dropLast(9)), to: bad)
    #expect(throws: PipelineError.self) { try shelf.publish(bad, now: 2, keeping: 2) }
    let left = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    #expect(!left.contains { $0.contains(".fetched") || $0.contains(".tmp") })
  }
}
