// Packs bytes with gzip reproducibly, without a name and a time in the header.
//
// Invariant: the same bytes give the same packed bytes for one version of zlib, and GzipReader
// turns them back into the input.
// Source: RFC 1952, §2.3 (header).

import CZlib

/// A writer of one gzip member in memory.
public final class GzipWriter {
  // On the heap: zlib keeps a pointer back to the stream's address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var packed: [UInt8] = []
  private var buffer = [UInt8](repeating: 0, count: GzipReader.bufferBytes)
  private var isFinished = false

  /// Makes a writer that packs as small as zlib can.
  public init() {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // Adding 16 to the window's bits makes zlib write a gzip header and trailer.
    let status = deflateInit2_(
      stream, Z_BEST_COMPRESSION, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(status == Z_OK, "zlib refuses to start (\(status)): no memory")
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Packs `bytes`, which follow those appended before.
  ///
  /// - Precondition: `finish` has not been called.
  public func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    precondition(!isFinished, "append after finish")
    var offset = 0
    while offset < bytes.count {
      // zlib's count is 32 bits wide, so pieces have at most 1 GiB.
      let count = min(bytes.count - offset, 1 << 30)
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: bytes.baseAddress?.advanced(by: offset))
      stream.pointee.avail_in = UInt32(count)
      run(Z_NO_FLUSH)
      offset += count
    }
  }

  /// Ends the member.
  ///
  /// - Returns: All packed bytes.
  public func finish() -> [UInt8] {
    precondition(!isFinished, "finish twice")
    stream.pointee.avail_in = 0
    run(Z_FINISH)
    isFinished = true
    return packed
  }

  /// The packed form of `bytes`.
  public static func pack(_ bytes: [UInt8]) -> [UInt8] {
    let writer = GzipWriter()
    bytes.withUnsafeBufferPointer { writer.append($0) }
    return writer.finish()
  }

  private func run(_ flush: Int32) {
    repeat {
      buffer.withUnsafeMutableBufferPointer { output in
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = deflate(stream, flush)
        precondition(status != Z_STREAM_ERROR, "zlib's state is damaged")
      }
      packed.append(contentsOf: buffer[..<(buffer.count - Int(stream.pointee.avail_out))])
    } while stream.pointee.avail_out == 0
  }
}
