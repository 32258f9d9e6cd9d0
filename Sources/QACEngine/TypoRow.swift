// One row of the edit distance's table: a band of nine costs around the diagonal, in one word.
//
// Row j of the table holds D[i] for the typed letters i with j - 4 <= i <= j + 4: a cell further off
// needs more letters dropped or added than the greatest budget pays for. Six bits a cell; a cost above
// the budget is `never`, all ones.

/// Costs of a band of nine cells.
struct TypoRow: Equatable {
  /// Cells on each side of the diagonal.
  static let radius = Int(TypoCosts.greatestBudget / TypoCosts.cheapestShift)
  /// Cells of a row.
  static let width = 2 * radius + 1
  /// More than any budget.
  static let never: UInt8 = 63

  private static let bits = 6
  private static let used: UInt64 = 1 << UInt64(bits * width) - 1
  private var cells = TypoRow.used

  /// The cost in cell `k`, 0 to 8: D[j + k - 4] in row j.
  @inline(__always)
  subscript(k: Int) -> UInt8 {
    get { UInt8(truncatingIfNeeded: cells &>> UInt64(Self.bits &* k)) & Self.never }
    set {
      let shift = UInt64(Self.bits &* k)
      cells &= ~(UInt64(Self.never) &<< shift)
      cells |= UInt64(newValue & Self.never) &<< shift
    }
  }

  /// The first cell within the budget; beyond the last cell where there is none.
  @inline(__always)
  var first: Int {
    (cells ^ Self.used | 1 << UInt64(Self.bits * Self.width)).trailingZeroBitCount / Self.bits
  }

  /// The last cell within the budget; -1 where there is none.
  @inline(__always)
  var last: Int {
    let alive = cells ^ Self.used
    return alive == 0 ? -1 : (63 - alive.leadingZeroBitCount) / Self.bits
  }
}
