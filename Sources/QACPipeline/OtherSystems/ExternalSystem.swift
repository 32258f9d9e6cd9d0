// The row of a system that was measured elsewhere, on requests that `RequestExport` wrote.
//
// One JSON object, in which `digest` is that of the exported requests:
//
//     {"system": "pecos", "digest": "0123456789abcdef", "ranks": [1, 0], "suggestions": [10, 7]}
//
// `ranks` has the rank of each request's query, counted from 1, or 0 if it was not among ten.
// `suggestions` has the number of suggestions for each request. Other keys say how the system was
// measured; they are ignored.
//
// Invariant: there are as many ranks as numbers of suggestions; a rank is at most the number of
// suggestions, which is at most `SystemRunner.answers`.

public import Foundation
import QACBinary
import QACReplay

/// The answers of a system that was measured elsewhere.
public struct ExternalSystem: Sendable, Equatable {
  /// Its name in tables.
  public let name: String
  /// The digest of the requests that it answered.
  public let digest: String
  /// The rank of each request's query, counted from 1, or 0.
  public let ranks: [UInt8]
  /// The number of suggestions for each request, at most `SystemRunner.answers`.
  public let suggestions: [UInt8]
  /// The file that this was read from, for messages.
  let path: String

  private struct Row: Decodable {
    var system: String
    var digest: String
    var ranks: [UInt8]
    var suggestions: [UInt8]
  }

  /// Reads the row in the file at `path`.
  ///
  /// - Throws: `PipelineError`.
  public init(reading path: String) throws(PipelineError) {
    let data: Data
    do {
      data = Data(try RegularFile.contents(path))
    } catch {
      throw .malformedRow(path: path, problem: "it cannot be read")
    }
    try self.init(data, path: path)
  }

  /// Reads the row in `data`, the content of the file at `path`.
  ///
  /// - Throws: `PipelineError.malformedRow`.
  public init(_ data: Data, path: String) throws(PipelineError) {
    let row: Row
    do {
      row = try JSONDecoder().decode(Row.self, from: data)
    } catch {
      throw .malformedRow(
        path: path, problem: "it is not a JSON object with system, digest, ranks and suggestions")
    }
    let own = CompletionSystem.allCases.map(\.rawValue)
    if row.system.isEmpty || row.system.count > 12 || own.contains(row.system) {
      throw .malformedRow(
        path: path, problem: "its system has no name, a long one, or the name of one of ours")
    }
    if row.ranks.count != row.suggestions.count {
      throw .malformedRow(
        path: path,
        problem: "\(row.ranks.count) ranks and \(row.suggestions.count) numbers of suggestions")
    }
    for (rank, suggestions) in zip(row.ranks, row.suggestions)
    where suggestions > SystemRunner.answers || rank > suggestions {
      throw .malformedRow(
        path: path,
        problem: "rank \(rank) of \(suggestions) suggestions, of at most \(SystemRunner.answers)")
    }
    name = row.system
    digest = row.digest
    ranks = row.ranks
    suggestions = row.suggestions
    self.path = path
  }

  /// Checks that it answered the requests that are asked now: `count` of them, with `digest`.
  ///
  /// - Throws: `PipelineError.otherRequests` if it did not.
  func check(digest: String, count: Int) throws(PipelineError) {
    if digest != self.digest || count != ranks.count {
      throw .otherRequests(path: path, expected: digest, got: self.digest)
    }
  }

  /// Its answers, to show beside those of our systems.
  var scores: ReplayScores.System {
    var system = ReplayScores.System(name: name)
    system.ranks = ranks
    system.suggestions = suggestions
    return system
  }
}
