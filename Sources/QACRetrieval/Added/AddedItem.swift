// An item that was added while a daemon ran.

/// An item that an operator added.
public struct AddedItem: Sendable, Equatable {
  /// The id: UTF-8, 1 to 256 bytes.
  public var id: [UInt8]
  /// The title, as it is shown: UTF-8.
  public var title: [UInt8]
  /// Further text that the item is found by: UTF-8, perhaps empty.
  public var text: [UInt8]
  /// The weight, above 0.
  public var weight: Float
  /// JSON, or empty.
  public var payload: [UInt8]

  /// Makes an item.
  public init(id: [UInt8], title: [UInt8], text: [UInt8], weight: Float, payload: [UInt8]) {
    self.id = id
    self.title = title
    self.text = text
    self.weight = weight
    self.payload = payload
  }
}
