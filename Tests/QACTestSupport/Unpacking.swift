// Unpacks data in pieces of any size, for tests.

import QACBinary
import QACLogs

/// Unpacks gzip data, `step` packed bytes at a time.
public func unpack(_ bytes: [UInt8], step: Int = 1 << 16) throws -> [UInt8] {
  let pieces = PackedPieces(bytes, step: step)
  let reader = try GzipReader(head: UnsafeBufferPointer(start: nil, count: 0), path: "test") {
    (output) throws(LogError) in pieces.next(into: output)
  }
  return try readAll { try reader.read(into: $0) }
}

/// Unpacks Zstandard data, `step` packed bytes at a time.
public func unpackZstd(_ bytes: [UInt8], step: Int) throws -> [UInt8] {
  let pieces = PackedPieces(bytes, step: step)
  let reader = try ZstdReader(head: UnsafeBufferPointer(start: nil, count: 0), path: "test") {
    (output) throws(LogError) in pieces.next(into: output)
  }
  return try readAll { try reader.read(into: $0) }
}

/// Bytes that are handed out in pieces.
private final class PackedPieces {
  private let bytes: [UInt8]
  private let step: Int
  private var offset = 0

  init(_ bytes: [UInt8], step: Int) {
    self.bytes = bytes
    self.step = step
  }

  /// Copies the next piece into `output`; returns its bytes, 0 at the end.
  func next(into output: UnsafeMutableBufferPointer<UInt8>) -> Int {
    let piece = bytes[offset..<min(offset + step, bytes.count)]
    offset += piece.count
    _ = output.update(fromContentsOf: piece)
    return piece.count
  }
}

/// What `read` gives until it gives nothing, by a buffer that is smaller than most content.
private func readAll(
  _ read: (UnsafeMutableBufferPointer<UInt8>) throws -> Int
) throws -> [UInt8] {
  var result: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 1 << 10)
  while true {
    let count = try buffer.withUnsafeMutableBufferPointer { try read($0) }
    if count == 0 { return result }
    result.append(contentsOf: buffer[..<count])
  }
}
