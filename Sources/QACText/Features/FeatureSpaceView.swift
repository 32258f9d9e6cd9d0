// Looks up features, in memory or in a mapped file.

#if canImport(Glibc)
  import Glibc
#endif

/// A borrowed view of a feature space; valid while the memory behind it is.
@frozen
public struct FeatureSpaceView {
  /// The features' keys.
  public let keys: SortedKeys
  /// For each id, 16 times (the inverse document frequency minus 1).
  public let idfCodes: UnsafeBufferPointer<UInt8>

  /// Makes a view of keys and as many codes.
  @inlinable
  public init(keys: SortedKeys, idfCodes: UnsafeBufferPointer<UInt8>) {
    self.keys = keys
    self.idfCodes = idfCodes
  }

  /// The number of features.
  @inlinable
  public var count: Int { idfCodes.count }

  /// The id of the feature `key`, or nil if the space does not have it.
  ///
  /// - Complexity: that of `SortedKeys.rank(of:)`.
  @inlinable
  public func id(of key: UInt64) -> UInt32? { keys.rank(of: key).map { UInt32($0) } }

  /// The inverse document frequency of feature `id`.
  @inlinable
  public func idf(of id: UInt32) -> Float { 1 + Float(idfCodes[Int(id)]) * 0.0625 }
}

/// The natural logarithm, kept out of the public interface of this module.
func _log(_ x: Double) -> Double { log(x) }
