// The name of a session. The client chooses it, and the daemon does not interpret it.

internal import QACJSON

/// A session's name: 1 to `ProtocolLimits.maximumSessionBytes` bytes of UTF-8 without control
/// characters.
public struct SessionName: Sendable, Hashable {
  /// The name as UTF-8.
  public let bytes: [UInt8]

  /// Makes a name, or nil if `bytes` are not a valid one.
  ///
  /// - Complexity: O(`bytes.count`).
  public init?(bytes: [UInt8]) {
    guard (1...ProtocolLimits.maximumSessionBytes).contains(bytes.count) else { return nil }
    let isValid = bytes.withUnsafeBufferPointer { buffer in
      var i = 0
      while i < buffer.count {
        let length = UTF8Sequence.length(buffer, at: i)
        if length == 0 || buffer[i] < 0x20 || buffer[i] == 0x7F { return false }
        // U+0080 ... U+009F, the C1 control characters.
        if length == 2 && buffer[i] == 0xC2 && buffer[i + 1] < 0xA0 { return false }
        i += length
      }
      return true
    }
    guard isValid else { return nil }
    self.bytes = bytes
  }

  /// Makes a name, or nil if `string` is not a valid one.
  public init?(_ string: String) {
    self.init(bytes: Array(string.utf8))
  }

  /// The name as a string.
  public var string: String { String(decoding: bytes, as: UTF8.self) }
}
