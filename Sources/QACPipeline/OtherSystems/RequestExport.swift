// Writes what an evaluation learns from and what it asks as plain files, so that another system can
// be measured on exactly the same requests.
//
// Three files of lines that end in a newline, fields separated by tabs, UTF-8, normalised texts:
//
//     learn.tsv      previous  query   count    what the index learns from, in the log's order
//     fit.tsv        previous  prefix  target   requests to choose settings on, the ranker's tenth
//     requests.tsv   previous  prefix  target   the requests that are scored, in order
//
// `previous` is empty if there was no query before. It is the query that the engine takes as the
// previous one: under the offline protocol the last of the cut session, unless that is too old.
// Prefixes are those of the scoring: 1 to length - 1 characters. Under the replay protocol a system
// may know more than these files: everything that was submitted before each request.
//
// A fourth file, export.json, says what was exported. Its `digest`, a hash of requests.tsv, is part
// of every measurement on these requests, and `ExternalSystem` is checked against it.
//
// Texts under the `search` profile have neither control characters nor backslashes and are written
// as they are. Under `verbatim` a backslash, tab, newline and carriage return are written `\\`,
// `\t`, `\n` and `\r`, so a reader that undoes these four reads every file.
//
// Invariant: a line is a request of `LogReplay`, or an observation with occurrences to learn from.
// Cost: one replay of each part, without an index. A file is held in memory while it is made.

import Foundation
import QACBinary
import QACEngine
public import QACLogs
import QACReplay
import QACText
import QACTraining

/// The split of a log as plain files.
public enum RequestExport {
  /// The file of what is learned.
  public static let learnName = "learn.tsv"
  /// The file of the requests that settings may be chosen on.
  public static let fitName = "fit.tsv"
  /// The file of the requests that are scored.
  public static let requestsName = "requests.tsv"

  /// The file that says what was exported.
  public static let descriptionName = "export.json"

  /// What was exported.
  private struct Description: Encodable {
    var digest: String
    var `protocol`: String
    var requests: Int
    var seed: UInt64
    var split: String
  }

  /// Writes the four files into `directory`, which is created if it is missing.
  ///
  /// - Parameters:
  ///   - log: The log that `Evaluation.run` is given.
  ///   - options: The options of the evaluation; only `split`, `rule` and `seed` matter.
  ///   - directory: Where the files go; files of these names are replaced.
  /// - Throws: `PipelineError`.
  public static func write(
    _ log: QueryLog, options: EvaluationOptions, to directory: String
  ) throws(PipelineError) {
    let split = LogSplit(log, by: options.rule(for: log), seed: options.seed)
    let replay = LogReplay(log, split: split, protocol: options.rule, seed: options.seed)
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw .noDirectory(path: directory)
    }
    let asked = requests(.score, replay)
    let description = Description(
      digest: digest(asked), protocol: options.rule.rawValue,
      requests: replay.requestCount(of: .score), seed: options.seed, split: split.rule.rawValue)
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
      try AtomicFile.write(learned(log, split), to: "\(directory)/\(learnName)")
      try AtomicFile.write(requests(.fit, replay), to: "\(directory)/\(fitName)")
      try AtomicFile.write(asked, to: "\(directory)/\(requestsName)")
      try AtomicFile.write(
        Array(try encoder.encode(description)), to: "\(directory)/\(descriptionName)")
    } catch {
      throw PipelineError(error)
    }
  }

  /// The content of learn.tsv.
  static func learned(_ log: QueryLog, _ split: LogSplit) -> [UInt8] {
    var lines: [UInt8] = []
    // The profile does not matter here: the log's texts are normalised already.
    let set = TrainingSet(log, profile: .search, split: split, parts: [.learn])
    for example in set.examples {
      if example.previous != TrainingSet.none {
        append(set.queries[Int(example.previous)], to: &lines)
      }
      lines.append(tab)
      append(set.queries[Int(example.query)], to: &lines)
      lines.append(tab)
      lines += "\(example.count)\n".utf8
    }
    return lines
  }

  /// The content of fit.tsv or requests.tsv.
  static func requests(_ part: LogSplit.Part, _ replay: LogReplay) -> [UInt8] {
    var lines: [UInt8] = []
    replay.forEachRequest(of: part) { request in
      append(request.context.previousText(at: request.time) ?? [], to: &lines)
      lines.append(tab)
      append(request.prefix, to: &lines)
      lines.append(tab)
      append(request.target, to: &lines)
      lines.append(newline)
    }
    return lines
  }

  /// 16 hexadecimal digits that tell the content of one requests.tsv from another.
  static func digest(_ requests: [UInt8]) -> String {
    let digits = String(StableHash.of(requests, seed: 0), radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static let tab = UInt8(ascii: "\t")
  private static let newline = UInt8(ascii: "\n")

  /// Appends `text` with the four escapes.
  private static func append(_ text: some Sequence<UInt8>, to lines: inout [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\\"): lines += #"\\"#.utf8
      case tab: lines += #"\t"#.utf8
      case newline: lines += #"\n"#.utf8
      case UInt8(ascii: "\r"): lines += #"\r"#.utf8
      default: lines.append(byte)
      }
    }
  }
}
