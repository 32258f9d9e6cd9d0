// The symbols that `search` keeps, because they tell words apart: `c++` and `c#` are not `c`.
//
//     + behind a word, at the word's end    a+, disney+; not in "salt+pepper"
//     ++ behind a word                      c++, notepad++, c++ 11
//     # behind a word of one ASCII letter   c#; not in "c#5"
//     % behind a digit                      10%
//     . before a letter, behind white space or at the beginning     .net; not in "node.js"
//
// All other symbols stay what they were, a space. So `node.js` is the label of `node js`, and `h&m`
// that of `h m`.
// Invariant: a form has no other symbols, and its own symbols are kept when it is normalised again.
// Cost: nothing for text without these four.

/// Decides which symbols stay.
enum WordSymbols {
  static let plus: UInt8 = 0x2B
  static let number: UInt8 = 0x23
  static let percent: UInt8 = 0x25
  static let stop: UInt8 = 0x2E

  /// How many symbols from byte `i` of an ASCII text stay; 0 if that byte separates words.
  static func count(in text: UnsafeBufferPointer<UInt8>, at i: Int) -> Int {
    func byte(_ at: Int) -> UInt8 { at >= 0 && at < text.count ? text[at] : 0x20 }
    let (before, after) = (byte(i - 1), byte(i + 1))
    switch text[i] {
    case plus where isLetter(before) || isDigit(before):
      if after == plus { return 2 }
      return isLetter(after) || isDigit(after) ? 0 : 1
    case number where isLetter(before):
      let isLong = isLetter(byte(i - 2)) || isDigit(byte(i - 2))
      return isLong || isLetter(after) || isDigit(after) ? 0 : 1
    case percent: return isDigit(before) ? 1 : 0
    case stop: return Tokenizer.isSpace(before) && isLetter(after) ? 1 : 0
    default: return 0
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}

/// The same decision for a text that comes scalar by scalar, folded: what depends on the next scalar
/// waits for it.
struct WordSymbolState {
  /// What a scalar decided.
  struct Decision {
    /// The symbol that stays; it stands before the scalar.
    var symbol: UInt32
    /// How many of it.
    var count = 1
    /// Whether the scalar is one of them.
    var takesScalar = false
  }

  private var previous: UInt32 = 0x20
  /// The scalars of the word directly before.
  private var wordLength = 0
  /// A symbol that waits for what follows it, or 0.
  private var waiting: UInt32 = 0

  private static let plus = UInt32(WordSymbols.plus)
  private static let number = UInt32(WordSymbols.number)
  private static let stop = UInt32(WordSymbols.stop)

  /// Whether a symbol directly behind a word waits for what follows it.
  var waits: Bool { waiting == Self.plus || waiting == Self.number }

  /// Takes the next scalar of the text, which `separates` words or not; returns the symbol that this
  /// keeps, if any.
  mutating func take(_ scalar: UInt32, separates: Bool) -> Decision? {
    var decision: Decision?
    let waited = waiting
    waiting = 0
    switch waited {
    case Self.plus where scalar == Self.plus:
      decision = Decision(symbol: Self.plus, count: 2, takesScalar: true)
    case Self.plus, Self.number:
      if separates { decision = Decision(symbol: waited) }
    case Self.stop:
      if !separates, scalar &- 0x30 >= 10 { decision = Decision(symbol: waited) }
    default: break
    }
    if waited != 0 { wordLength = 0 }
    if !separates {
      wordLength += 1
    } else if decision?.takesScalar != true {
      let isDigit = previous &- 0x30 < 10
      let isLetter = (previous | 0x20) &- 0x61 < 26
      switch scalar {
      case Self.plus where wordLength > 0: waiting = scalar
      case Self.number where wordLength == 1 && isLetter: waiting = scalar
      case Self.stop where previous < 0x80 && Tokenizer.isSpace(UInt8(previous)): waiting = scalar
      case UInt32(WordSymbols.percent) where wordLength > 0 && isDigit && decision == nil:
        decision = Decision(symbol: scalar, takesScalar: true)
      default: break
      }
      if waiting == 0 { wordLength = 0 }
    }
    previous = scalar
    return decision
  }

  /// The symbol that the end of the text keeps, or nil.
  func end() -> UInt32? { waits ? waiting : nil }
}
