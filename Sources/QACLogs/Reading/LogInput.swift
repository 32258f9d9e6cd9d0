// Reads the bytes of one log file in pieces, unpacks them if they are packed, and converts them to
// UTF-8 if another encoding is named.
//
// Files are read and not mapped: if a log were truncated by its rotation, the kernel would end a
// program that maps it (SIGBUS), and pipes cannot be mapped.

import QACBinary
import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// An open log file.
final class LogInput {
  private static let chunkSize = 1 << 18

  private let path: String
  private let descriptor: Int32
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var gzip: GzipReader?
  private var zstd: ZstdReader?
  private var program: PackerProgram?
  private var decoder: LogDecoder?
  private var converted = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: 0)
  private var hasReadHead = false

  /// Tells this file from other files, and from its own earlier states.
  let identity: LogFileIdentity

  /// Opens the file at `path`.
  ///
  /// With `acceptsPipes` it also opens a pipe, and waits for its writer. That is right if a person
  /// names the pipe, and wrong if a pattern finds it or while a lock is held.
  init(
    path: String, acceptsPipes: Bool, encoding: LogEncoding = .utf8
  ) throws(LogError) {
    decoder = encoding == .utf8 ? nil : LogDecoder(encoding)
    let status: stat
    do throws(FileError) {
      (descriptor, status) = try RegularFile.open(path, acceptsPipes: acceptsPipes)
    } catch {
      throw .file(error)
    }
    self.path = path
    buffer = .allocate(capacity: Self.chunkSize)
    identity = LogFileIdentity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), bytes: Int64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec))
  }

  deinit {
    close(descriptor)
    buffer.deallocate()
    converted.deallocate()
  }

  /// The next piece, valid until the next call; empty at the end. Only the last piece is short,
  /// except where an encoding is converted.
  func next() throws(LogError) -> UnsafeBufferPointer<UInt8> {
    guard decoder != nil else { return try nextBytes() }
    repeat {
      let bytes = try nextBytes()
      if bytes.isEmpty { decoder?.finish() } else { decoder?.convert(bytes) }
      converted.deallocate()
      converted = .allocate(capacity: decoder?.text.count ?? 0)
      _ = converted.update(fromContentsOf: decoder?.text ?? [])
      if bytes.isEmpty || !converted.isEmpty { break }
    } while true
    return UnsafeBufferPointer(converted)
  }

  private func nextBytes() throws(LogError) -> UnsafeBufferPointer<UInt8> {
    if !hasReadHead {
      hasReadHead = true
      let head = piece(try Self.fill(buffer, descriptor, path))
      let refill: GzipReader.Refill = { [descriptor, path] (output) throws(LogError) in
        try Self.fill(output, descriptor, path)
      }
      if GzipReader.isGzip(head) {
        gzip = try GzipReader(head: head, path: path, refill: refill)
      } else if ZstdReader.isZstd(head) {
        zstd = try ZstdReader(head: head, path: path, refill: refill)
      } else if let kind = PackerProgram.kinds.first(where: { head.starts(with: $0.magic) }) {
        program = try PackerProgram(kind, descriptor: descriptor, path: path)
      } else {
        return head
      }
    }
    if let gzip { return piece(try gzip.read(into: buffer)) }
    if let zstd { return piece(try zstd.read(into: buffer)) }
    if let program { return piece(try program.read(into: buffer)) }
    return piece(try Self.fill(buffer, descriptor, path))
  }

  /// Whether the file is packed or converted, so that places in its text are none in the file; known
  /// once something was read.
  var isPacked: Bool { gzip != nil || zstd != nil || program != nil || decoder != nil }

  /// Makes the next piece begin at byte `offset` of a plain file, of which nothing was read yet.
  func skip(to offset: Int64) throws(LogError) {
    hasReadHead = true
    guard lseek(descriptor, off_t(offset), SEEK_SET) >= 0 else {
      throw .file(.system(operation: "seek in", path: path, code: errno))
    }
  }

  /// A hash of the beginning of the file and of the bytes before `offset`, up to 4 KiB each; nil if
  /// the file is shorter than `offset`.
  func fingerprint(before offset: Int64) -> UInt64? {
    let count = Int(min(offset, 4096))
    var bytes = [UInt8](repeating: 0, count: 2 * count)
    let isRead = bytes.withUnsafeMutableBytes { bytes in
      pread(descriptor, bytes.baseAddress, count, 0) == count
        && pread(descriptor, bytes.baseAddress?.advanced(by: count), count, off_t(offset) - count)
          == count
    }
    return isRead ? StableHash.of(bytes, seed: UInt64(offset)) : nil
  }

  private func piece(_ count: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: buffer.baseAddress, count: count)
  }

  /// Reads until `output` is full or the file ends.
  static func fill(
    _ output: UnsafeMutableBufferPointer<UInt8>, _ descriptor: Int32, _ path: String
  ) throws(LogError) -> Int {
    var count = 0
    while count < output.count {
      let got = read(descriptor, output.baseAddress?.advanced(by: count), output.count - count)
      if got == 0 { break }
      if got < 0 {
        if errno == EINTR { continue }
        throw .file(.system(operation: "read", path: path, code: errno))
      }
      count += got
    }
    return count
  }
}
