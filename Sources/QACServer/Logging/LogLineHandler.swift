// Writes log records as lines of key=value pairs, one line per record, whatever the values hold.
//
//     time=2026-11-25T04:33:00Z level=info msg="index reloaded" index=5f0c9a1e labels=12000
//
// Time, level and message come first, then the metadata by name. A value with characters other than
// letters, digits and a few signs is written as a JSON string, so that no path and no error text
// can break a line or forge one.
// Source: the form called logfmt; quoting is that of RFC 8259.

public import Logging
internal import QACProtocol

#if canImport(Glibc)
  import Glibc
#endif

/// Writes log records to standard error.
public struct LogLineHandler: LogHandler {
  /// The lowest level that is written.
  public var logLevel: Logger.Level
  /// The metadata of every record.
  public var metadata: Logger.Metadata = [:]
  private let descriptor: Int32

  /// Makes a handler that writes to `descriptor`.
  public init(level: Logger.Level, descriptor: Int32 = 2) {
    logLevel = level
    self.descriptor = descriptor
  }

  /// The metadata of every record, by name.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes a record with one system call, so that the lines of several threads do not mix.
  public func log(event: LogEvent) {
    var pairs = metadata
    for (key, value) in event.metadata ?? [:] { pairs[key] = value }
    let line = Self.line(event.level, "\(event.message)", pairs, at: time(nil))
    _ = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
  }

  /// A record as a line.
  static func line(
    _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at seconds: time_t
  ) -> [UInt8] {
    var line = Array("time=\(utc(seconds)) level=\(level.rawValue) msg=".utf8)
    append(message, to: &line)
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=".utf8
      append("\(value)", to: &line)
    }
    line.append(0x0A)
    return line
  }

  private static func append(_ value: String, to line: inout [UInt8]) {
    let isPlain = value.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "+"):
        return true
      default: return false
      }
    }
    if isPlain && !value.isEmpty {
      line += value.utf8
    } else {
      JSONText.append(string: Array(value.utf8), to: &line)
    }
  }

  private static func utc(_ seconds: time_t) -> String {
    var (seconds, parts) = (seconds, tm())
    gmtime_r(&seconds, &parts)
    var buffer = [CChar](repeating: 0, count: 32)
    let count = strftime(&buffer, buffer.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
