// The bytes of one log file, unpacked if they are gzip, in pieces.
//
// Files are read, not mapped: a log that is cut off by its rotation while it is read would end a program
// that maps it (SIGBUS), and pipes cannot be mapped.

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// An open log file.
final class LogInput {
  private static let chunkSize = 1 << 18

  private let path: String
  private let descriptor: Int32
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var unpacker: GzipReader?
  private var hasReadHead = false

  /// Opens the file or pipe at `path`.
  init(path: String) throws(LogError) {
    self.path = path
    buffer = .allocate(capacity: Self.chunkSize)
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .file(.system(operation: "open", path: path, code: errno))
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw .file(.system(operation: "stat", path: path, code: errno))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFIFO: break
    case S_IFDIR: throw .file(.isDirectory(path: path))
    default: throw .file(.notRegular(path: path))
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    buffer.deallocate()
  }

  /// The next piece, valid until the next call; empty at the end. Only the last is a short one.
  func next() throws(LogError) -> UnsafeBufferPointer<UInt8> {
    if !hasReadHead {
      hasReadHead = true
      let head = piece(try Self.fill(buffer, descriptor, path))
      guard GzipReader.isGzip(head) else { return head }
      unpacker = try GzipReader(head: head, path: path) {
        [descriptor, path] (output) throws(LogError) in
        try Self.fill(output, descriptor, path)
      }
    }
    if let unpacker { return piece(try unpacker.read(into: buffer)) }
    return piece(try Self.fill(buffer, descriptor, path))
  }

  private func piece(_ count: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: buffer.baseAddress, count: count)
  }

  /// Reads until `output` is full or the file ends.
  private static func fill(
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
