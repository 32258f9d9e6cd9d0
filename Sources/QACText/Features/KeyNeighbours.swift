// Which letters lie beside each other on a keyboard: a finger that misses a key hits one of these.
//
// Cost: a table of 26 masks, made once; a question is one look-up.

/// Which letters lie beside each other on a keyboard.
///
/// QWERTY, QWERTZ and AZERTY at once: two keys are neighbours if they are so on any of these, or if
/// the layouts exchange the two (y and z, w and z, a and q). Digits and punctuation are left out:
/// in numbers and commands a neighbouring key means something else.
package enum KeyNeighbours {
  private static let layouts: [[StaticString]] = [
    ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
    ["qwertzuiop", "asdfghjkl", "yxcvbnm"],
    ["azertyuiop", "qsdfghjklm", "wxcvbn"],
  ]
  private static let exchanged: [StaticString] = ["yz", "wz", "aq"]

  private static let letterCount = 26
  private static let firstLetter: UInt8 = 0x61

  /// For each letter a to z: bit i is set if the i-th letter is a neighbour.
  package static let masks: [UInt32] = {
    var masks = [UInt32](repeating: 0, count: letterCount)
    func pair(_ a: UInt8, _ b: UInt8) {
      masks[Int(a - firstLetter)] |= 1 << UInt32(b - firstLetter)
      masks[Int(b - firstLetter)] |= 1 << UInt32(a - firstLetter)
    }
    for layout in layouts {
      let rows = layout.map { $0.withUTF8Buffer { Array($0) } }
      for (r, row) in rows.enumerated() {
        for (c, key) in row.enumerated() {
          if c > 0 { pair(row[c - 1], key) }
          // Each row is shifted right by less than a key, so below each key lie two.
          guard r + 1 < rows.count else { continue }
          for below in [c - 1, c] where rows[r + 1].indices.contains(below) {
            pair(key, rows[r + 1][below])
          }
        }
      }
    }
    for two in exchanged { two.withUTF8Buffer { pair($0[0], $0[1]) } }
    return masks
  }()

  /// The mask of the neighbours of the letter `base`; 0 if it is not a to z.
  @inlinable
  package static func mask(_ base: UInt32, in masks: [UInt32]) -> UInt32 {
    let place = base &- 0x61
    return place < 26 ? masks[Int(place)] : 0
  }

  /// The bit of the letter `base` in a mask; 0 if it is not a to z.
  @inlinable
  package static func bit(_ base: UInt32) -> UInt32 {
    let place = base &- 0x61
    return place < 26 ? 1 << place : 0
  }
}
