// Terms with their ids: those of an index, and behind them those of items that were added later.
//
// Invariant: an id below `base.count` is the index's; extra terms are none of the index's.
// Cost: one look-up per term, two if the index does not have it and there are extra terms.

/// A borrowed space of terms; valid while the memory behind it is.
public struct ItemTermSpace {
  /// The index's terms.
  public let base: FeatureSpaceView
  /// Terms that only added items have; nil if there are none.
  public let extra: FeatureSpaceView?
  /// The inverse document frequency of an extra term.
  private let extraIDF: Float
  /// Whether three words in a row are terms. Where they are not, none is looked up: of many keys
  /// that are not there, some agree with another key in all stored bits.
  let hasTrigrams: Bool

  /// Makes a space of the index's terms.
  public init(_ base: FeatureSpaceView, hasTrigrams: Bool = false) {
    self.base = base
    self.hasTrigrams = hasTrigrams
    extra = nil
    extraIDF = 0
  }

  /// Makes a space.
  ///
  /// - Parameters:
  ///   - base: The index's terms.
  ///   - extra: Terms that only added items have.
  ///   - extraIDF: Their inverse document frequency.
  ///   - hasTrigrams: Whether three words in a row are terms.
  public init(
    _ base: FeatureSpaceView, extra: FeatureSpaceView, extraIDF: Float, hasTrigrams: Bool = false
  ) {
    self.hasTrigrams = hasTrigrams
    self.base = base
    self.extra = extra
    self.extraIDF = extraIDF
  }

  /// The number of terms.
  public var count: Int { base.count + (extra?.count ?? 0) }

  /// The id of the term `key`, or nil.
  @inline(__always)
  func id(of key: UInt64) -> UInt32? {
    if let id = base.id(of: key) { return id }
    return extra?.id(of: key).map { UInt32(truncatingIfNeeded: base.count) + $0 }
  }

  /// The inverse document frequency of the term `id`.
  @inline(__always)
  public func idf(of id: UInt32) -> Float {
    id < base.count ? base.idf(of: id) : extraIDF
  }
}
