// The id of an item. The operator chooses it, and the daemon does not interpret it.

internal import QACJSON

/// An item's id: 1 to `ProtocolLimits.maximumItemIDBytes` bytes of UTF-8 without control
/// characters.
public struct ItemID: Sendable, Hashable {
  /// The id as UTF-8.
  public let bytes: [UInt8]

  /// Makes an id, or nil if `bytes` are not a valid one.
  ///
  /// - Complexity: O(`bytes.count`).
  public init?(bytes: [UInt8]) {
    guard (1...ProtocolLimits.maximumItemIDBytes).contains(bytes.count),
      !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else { return nil }
    let isUTF8 = bytes.withUnsafeBufferPointer { buffer in
      var i = 0
      while i < buffer.count {
        let length = UTF8Sequence.length(buffer, at: i)
        if length == 0 { return false }
        i += length
      }
      return true
    }
    guard isUTF8 else { return nil }
    self.bytes = bytes
  }

  /// Makes an id, or nil if `string` is not a valid one.
  public init?(_ string: String) {
    self.init(bytes: Array(string.utf8))
  }
}

/// The JSON that an item carries for the front end.
public enum ItemPayload {
  /// Arrays and objects that are around a payload in the answers of a batch.
  static let depth = 5

  /// Whether `bytes` can be sent as they are: one JSON value without raw control characters, which
  /// does not nest too deep within an answer.
  ///
  /// - Complexity: O(`bytes.count`).
  public static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if bytes.contains(where: { $0 < 0x20 }) { return false }
    var scanner = JSONScanner(bytes)
    do throws(JSONFault) {
      try scanner.skipValue(depth: depth)
      try scanner.end()
      return true
    } catch {
      return false
    }
  }
}
