// The results of `pins` and `boosts`, read from the JSON of an answer.

public import QACJSON

/// A text that stands first for a prefix.
public struct ListedPin: Sendable, Equatable {
  /// The prefix as UTF-8; it must be escaped before it is shown on a terminal.
  public var prefix: [UInt8]
  /// The text as UTF-8; it must be escaped before it is shown on a terminal.
  public var text: [UInt8]
  /// Unix seconds before which the pin counts; nil for ever.
  public var until: Int64?

  /// Makes a pin.
  public init(prefix: [UInt8], text: [UInt8], until: Int64? = nil) {
    self.prefix = prefix
    self.text = text
    self.until = until
  }

  /// Reads the result of `pins`.
  public static func list(_ result: JSONValue) throws(ResponseFault) -> [ListedPin] {
    guard let elements = result["rules"]?.elements else { throw .invalidResult(member: "rules") }
    var list: [ListedPin] = []
    for element in elements {
      guard let prefix = element["prefix"]?.utf8 else { throw .invalidResult(member: "prefix") }
      guard let text = element["text"]?.utf8 else { throw .invalidResult(member: "text") }
      list.append(
        ListedPin(prefix: prefix, text: text, until: element["until"]?.wholeNumber))
    }
    return list
  }
}

/// Texts that weigh more or less.
public struct ListedBoost: Sendable, Equatable {
  /// How the text is compared: a `Request.Rule.Kind`, or a kind of a later version.
  public var kind: String
  /// The text as UTF-8; it must be escaped before it is shown on a terminal.
  public var text: [UInt8]
  /// What multiplies the odds of the texts.
  public var factor: Double

  /// Makes a boost.
  public init(kind: String, text: [UInt8], factor: Double) {
    self.kind = kind
    self.text = text
    self.factor = factor
  }

  /// Reads the result of `boosts`.
  public static func list(_ result: JSONValue) throws(ResponseFault) -> [ListedBoost] {
    guard let elements = result["rules"]?.elements else { throw .invalidResult(member: "rules") }
    var list: [ListedBoost] = []
    for element in elements {
      guard let kind = element["kind"]?.utf8 else { throw .invalidResult(member: "kind") }
      guard let text = element["text"]?.utf8 else { throw .invalidResult(member: "text") }
      guard let factor = element["factor"]?.number else {
        throw .invalidResult(member: "factor")
      }
      list.append(
        ListedBoost(kind: String(decoding: kind, as: UTF8.self), text: text, factor: factor))
    }
    return list
  }
}
