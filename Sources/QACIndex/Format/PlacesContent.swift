// What people submit where, before it is in a file: for each place some labels, and how often.
//
//     keys      41 07 ...   98 c2 ...        ascending
//     offsets   0           3          5
//     labels    4 9 17      9 12             ascending within a place
//     counts    3 20 5      7 7
//
// Invariant: keys ascend and are distinct, every place has a label, counts are at least 1.

/// Places, and what was submitted there.
public struct PlacesContent: Sendable, Equatable {
  /// `PlaceKey` per place.
  public private(set) var keys: [UInt64] = []
  /// The number of each place's first label, and the end.
  public private(set) var offsets: [UInt64] = [0]
  /// The labels.
  public private(set) var labels: [UInt32] = []
  /// How often each was submitted at its place.
  public private(set) var counts: [UInt32] = []

  /// Makes a table without places.
  public init() {}

  /// Whether there are no places.
  public var isEmpty: Bool { keys.isEmpty }

  /// Adds `count` uses of `label` at the place `key`.
  ///
  /// - Precondition: Calls come by ascending key, then label.
  public mutating func add(_ label: UInt32, count: UInt32, at key: UInt64) {
    if keys.last == key {
      precondition((labels.last ?? 0) < label, "labels of a place ascend")
    } else {
      precondition(keys.last.map { $0 < key } ?? true, "keys ascend")
      keys.append(key)
      offsets.append(offsets[offsets.count - 1])
    }
    labels.append(label)
    counts.append(max(1, count))
    offsets[offsets.count - 1] += 1
  }
}
