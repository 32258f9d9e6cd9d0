// One row of the edit distance's table: a band of nine costs around the diagonal, in one word.
//
// Row j of the table holds D[i] for the typed letters i with j - 4 <= i <= j + 4: a cell further
// off needs more letters dropped or added than the greatest budget pays for. A cost above the
// budget is `never`, 31.
//
// A cell takes seven bits. The sum of two costs takes six. The seventh, the guard, lets all cells
// be compared at once: in 64 + a - b it is set if a >= b, and nothing is borrowed from the next
// cell.
// Cost: one word; a few operations for all nine cells.
// Source: Lamport, Comm. ACM 18 (1975) (multiple byte processing with full-word instructions).

/// Costs of a band of nine cells.
struct TypoRow: Equatable {
  /// Cells on each side of the diagonal.
  static let radius = Int(TypoCosts.greatestBudget / TypoCosts.cheapestShift)
  /// Cells of a row.
  static let width = 2 * radius + 1
  /// More than any budget.
  static let never: UInt8 = 31

  /// Bits per cell.
  private static let bits = 7
  /// 1 in each cell.
  private static let ones: UInt64 = 0x0102_0408_1020_4081
  /// The highest bit of each cell.
  private static let guards = ones << 6
  /// The bits of all cells.
  private static let used: UInt64 = 1 << UInt64(bits * width) - 1
  /// All bits of a cost, below the guard.
  private static let cost: UInt64 = 63

  private var cells: UInt64

  @inline(__always)
  private init(cells: UInt64) { self.cells = cells }

  /// A row in which every cell costs `cost`, at most 63.
  @inline(__always)
  init(repeating cost: UInt8) { cells = Self.ones &* UInt64(cost) }

  /// A row in which no cell is within any budget.
  static var none: TypoRow {
    @inline(__always) get { TypoRow(repeating: never) }
  }

  /// The cost in cell `k`, 0 to 8: D[j + k - 4] in row j.
  @inline(__always)
  subscript(k: Int) -> UInt8 {
    get { UInt8(truncatingIfNeeded: cells &>> UInt64(Self.bits &* k) & Self.cost) }
    set {
      let shift = UInt64(Self.bits &* k)
      cells &= ~(Self.cost &<< shift)
      cells |= (UInt64(newValue) & Self.cost) &<< shift
    }
  }

  /// Cell k + 1 in the place of cell k, and `cost` in the last.
  @inline(__always)
  func movedDown(filling cost: UInt8 = never) -> TypoRow {
    TypoRow(
      cells: cells &>> UInt64(Self.bits) | UInt64(cost) &<< UInt64(Self.bits * (Self.width - 1)))
  }

  /// Cell k - 1 in the place of cell k, and `never` in the first.
  @inline(__always)
  func movedUp() -> TypoRow {
    TypoRow(cells: (cells &<< UInt64(Self.bits)) & Self.used | UInt64(Self.never))
  }

  /// The sums of the cells, none of which is above 63.
  @inline(__always)
  static func + (a: TypoRow, b: TypoRow) -> TypoRow { TypoRow(cells: a.cells &+ b.cells) }

  /// The lesser cost of each two cells.
  @inline(__always)
  static func least(_ a: TypoRow, _ b: TypoRow) -> TypoRow {
    let takesB = mask((a.cells | guards) &- b.cells)
    return TypoRow(cells: b.cells & takesB | a.cells & ~takesB)
  }

  /// The row with `never` in each cell above `budget`, which is at most 16.
  @inline(__always)
  func within(_ budget: UInt8) -> TypoRow {
    let isAbove = Self.mask((cells | Self.guards) &- Self.ones &* (UInt64(budget) &+ 1))
    return TypoRow(cells: Self.none.cells & isAbove | cells & ~isAbove)
  }

  /// The row with `never` in each cell outside `places`.
  @inline(__always)
  func only(_ places: Places) -> TypoRow {
    let isIn = Self.mask(places.bits)
    return TypoRow(cells: cells & isIn | Self.none.cells & ~isIn)
  }

  /// All bits of a cost in each cell that has its guard set.
  @inline(__always)
  private static func mask(_ guarded: UInt64) -> UInt64 {
    let set = guarded & guards
    return set &- set &>> 6
  }

  /// Some of the cells.
  struct Places: Sequence, IteratorProtocol {
    /// The guard of each cell that is in.
    fileprivate var bits: UInt64

    @inline(__always)
    var isEmpty: Bool { bits == 0 }

    @inline(__always)
    func intersection(_ other: Places) -> Places { Places(bits: bits & other.bits) }

    /// Those before cell `end`, at least 0.
    @inline(__always)
    func before(_ end: Int) -> Places {
      end >= TypoRow.width ? self : Places(bits: bits & (1 &<< UInt64(TypoRow.bits &* end) &- 1))
    }

    /// The next cell, ascending.
    @inline(__always)
    mutating func next() -> Int? {
      if bits == 0 { return nil }
      let k = bits.trailingZeroBitCount / TypoRow.bits
      bits &= bits &- 1
      return k
    }
  }

  /// The cells of at most `cost`, at most 31.
  @inline(__always)
  func places(within cost: UInt8) -> Places {
    let above = (cells | Self.guards) &- Self.ones &* (UInt64(cost) &+ 1)
    return Places(bits: ~above & Self.guards)
  }
}
