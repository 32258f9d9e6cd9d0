// What can go wrong between a log and an index, in messages that end with the remedy.

import QACBinary
import QACEngine
import QACIndex
public import QACTraining

/// Why a build or an evaluation ended without a result.
public enum PipelineError: Error, Sendable, CustomStringConvertible {
  /// The log has too few observations to divide.
  case tooSmall(observations: Int)
  /// Typed prefixes are asked for, and the scored part of the log has none.
  case nothingTyped
  /// The directory at `path` does not exist and cannot be created.
  case noDirectory(path: String)
  /// The file at `path` holds no measurement of another system.
  case malformedRow(path: String, problem: String)
  /// The measurement at `path` is of requests other than those asked now.
  case otherRequests(path: String, expected: String, got: String)
  /// The file at `path` holds no curves.
  case malformedCurves(path: String)
  /// Another process changes the store of indexes at `path`.
  case storeInUse(path: String)
  /// Something other than the store's link is at `path`.
  case notALink(path: String)
  /// There is no such version in the store at `path`.
  case noVersion(path: String)
  /// There is no manifest of published indexes at `path`, or it is none.
  case noManifest(path: String)
  /// The published index at `path` is not what its manifest says.
  case notWhole(path: String)
  /// None of the log files can be read; `first` says why the first of them cannot.
  case noInput(first: String)
  /// A line, counted from 1, of the synonyms at `path` is none.
  case synonyms(path: String, line: Int, SynonymFault)
  /// A setting of a rebuild has a value that it cannot have.
  case setting(name: String, values: SettingValues)
  /// A lower layer failed; the text is that of its error.
  case failed(String)

  /// Wraps an error of a lower layer.
  init(_ error: any Error) {
    if let own = error as? PipelineError {
      self = own
    } else {
      self = .failed("\(error)")
    }
  }

  /// One line: what is wrong and what to do.
  public var description: String {
    switch self {
    case .nothingTyped:
      return
        "the scored part of the log does not say what was typed; give a log of JSON lines with "
        + "the member prefixes or typed, or leave --prefixes out"
    case .tooSmall(let observations):
      return
        "\(observations) queries are too few to divide into learning and scoring; use a larger log"
    case .noDirectory(let path):
      return "cannot make the directory \(path); name one that can be created and written to"
    case .malformedRow(let path, let problem):
      return "\(path): \(problem); write it again with Benchmarks/pecos/evaluate.py --row"
    case .otherRequests(let path, let expected, let got):
      return
        "\(path) was measured on other requests (\(got)) than these (\(expected)); export the "
        + "requests with --export and the same flags, and measure again"
    case .malformedCurves(let path):
      return "\(path) holds no curves; write it again with qac-index curves measure --out"
    case .storeInUse(let path):
      return "another rebuild or rollback is running in \(path); wait for its end"
    case .notALink(let path):
      return "\(path) is not the link that rebuilds keep there; move it away or name another --dir"
    case .noVersion(let path):
      return "there is no such version in \(path); `qac-index list` shows those that exist"
    case .noManifest(let path):
      return "\(path) names no published index; publish one with `qac-index publish`"
    case .notWhole(let path):
      return "\(path) is not what its manifest says; if it is being copied, fetch again later"
    case .noInput(let first):
      return "nothing can be read: \(first)"
    case .synonyms(let path, let line, let fault):
      return "line \(line) of the synonyms \(path): \(fault)"
    case .setting(let name, let values):
      return "the setting \(name) must be \(values); choose such a value"
    case .failed(let text):
      return text
    }
  }
}
