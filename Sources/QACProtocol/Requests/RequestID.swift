// The id of a request, which the answer repeats as it was written.
//
// Cost: an integer of 64 bits needs no allocation.

internal import QACJSON

/// A request's id: a string, an integer or null, kept as the JSON text it was written as.
public struct RequestID: Sendable, Hashable {
  enum Storage: Hashable, Sendable {
    case null
    case integer(Int64)
    /// The token as written: a string with its quotes, or an integer that has no shorter form here.
    case token([UInt8])
  }

  let storage: Storage

  init(storage: Storage) {
    self.storage = storage
  }

  /// The id null, which answers a line without a readable id.
  public static let null = RequestID(storage: .null)

  /// An integer id.
  public init(_ value: Int64) {
    storage = .integer(value)
  }

  /// A string id.
  public init(_ value: String) {
    var token: [UInt8] = []
    JSONText.append(string: Array(value.utf8), to: &token)
    storage = .token(token)
  }

  /// The integer, if this is one that fits 64 bits.
  public var integer: Int64? {
    if case .integer(let value) = storage { return value }
    return nil
  }

  /// Appends the id as JSON.
  func append(to output: inout [UInt8]) {
    switch storage {
    case .null: JSONText.append("null", to: &output)
    case .integer(let value): JSONText.append(integer: value, to: &output)
    case .token(let token): output.append(contentsOf: token)
    }
  }
}
