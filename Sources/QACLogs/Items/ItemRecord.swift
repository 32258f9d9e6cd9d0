// One item: what a query can lead to, such as a product, a command or a document.

/// An item as its file gives it.
public struct ItemRecord: Sendable, Equatable {
  /// The longest id in bytes.
  public static let longestID = 256
  /// The longest title in bytes.
  public static let longestTitle = 1 << 10
  /// The longest text in bytes.
  public static let longestText = 1 << 14
  /// The longest payload in bytes.
  public static let longestPayload = 1 << 14
  /// The weights that an item may have.
  public static let weights = Double.leastNonzeroMagnitude...1e15

  /// Its id: UTF-8, 1 to `longestID` bytes, without control characters.
  public var id: [UInt8]
  /// Its title: UTF-8, at most `longestTitle` bytes, never empty.
  public var title: [UInt8]
  /// Further text in which it is found: UTF-8, at most `longestText` bytes; may be empty.
  public var text: [UInt8]
  /// How popular or important it is, above 0.
  public var weight: Double
  /// What is handed out with it: one JSON value of at most `longestPayload` bytes, none of them
  /// below 0x20, so that it never breaks a line; empty if there is none.
  public var payload: [UInt8]

  /// Makes an item; nothing is checked.
  public init(
    id: [UInt8], title: [UInt8], text: [UInt8] = [], weight: Double = 1, payload: [UInt8] = []
  ) {
    self.id = id
    self.title = title
    self.text = text
    self.weight = weight
    self.payload = payload
  }

  /// Trims the texts, cuts a long text, takes the id for a missing title, and checks that the item
  /// is as its members say.
  ///
  /// - Returns: What is wrong; nil, or a fault that is no refusal, if the item can be used.
  /// - Complexity: O(bytes).
  public mutating func tidy() -> ItemRowFault? {
    id = ItemText.trimmed(id)
    title = ItemText.trimmed(title)
    text = ItemText.trimmed(text)
    payload = ItemText.trimmed(payload)
    // Lengths first: bytes of a text that is too long are not looked at.
    if !ItemText.isID(id) { return .id }
    if title.count > Self.longestTitle { return .title }
    if !ItemText.isUTF8(id) || !ItemText.isUTF8(title) || !ItemText.isUTF8(text) {
      return .encoding
    }
    if !Self.weights.contains(weight) { return .weight }
    if let fault = tidyPayload() { return fault }
    if title.isEmpty {
      title = id
      if text.isEmpty { return .noText }
    }
    if text.count <= Self.longestText { return nil }
    text = ItemText.cut(text, to: Self.longestText)
    return .text
  }

  private mutating func tidyPayload() -> ItemRowFault? {
    if payload.isEmpty { return nil }
    if payload.count > Self.longestPayload { return .payloadLength }
    if !ItemText.isJSON(payload) { return .payload }
    // In JSON a byte below 0x20 is white space between values, which may be left out.
    payload.removeAll { $0 < 0x20 }
    return nil
  }
}
