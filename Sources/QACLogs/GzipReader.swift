// Unpacks gzip data held in memory, piece by piece, with zlib.
//
// Members that follow each other make one stream, as with gzip(1); zero bytes after the last (tape
// padding) are ignored, anything else there is damage.
// Source: RFC 1952 (gzip file format), §2.2 and §2.3.1.

import CZlib

/// A pull reader of gzip data.
package final class GzipReader {
  private let input: UnsafeRawBufferPointer
  private let path: String
  // On the heap: zlib keeps a pointer back to the stream's address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var offset = 0
  private var isInMember = true

  /// Whether `bytes` begin as gzip data do.
  package static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
    bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
  }

  /// Reads from `input`, which must outlive the reader; `path` is for errors.
  package init(_ input: UnsafeRawBufferPointer, path: String) throws(LogError) {
    self.input = input
    self.path = path
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 more than the window's bits: a gzip header and trailer, checked by zlib.
    let status = inflateInit2_(
      stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw damage("cannot be unpacked for lack of memory") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Fills `output` as far as there is data.
  ///
  /// - Returns: The number of bytes written; 0 only at the end.
  package func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(LogError) -> Int {
    var written = 0
    while written < output.count {
      if !isInMember {
        guard try startNextMember() else { break }
      }
      // Both counts are 32 bits wide: pieces of at most 1 GiB.
      let room = min(output.count - written, 1 << 30)
      let available = min(input.count - offset, 1 << 30)
      stream.pointee.next_out = output.baseAddress?.advanced(by: written)
      stream.pointee.avail_out = UInt32(room)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: input.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(available)
      let status = inflate(stream, Z_NO_FLUSH)
      offset += available - Int(stream.pointee.avail_in)
      written += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_STREAM_END: isInMember = false
      case Z_OK: continue
      case Z_BUF_ERROR where offset == input.count: throw damage("ends too early")
      case Z_MEM_ERROR: throw damage("cannot be unpacked for lack of memory")
      default: throw damage("is damaged near byte \(offset)")
      }
    }
    return written
  }

  /// Prepares for what follows a member; false if nothing but padding does.
  private func startNextMember() throws(LogError) -> Bool {
    let rest = UnsafeRawBufferPointer(rebasing: input[offset...])
    if rest.allSatisfy({ $0 == 0 }) { return false }
    guard Self.isGzip(rest), inflateReset(stream) == Z_OK else {
      throw damage("is followed by something else at byte \(offset)")
    }
    isInMember = true
    return true
  }

  private func damage(_ reason: String) -> LogError {
    .corruptGzip(path: path, reason: reason)
  }
}
