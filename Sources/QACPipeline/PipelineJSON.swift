// JSON files: reports and the state of logs.

import Foundation
import QACBinary

/// Reads and writes JSON files.
enum PipelineJSON {
  /// `value` as JSON with sorted keys and a newline at the end.
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [0x0A]
  }

  /// The value in the file at `path`; nil if there is no such file, or none that holds such a
  /// value.
  static func read<Value: Decodable>(_ type: Value.Type, at path: String) -> Value? {
    (try? RegularFile.contents(path)).flatMap {
      try? JSONDecoder().decode(type, from: Data($0))
    }
  }
}
