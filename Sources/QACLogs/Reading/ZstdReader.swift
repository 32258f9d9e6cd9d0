// Unpacks Zstandard data piece by piece with libzstd.
//
// Frames that follow each other make one stream, as with zstd(1), and skippable frames are skipped.
// An end inside a frame is damage. libzstd refuses frames with a window of more than 128 MiB, so a
// hostile file cannot ask for more memory.
// Source: RFC 8878 (Zstandard), §3.1.

import CZstd

/// A pull reader of Zstandard data.
package final class ZstdReader {
  private let path: String
  private let refill: GzipReader.Refill
  private let stream: OpaquePointer
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var start = 0
  private var end: Int
  /// How many bytes of the frame libzstd still expects; 0 between two frames.
  private var expected = 0

  /// Whether `bytes` begin as Zstandard data do.
  package static func isZstd(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x28, 0xB5, 0x2F, 0xFD])
  }

  /// Makes a reader of `head` and the bytes after it, which `refill` brings; `path` is for errors.
  package init(
    head: UnsafeBufferPointer<UInt8>, path: String, refill: @escaping GzipReader.Refill
  ) throws(LogError) {
    self.path = path
    self.refill = refill
    guard let stream = ZSTD_createDStream() else {
      throw .corruptZstd(path: path, reason: "cannot be unpacked for lack of memory")
    }
    self.stream = stream
    buffer = .allocate(capacity: max(head.count, GzipReader.bufferBytes))
    _ = buffer.update(fromContentsOf: head)
    end = head.count
  }

  deinit {
    ZSTD_freeDStream(stream)
    buffer.deallocate()
  }

  /// Fills `output` as far as there is data.
  ///
  /// - Returns: The number of bytes written; fewer than `output` has room for only at the end.
  package func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(LogError) -> Int {
    var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
    while target.pos < output.count {
      if start == end {
        start = 0
        end = try refill(buffer)
      }
      let isAtEnd = end == 0
      if isAtEnd, expected == 0 { break }
      let before = target.pos
      var source = ZSTD_inBuffer(src: buffer.baseAddress, size: end, pos: start)
      let result = ZSTD_decompressStream(stream, &target, &source)
      start = source.pos
      if ZSTD_isError(result) != 0 { throw .corruptZstd(path: path, reason: "is damaged") }
      expected = result
      if isAtEnd, expected != 0, target.pos == before {
        throw .corruptZstd(path: path, reason: "ends too early")
      }
    }
    return target.pos
  }
}
