// Unpacks gzip data in pieces of any size, for tests.

import QACBinary
import QACLogs

/// Unpacks gzip data, `step` packed bytes at a time.
public func unpack(_ bytes: [UInt8], step: Int = 1 << 16) throws -> [UInt8] {
  var offset = 0
  let reader = try GzipReader(head: UnsafeBufferPointer(start: nil, count: 0), path: "test") {
    (output) throws(LogError) in
    let piece = bytes[offset..<min(offset + step, bytes.count)]
    offset += piece.count
    _ = output.update(fromContentsOf: piece)
    return piece.count
  }
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 12)
  while true {
    let count = try buffer.withUnsafeMutableBufferPointer { try reader.read(into: $0) }
    if count == 0 { return result }
    result.append(contentsOf: buffer[..<count])
  }
}
