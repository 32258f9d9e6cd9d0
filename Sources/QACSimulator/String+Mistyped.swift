// The typing errors of the simulated shop.
//
// In a quarter of the errors the last letter is missing: the query was submitted a moment too
// early. In a twentieth two words are typed as one. In the others one letter is hit that is not the
// last of its word: it is exchanged with the next, missing, doubled or replaced by the key beside
// it. Numbers stay as they are, so that an error never makes another size.

import QACBinary

extension String {
  /// This text, of ASCII with a letter in it, with one slip of the finger. Equal to this text if
  /// nothing shows, as when two equal letters are exchanged.
  func mistyped(_ random: inout SplitMix64) -> String {
    var bytes = Array(utf8)
    let kind = random.below(20)
    let spaces = bytes.indices.filter { bytes[$0] == 0x20 }
    let letters = bytes.indices.dropLast().filter {
      Self.isLetter(bytes[$0]) && Self.isLetter(bytes[$0 + 1])
    }
    if kind < 5, bytes.count > 3, let last = bytes.last, Self.isLetter(last) {
      bytes.removeLast()
    } else if kind == 5, !spaces.isEmpty {
      bytes.remove(at: spaces[random.below(spaces.count)])
    } else if !letters.isEmpty {
      let i = letters[random.below(letters.count)]
      switch random.below(4) {
      case 0: bytes.swapAt(i, i + 1)
      case 1: bytes.remove(at: i)
      case 2: bytes.insert(bytes[i], at: i)
      default: bytes[i] = Self.neighbour(of: bytes[i])
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// The letter to the right of `byte` on the keyboard.
  private static func neighbour(of byte: UInt8) -> UInt8 {
    for row in ["qwertyuiop", "asdfghjkl", "zxcvbnm"] {
      let keys = Array(row.utf8)
      if let i = keys.firstIndex(of: byte | 0x20) {
        return keys[i + 1 < keys.count ? i + 1 : i - 1]
      }
    }
    return byte
  }
}
