// Unpacks gzip data piece by piece with zlib.
//
// Members that follow each other make one stream, as with gzip(1). Zero bytes between or after them
// (tape padding) are skipped; anything else there is damage, and so is an end inside a member.
// Source: RFC 1952 (gzip file format), §2.2 and §2.3.1.

import CZlib

/// A pull reader of gzip data.
package final class GzipReader {
  /// Fills the buffer with packed bytes and returns how many; 0 only at the end.
  package typealias Refill = (UnsafeMutableBufferPointer<UInt8>) throws(LogError) -> Int

  /// The size of a buffer of packed bytes.
  static let bufferBytes = 1 << 16

  private let path: String
  private let refill: Refill
  // On the heap: zlib keeps a pointer back to the stream's address.
  private let stream: UnsafeMutablePointer<z_stream>
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var start = 0
  private var end = 0
  private var isInMember = true
  private var membersRead = 0

  /// Whether `bytes` begin as gzip data do.
  package static func isGzip(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.starts(with: [0x1F, 0x8B])
  }

  /// Makes a reader of `head` and the bytes after it, which `refill` brings; `path` is for errors.
  package init(
    head: UnsafeBufferPointer<UInt8>, path: String, refill: @escaping Refill
  ) throws(LogError) {
    self.path = path
    self.refill = refill
    buffer = .allocate(capacity: max(head.count, Self.bufferBytes))
    _ = buffer.update(fromContentsOf: head)
    end = head.count
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Adding 16 to the window's bits makes zlib check a gzip header and trailer.
    let status = inflateInit2_(
      stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw damage("cannot be unpacked for lack of memory") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    buffer.deallocate()
  }

  /// Fills `output` as far as there is data.
  ///
  /// - Returns: The number of bytes written; fewer than `output` has room for only at the end.
  package func read(into output: UnsafeMutableBufferPointer<UInt8>) throws(LogError) -> Int {
    var written = 0
    while written < output.count {
      if start == end {
        start = 0
        end = try refill(buffer)
      }
      if !isInMember, !startNextMember() {
        if end == 0 { break }
        continue
      }
      // zlib's counts are 32 bits wide, so at most 1 GiB at once.
      let room = min(output.count - written, 1 << 30)
      stream.pointee.next_out = output.baseAddress?.advanced(by: written)
      stream.pointee.avail_out = UInt32(room)
      stream.pointee.next_in = buffer.baseAddress?.advanced(by: start)
      stream.pointee.avail_in = UInt32(end - start)
      let status = inflate(stream, Z_NO_FLUSH)
      start = end - Int(stream.pointee.avail_in)
      written += room - Int(stream.pointee.avail_out)
      switch status {
      case Z_STREAM_END:
        isInMember = false
        membersRead += 1
      case Z_OK: continue
      case Z_BUF_ERROR where end == 0: throw damage("ends too early")
      case Z_BUF_ERROR: continue
      case Z_MEM_ERROR: throw damage("cannot be unpacked for lack of memory")
      default:
        throw damage(
          membersRead > 0 && stream.pointee.total_out == 0
            ? "is followed by something else" : "is damaged")
      }
    }
    return written
  }

  /// Skips padding; true if another member begins after it.
  private func startNextMember() -> Bool {
    while start < end, buffer[start] == 0 { start += 1 }
    guard start < end, inflateReset(stream) == Z_OK else { return false }
    isInMember = true
    return true
  }

  private func damage(_ reason: String) -> LogError {
    .corruptGzip(path: path, reason: reason)
  }
}
