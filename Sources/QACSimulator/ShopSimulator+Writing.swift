// Writes a simulated log, and the truth about its typing errors.

public import QACBinary
import QACLogs

extension ShopSimulator {
  /// Calls `sink` with the log piece by piece: lines of `session TAB unix-seconds TAB query`, in
  /// time order.
  ///
  /// - Complexity: O(n log n) in the number of events, which are held in memory.
  public func write<Failure: Error>(
    to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    try Self.write(simulate().events, to: sink)
  }

  /// Writes the log to the file at `path`, whole or not at all, packed with gzip if the name ends
  /// in `.gz`.
  ///
  /// - Parameters:
  ///   - path: The file of the log.
  ///   - errorsPath: Where to write `errors()` as well, one per line: the misspelt query, a tab and
  ///     the right query; packed in the same way. Nil for nowhere.
  /// - Throws: `FileError`.
  public func write(toFile path: String, errorsToFile errorsPath: String? = nil) throws(FileError) {
    let (catalog, events) = simulate()
    var bytes: [UInt8] = []
    Self.write(events) { bytes.append(contentsOf: $0) }
    try Self.write(bytes, toFile: path)
    guard let errorsPath else { return }
    let lines = Self.errors(in: events, catalog).map { "\($0.misspelt)\t\($0.right)\n" }
    try Self.write(Array(lines.joined().utf8), toFile: errorsPath)
  }

  private static func write<Failure: Error>(
    _ events: [Event], to sink: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var buffer: [UInt8] = []
    for event in events {
      buffer.append(contentsOf: "u\(event.user + 10_000)\t\(event.time)\t\(event.query)\n".utf8)
      if buffer.count >= 1 << 16 {
        try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) in try sink(bytes) }
        buffer.removeAll(keepingCapacity: true)
      }
    }
    if !buffer.isEmpty {
      try buffer.withUnsafeBufferPointer { (bytes) throws(Failure) in try sink(bytes) }
    }
  }

  private static func write(_ bytes: [UInt8], toFile path: String) throws(FileError) {
    guard path.hasSuffix(".gz") else { return try AtomicFile.write(bytes, to: path) }
    let writer = GzipWriter()
    bytes.withUnsafeBufferPointer { writer.append($0) }
    try AtomicFile.write(writer.finish(), to: path)
  }
}
