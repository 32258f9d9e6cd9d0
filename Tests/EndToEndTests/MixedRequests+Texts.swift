// What is typed and submitted in a recorded session.

import QACBinary

extension MixedRequests {
  private static let foreign = [
    "Crème brûlée", "creme brulee torch", "Gießkanne", "ÜBERTOPF", "園芸 はさみ", "Дача", "e\u{301}",
    "سجادة", "🪴 plant pot", "İstanbul", "ﬁne ﬂoss", "٣ boxes",
  ]
  private static let odd = [
    "!!!", "   ", "quote \" and \\ backslash", "tab\there", "a\u{1}b", "-", "...desk", "\u{200D}",
    "C++ & C#", "100%", "<b>desk</b>", "' OR 1=1",
  ]

  /// A query that is submitted; never white space alone.
  mutating func query() -> String {
    switch random.below(20) {
    case 0..<11: return known()
    case 11..<16: return fresh[random.below(random.below(fresh.count) + 1)]
    case 16: return decorated(known())
    case 17: return "\(word()) \(word()) \(random.below(9))"
    case 18: return any(of: Self.foreign)
    default: return any(of: Self.odd.filter { $0 != "   " })
    }
  }

  /// What is in the text field when a completion is asked for.
  mutating func typed() -> String {
    switch random.below(24) {
    case 0: return ""
    case 1..<9: return beginning(of: known())
    case 9..<12:
      return beginning(of: submitted[submitted.count - 1 - random.below(submitted.count)])
    case 12: return beginning(of: any(of: fresh))
    case 13..<17: return mistyped(known())
    case 17..<19: return "\(word()) \(beginning(of: known()))"
    case 19:
      let earlier = submitted[submitted.count - 1 - random.below(min(40, submitted.count))]
      return "\(word()) \(beginning(of: String(earlier.split(separator: " ").last ?? "")))"
    case 20: return decorated(beginning(of: known()))
    case 21: return "zz\(word()) \(beginning(of: word()))"
    case 22: return beginning(of: any(of: Self.foreign))
    default: return one(in: 12) ? String(repeating: "ab ", count: 680) : any(of: Self.odd)
    }
  }

  /// A query of the index: the frequent ones often.
  private mutating func known() -> String { queries[random.below(random.below(queries.count) + 1)] }

  /// A word of a query of the index.
  private mutating func word() -> String {
    let words = known().split(separator: " ")
    return String(words[random.below(words.count)])
  }

  /// The first characters of `text`, one at the least where it has any.
  private mutating func beginning(of text: String) -> String {
    text.isEmpty ? "" : String(text.prefix(1 + random.below(text.count)))
  }

  /// The beginning of `text` with one or two typing errors.
  private mutating func mistyped(_ text: String) -> String {
    var letters = Array(text.prefix(5 + random.below(20)))
    for _ in 0..<(one(in: 4) ? 2 : 1) where letters.count > 3 {
      let i = 1 + random.below(letters.count - 2)
      switch random.below(4) {
      case 0: letters.remove(at: i)
      case 1: letters.insert(any(of: Array("aeiourstn")), at: i)
      case 2: letters[i] = any(of: Array("aeiourstn"))
      default: letters.swapAt(i, i + 1)
      }
    }
    return String(letters)
  }

  /// `text` written otherwise; for searching it is the same.
  private mutating func decorated(_ text: String) -> String {
    switch random.below(4) {
    case 0: return text.uppercased()
    case 1: return "  " + text.split(separator: " ").joined(separator: "   ") + " "
    case 2: return text.split(separator: " ").joined(separator: "-") + "!"
    default: return text.prefix(1).uppercased() + text.dropFirst()
    }
  }
}
