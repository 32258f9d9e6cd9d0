// The least k of an array of distinct keys, in linear time.
//
// Invariant: the array is only reordered. Nothing is allocated.
// Cost: O(n) on average; the median of three as pivot makes sorted input cheap, too.
// Source: Hoare, CACM 4 (1961), algorithm 65 (find).

/// Selection of the least keys.
public enum Selection {
  /// Reorders `keys` so that its `count` least ones come first, in any order.
  ///
  /// - Precondition: `0 <= count <= keys.count`; the keys are distinct.
  @inlinable
  public static func putLeast(_ count: Int, first keys: UnsafeMutableBufferPointer<UInt64>) {
    precondition(count >= 0 && count <= keys.count, "\(count) of \(keys.count) keys")
    guard count > 0, count < keys.count, let base = keys.baseAddress else { return }
    var low = 0
    var high = keys.count - 1
    // The key with `count - 1` keys below it is in `low ... high`.
    let target = count - 1
    while low < high {
      let middle = low + (high - low) / 2
      let (a, b, c) = (base[low], base[middle], base[high])
      let pivot = max(min(a, b), min(max(a, b), c))
      var (i, j) = (low, high)
      while i <= j {
        while base[i] < pivot { i &+= 1 }
        while base[j] > pivot { j &-= 1 }
        if i <= j {
          (base[i], base[j]) = (base[j], base[i])
          i &+= 1
          j &-= 1
        }
      }
      if target <= j {
        high = j
      } else if target >= i {
        low = i
      } else {
        return
      }
    }
  }
}
