// Cuts a line at its tabs.

/// A line cut at its tabs, of at most five columns.
struct Columns {
  private let line: UnsafeBufferPointer<UInt8>
  private var ends: (Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0)
  /// The number of columns.
  private(set) var count = 0

  /// Cuts `line`; nil if it has more than five columns.
  init?(_ line: UnsafeBufferPointer<UInt8>) {
    self.line = line
    for i in 0...line.count where i == line.count || line[i] == 0x09 {
      switch count {
      case 0: ends.0 = i
      case 1: ends.1 = i
      case 2: ends.2 = i
      case 3: ends.3 = i
      case 4: ends.4 = i
      default: return nil
      }
      count += 1
    }
  }

  /// The bytes of column `index`, from 0 to `count` - 1.
  subscript(index: Int) -> UnsafeBufferPointer<UInt8> {
    switch index {
    case 0: return .init(rebasing: line[..<ends.0])
    case 1: return .init(rebasing: line[(ends.0 + 1)..<ends.1])
    case 2: return .init(rebasing: line[(ends.1 + 1)..<ends.2])
    case 3: return .init(rebasing: line[(ends.2 + 1)..<ends.3])
    default: return .init(rebasing: line[(ends.3 + 1)..<ends.4])
    }
  }
}
