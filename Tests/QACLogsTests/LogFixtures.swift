// Helpers of this library's tests: logs with given content.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import QACText

/// Writes `bytes` to a new file in `directory`.
func write(
  _ bytes: [UInt8], to name: String = "log", in directory: TemporaryDirectory
) throws -> String {
  let path = directory.file(name)
  try Data(bytes).write(to: URL(fileURLWithPath: path))
  return path
}

/// Reads `text` as a log.
func read(_ text: String, _ options: LogReadOptions = LogReadOptions()) throws -> QueryLog {
  try read(Array(text.utf8), options)
}

/// Reads `bytes` as a log.
func read(_ bytes: [UInt8], _ options: LogReadOptions = LogReadOptions()) throws -> QueryLog {
  let directory = try TemporaryDirectory()
  return try LogReader.read(paths: [try write(bytes, in: directory)], options: options)
}

/// The error that reading `bytes` gives, or nil.
func failure(
  reading bytes: [UInt8], _ options: LogReadOptions = LogReadOptions()
) throws -> LogError? {
  do {
    _ = try read(bytes, options)
    return nil
  } catch let error as LogError {
    return error
  }
}

/// The observations of `log` in words: `previous > query`, with the count if it is not 1.
func words(_ log: QueryLog) -> [String] {
  log.observations.map { seen in
    func text(_ id: UInt32) -> String {
      id == QueryTable.none
        ? "-" : String(decoding: log.queries.normalized[Int(id)], as: UTF8.self)
    }
    let pair = "\(text(seen.previous)) > \(text(seen.query))"
    return seen.count == 1 ? pair : "\(pair) x\(seen.count)"
  }
}
