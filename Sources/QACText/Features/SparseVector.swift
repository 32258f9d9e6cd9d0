// A sparse vector. Featurisers make it and classifiers read it.
//
// Invariant: ids ascend strictly; values are finite.

/// A vector with few non-zero components.
public struct SparseVector: Sendable, Equatable {
  /// The components' ids, ascending.
  public private(set) var ids: [UInt32] = []
  /// The components' values, in the order of `ids`.
  public private(set) var values: [Float] = []

  /// Makes the zero vector.
  public init() {}

  /// Makes a vector of (id, value) pairs in any order; values of equal ids are added.
  public init(summing pairs: [(id: UInt32, value: Float)]) {
    for pair in pairs.sorted(by: { $0.id < $1.id }) {
      append(id: pair.id, value: pair.value)
    }
  }

  /// The number of stored components.
  @inlinable
  public var count: Int { ids.count }

  /// Removes all components and keeps the memory.
  public mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
  }

  /// Appends a component. Its id must not be lower than the last one; if it is equal, the values
  /// are added.
  public mutating func append(id: UInt32, value: Float) {
    if let last = ids.last {
      precondition(id >= last, "append(id: \(id)) after \(last): ids must ascend")
      if id == last {
        values[values.count - 1] += value
        return
      }
    }
    ids.append(id)
    values.append(value)
  }

  /// Adds `value` to the component `id`, which need not be the last.
  ///
  /// - Complexity: O(`count`); meant for vectors of a few dozen components.
  public mutating func add(id: UInt32, value: Float) {
    var i = ids.count
    while i > 0, ids[i - 1] > id { i -= 1 }
    if i > 0, ids[i - 1] == id {
      values[i - 1] += value
    } else {
      ids.insert(id, at: i)
      values.insert(value, at: i)
    }
  }

  /// The Euclidean length.
  public var norm: Float {
    var sum: Float = 0
    for value in values { sum += value * value }
    return sum.squareRoot()
  }

  /// Multiplies every component from position `start` on by `factor`.
  public mutating func scale(by factor: Float, from start: Int = 0) {
    for i in start..<values.count { values[i] *= factor }
  }

  /// Scales the vector to length 1; the zero vector stays as it is.
  public mutating func normalize() {
    let length = norm
    if length > 0 { scale(by: 1 / length) }
  }
}
