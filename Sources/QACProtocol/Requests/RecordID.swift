// What `record` answers, so that a later `record` can name the query: the key of an event within its
// session, and a check of its text.
//
// On the wire it is a string, "1767225660.0.5f0c": the time, a number among the events of that
// second, and four hexadecimal digits. Clients give it no meaning. The check keeps the id of a query
// that was forgotten from naming another one of the same second.
// Invariant: a value has one spelling.

public import QACJSON

/// The name of a recorded query within its session.
public struct RecordID: Sendable, Hashable {
  /// Unix seconds.
  public let time: Int64
  /// Numbers the events of the session within that second.
  public let sequence: Int64
  /// Bits of a hash of the query.
  public let check: UInt16

  /// Makes an id; `time` and `sequence` must not be negative.
  public init(time: Int64, sequence: Int64, check: UInt16) {
    self.time = time
    self.sequence = sequence
    self.check = check
  }

  /// Reads an id; nil if `bytes` are not the spelling of one.
  public init?(bytes: [UInt8]) {
    let parts = bytes.split(separator: 0x2E, omittingEmptySubsequences: false)
    guard bytes.count <= 48, parts.count == 3, parts[2].count == 4,
      let time = Int64(String(decoding: parts[0], as: UTF8.self)),
      let sequence = Int64(String(decoding: parts[1], as: UTF8.self)),
      let check = UInt16(String(decoding: parts[2], as: UTF8.self), radix: 16),
      time >= 0, sequence >= 0
    else { return nil }
    self.init(time: time, sequence: sequence, check: check)
    // "+1", "01" and capitals are other spellings.
    guard self.bytes == bytes else { return nil }
  }

  /// The id as UTF-8.
  public var bytes: [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(48)
    JSONText.append(integer: time, to: &text)
    text.append(0x2E)
    JSONText.append(integer: sequence, to: &text)
    text.append(0x2E)
    for shift in stride(from: 12, through: 0, by: -4) {
      text.append(JSONText.hexDigit(UInt8(truncatingIfNeeded: check >> UInt16(shift)) & 0x0F))
    }
    return text
  }

  /// Reads the result of `record`; nil for what has no id: uses of items, and answers of earlier
  /// versions.
  public init?(_ result: JSONValue) {
    guard let bytes = result["id"]?.utf8 else { return nil }
    self.init(bytes: bytes)
  }
}
