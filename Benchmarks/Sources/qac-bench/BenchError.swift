// What can go wrong with a benchmark, and what to do.

import Glibc

/// What can go wrong with a benchmark.
enum BenchError: Error, CustomStringConvertible {
  /// A program cannot be started.
  case spawn(program: String, code: Int32)
  /// A program ended with a status other than 0.
  case failed(program: String, status: Int32, output: String)
  /// A server does not answer on its socket.
  case notServing(program: String, path: String)
  /// A socket cannot be connected to.
  case socket(path: String, code: Int32)
  /// A file cannot be written.
  case file(path: String, code: Int32)
  /// A log is too short to ask its end.
  case logTooShort(path: String, events: Int, needed: Int)

  /// The load generator does not charge a server for what should have been asked while it stood
  /// still.
  case stallNotSeen(slow: Int, expected: Int)

  var description: String {
    switch self {
    case .spawn(let program, let code):
      return "cannot start \(program): \(Self.text(code)); build it with make release"
    case .failed(let program, let status, let output):
      return "\(program) ended with status \(status): \(output)"
    case .notServing(let program, let path):
      return "\(program) does not answer on \(path); start it by hand to see why"
    case .socket(let path, let code):
      return "cannot connect to \(path): \(Self.text(code)); choose another --work directory"
    case .file(let path, let code):
      return "cannot write \(path): \(Self.text(code)); choose another place"
    case .stallNotSeen(let slow, let expected):
      return
        "a server that stood still made \(slow) requests slow, not \(expected); mend the generator"
    case .logTooShort(let path, let events, let needed):
      return
        "\(path) has \(events) events after those of the index; use a log with \(needed) at least"
    }
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
