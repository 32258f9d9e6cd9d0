// A file of partial counts: blocks in the order of their keys, and a summary at the end.
//
// Layout, little-endian: the settings (`PartialSettings`); then parts, each its length (u32), the
// CRC-32C of its content (u32) and the content. A part is a block (`PartialBlock+Coding.swift`); the
// last one is the byte 0xFF and the summary, and nothing follows it. Keys of blocks ascend. All blocks
// have times, or none has, as the summary says.
// Nothing that a file says is believed: a length is read piece by piece, so that a wrong one takes
// no more memory than the file has bytes, and a file without its summary is damaged.
// Memory: one part.

import QACBinary

#if canImport(Glibc)
  import Glibc
#endif

/// Reads a file of partial counts, block by block.
final class PartialFileReader {
  let path: String
  let settings: PartialSettings
  /// The current block's key and bytes; the key is nil at the end.
  private(set) var key: PartialKey?
  private(set) var kind: PartialKind = []
  private(set) var block: [UInt8] = []
  /// Known at the end.
  private(set) var summary: PartialSummary?

  private let descriptor: Int32
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var position = 0
  private var end = 0

  /// Opens the file at `path` and reads its first block.
  init(_ path: String) throws(LogError) {
    self.path = path
    do throws(FileError) {
      descriptor = try RegularFile.open(path, acceptsPipes: true).descriptor
    } catch {
      throw .file(error)
    }
    var head = [UInt8](repeating: 0, count: PartialSettings.byteCount)
    do {
      let count = try LogInput.fill(descriptor, path, &head, head.count)
      settings = try PartialSettings(Array(head[..<count]))
    } catch {
      close(descriptor)
      throw (error as? LogError)
        ?? .partial(path: path, reason: (error as? PartialFault) ?? .damaged)
    }
    try advance()
  }

  deinit { close(descriptor) }

  /// Goes to the next block.
  func advance() throws(LogError) {
    do throws(PartialFault) {
      let before = key
      let part = try nextPart()
      if part.first == 0xFF {
        key = nil
        block = []
        let summary = try PartialSummary(part.dropFirst())
        guard summary.isTimed == before.map({ _ in kind.contains(.timed) }) else {
          throw .impossible
        }
        self.summary = summary
        guard try isAtEnd() else { throw .damaged }
        return
      }
      let header = try PartialBlockContent.header(part)
      if let before {
        guard before < header.key, kind.contains(.timed) == header.kind.contains(.timed) else {
          throw .impossible
        }
      }
      (key, kind, block) = (header.key, header.kind, part)
    } catch {
      throw .partial(path: path, reason: error)
    }
  }

  private func nextPart() throws(PartialFault) -> [UInt8] {
    let head = try take(8)
    let (length, checksum) = head.withUnsafeBytes {
      (
        Int($0.loadUnaligned(fromByteOffset: 0, as: UInt32.self)),
        $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self)
      )
    }
    let part = try take(length)
    guard !part.isEmpty, CRC32C.of(part) == checksum else { throw .damaged }
    return part
  }

  private func take(_ count: Int) throws(PartialFault) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      if try isAtEnd() { throw .damaged }
      let more = min(count - bytes.count, end - position)
      bytes.append(contentsOf: buffer[position..<(position + more)])
      position += more
    }
    return bytes
  }

  private func isAtEnd() throws(PartialFault) -> Bool {
    if position < end { return false }
    do throws(LogError) {
      (position, end) = (0, try LogInput.fill(descriptor, path, &buffer, buffer.count))
    } catch {
      throw .damaged
    }
    return end == 0
  }
}

extension LogInput {
  fileprivate static func fill(
    _ descriptor: Int32, _ path: String, _ bytes: inout [UInt8], _ count: Int
  ) throws(LogError) -> Int {
    try bytes.withUnsafeMutableBufferPointer { (bytes) throws(LogError) in
      try fill(bytes, descriptor, path)
    }
  }
}

/// Writes files of partial counts.
enum PartialFile {
  /// Receives the bytes of a block, or of the summary.
  typealias Sink = ([UInt8]) throws(LogError) -> Void

  /// Replaces the file at `path`, as a whole or not at all. `body` hands over the blocks, in the
  /// order of their keys, and returns the summary.
  static func write(
    to path: String, _ settings: PartialSettings,
    _ body: (Sink) throws(LogError) -> PartialSummary
  ) throws(LogError) {
    var failure: LogError?
    do throws(FileError) {
      try AtomicFile.write(to: path, isCache: true) { (sink) throws(FileError) in
        try withoutActuallyEscaping(sink) { (sink) throws(FileError) in
          try put(settings.bytes, sink)
          do throws(LogError) {
            let summary = try body { (content) throws(LogError) in try part(content, sink) }
            try part([0xFF] + summary.encoded(), sink)
          } catch {
            failure = error
            // Only to leave; below, `failure` is thrown.
            throw .notRegular(path: path)
          }
        }
      }
    } catch {
      throw failure ?? .file(error)
    }
  }

  private static func part(_ content: [UInt8], _ sink: AtomicFile.Sink) throws(LogError) {
    var head = ByteWriter()
    head.append(UInt32(content.count))
    head.append(CRC32C.of(content))
    do throws(FileError) {
      try put(head.bytes, sink)
      try put(content, sink)
    } catch {
      throw .file(error)
    }
  }

  private static func put(_ bytes: [UInt8], _ sink: AtomicFile.Sink) throws(FileError) {
    try bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in try sink(bytes) }
  }
}
