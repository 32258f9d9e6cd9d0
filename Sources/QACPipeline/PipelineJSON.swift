// JSON as it is kept on disk: reports and the state of logs.

import Foundation
import QACBinary

/// JSON as it is kept on disk.
enum PipelineJSON {
  /// `value` as JSON with sorted keys, ending in a line's end.
  static func encode(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Array(try encoder.encode(value)) + [0x0A]
  }

  /// The value in the file at `path`; nil where there is none.
  static func read<Value: Decodable>(_ type: Value.Type, at path: String) -> Value? {
    (try? RegularFile.contents(path)).flatMap {
      try? JSONDecoder().decode(type, from: Data($0))
    }
  }
}
