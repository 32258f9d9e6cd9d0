// Completions that an index must give before it is published: a list made by hand.
//
// The file is UTF-8. A line has, separated by tabs, the previous query (may be empty), the prefix,
// the expected completion, and perhaps the number of suggestions among which it must be (10 without
// it). Empty lines and lines that begin with # are skipped.
// Invariant: a file is taken whole, or refused with the number of its first wrong line.

import QACBinary
import QACEngine
import QACIndex
import QACReplay
import QACText

/// A completion that is expected.
struct Canary: Sendable, Equatable {
  var line: Int
  var previous: String
  var prefix: String
  var expected: String
  /// The completion must be among so many suggestions.
  var depth = SystemRunner.answers

  /// The most bytes of a file of canaries.
  private static let maximumFileBytes = 16 << 20

  /// Reads the file at `path`.
  static func read(_ path: String) throws(PipelineError) -> [Canary] {
    let data: [UInt8]
    do {
      data = try RegularFile.contents(path, limit: maximumFileBytes)
    } catch {
      throw .failed("the canaries cannot be read: \(error)")
    }
    let depths = 1...SystemRunner.answers
    var canaries: [Canary] = []
    let lines = String(decoding: data, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (i, line) in lines.enumerated() {
      if line.isEmpty || line.hasPrefix("#") { continue }
      let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
      let depth = columns.count == 4 ? Int(columns[3]) : depths.upperBound
      guard columns.count == 3 || columns.count == 4, let depth, depths.contains(depth),
        !columns[2].isEmpty
      else {
        throw .failed(
          "line \(i + 1) of the canaries \(path) is not a canary; write previous query, prefix, "
            + "completion and perhaps a number from 1 to \(depths.upperBound), separated by tabs")
      }
      canaries.append(
        Canary(
          line: i + 1, previous: String(columns[0]), prefix: String(columns[1]),
          expected: String(columns[2]), depth: depth))
    }
    return canaries
  }

  /// Whether `engine` suggests the expected completion.
  func holds(_ engine: CompletionEngine) -> Bool {
    let normalizer = Normalizer(engine.index.profile)
    let time = engine.index.view.lastTime
    var context = SessionContext()
    let before = normalizer.normalize(previous)
    if !before.isEmpty {
      context.record(normalized: before, surface: Array(previous.utf8), at: time)
    }
    let scratch = CompletionScratch(engine: engine)
    normalizer.normalize(prefix, as: .prefix).withUnsafeBufferPointer {
      engine.complete(
        prefix: $0, context: context, at: time, limit: depth, options: .standard,
        scratch: scratch)
    }
    let target = normalizer.normalize(expected)
    return (0..<scratch.count).contains { scratch.normalizedText($0) == target }
  }
}
