// Looks features up, in memory or in a mapped file.

#if canImport(Glibc)
  import Glibc
#endif

/// A borrowed view of a feature space; valid while the memory behind it is.
@frozen
public struct FeatureSpaceView {
  /// The keys of the table's slots.
  public let slotKeys: UnsafeBufferPointer<UInt64>
  /// The ids of the table's slots.
  public let slotIDs: UnsafeBufferPointer<UInt32>
  /// The inverse document frequency of each id.
  public let idf: UnsafeBufferPointer<Float>
  /// The number of context features.
  public let contextCount: Int

  /// Makes a view of a table.
  ///
  /// - Precondition: `slotKeys` and `slotIDs` have equal counts, a power of two, with a free slot;
  ///   every id in use is below `idf.count`.
  @inlinable
  public init(
    slotKeys: UnsafeBufferPointer<UInt64>, slotIDs: UnsafeBufferPointer<UInt32>,
    idf: UnsafeBufferPointer<Float>, contextCount: Int
  ) {
    self.slotKeys = slotKeys
    self.slotIDs = slotIDs
    self.idf = idf
    self.contextCount = contextCount
  }

  /// Whether n-grams are among the features.
  @inlinable
  public var hasGrams: Bool { idf.count > contextCount }

  /// The id of the feature `key`, or nil where the space does not have it.
  ///
  /// - Complexity: one or two probes expected.
  @inlinable
  public func id(of key: UInt64) -> UInt32? {
    let mask = slotKeys.count &- 1
    var slot = Int(truncatingIfNeeded: StableHash.mix(key)) & mask
    while slotIDs[slot] != FeatureSpace.emptySlot {
      if slotKeys[slot] == key { return slotIDs[slot] }
      slot = (slot &+ 1) & mask
    }
    return nil
  }
}

/// The natural logarithm, kept out of the public interface of this module.
func _log(_ x: Double) -> Double { log(x) }
