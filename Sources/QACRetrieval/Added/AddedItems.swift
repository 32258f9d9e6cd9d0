// Items that were added since the index was built, found by their texts.
//
// Invariant: immutable. An item whose id the index has is left out, so no item comes twice.
// Cost: O(words of all texts) to make.

public import QACIndex

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

/// Items that an index does not have.
public final class AddedItems: Sendable {
  /// The items, ascending by id; none of them is in the index.
  public let items: [AddedItem]

  /// Prepares `items` to be found beside those of `index`.
  ///
  /// - Parameters:
  ///   - items: The items; those whose id `index` has are left out.
  ///   - index: The index beside which they are served.
  public init(_ items: [AddedItem], beside index: LabelIndex) {
    let known = index.view.items
    self.items = items.filter { item in
      item.id.withUnsafeBufferPointer { known?.item(withID: $0) } == nil
    }.sorted { $0.id.lexicographicallyPrecedes($1.id) }
  }
}

/// Items of an index that must not be shown: blocked or removed.
public struct HiddenItems: Sendable {
  private var words: [UInt64]
  /// The number of hidden items.
  public private(set) var count = 0

  /// Nothing is hidden of `count` items.
  public init(of count: Int) {
    words = [UInt64](repeating: 0, count: (count + 63) / 64)
  }

  /// Hides `item`, which must be one of the index.
  public mutating func insert(_ item: UInt32) {
    let bit: UInt64 = 1 << UInt64(item & 63)
    if words[Int(item >> 6)] & bit == 0 { count += 1 }
    words[Int(item >> 6)] |= bit
  }

  /// Whether `item` is hidden.
  @inline(__always)
  public func contains(_ item: UInt32) -> Bool {
    words[Int(item >> 6)] >> UInt64(item & 63) & 1 == 1
  }
}
