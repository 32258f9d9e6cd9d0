// Verdicts on texts that a mapper saw before, and their numbers in the current block.
//
// A text is normalised and searched for secrets once, however often it occurs. What must not be
// learned never reaches a block.
// Invariant: a number that `look` gives is good until the next `look`.
// Memory: the texts, up to `mostTexts` of them; then it forgets all and begins again.

import QACText

/// The texts that a mapper knows.
struct PartialTexts {
  /// A known text.
  struct Known {
    var id: Int
    var verdict: TextRules.Verdict
  }

  private(set) var rules: TextRules
  private var texts = ByteInterner()
  private var verdicts: [TextRules.Verdict] = []
  /// By text, the block in which it was numbered last, and its number there in the lower half.
  private var numbers: [UInt64] = []
  private var blocks: UInt64 = 1
  private let mostTexts: Int

  init(_ options: LogReadOptions, mostTexts: Int) {
    rules = TextRules(options)
    self.mostTexts = max(1, mostTexts)
  }

  /// Forgets the numbers of the last block.
  mutating func beginBlock() { blocks += 1 }

  /// Whether a text of `record` is longer than the options allow.
  mutating func isTooLong(_ record: LogRecord, isEvent: Bool) -> Bool {
    // The key of a record without a time is the previous query.
    rules.isTooLong(record.query) || (!isEvent && rules.isTooLong(record.key))
  }

  /// What is known of `text`.
  mutating func look(at text: UnsafeBufferPointer<UInt8>) -> Known {
    if texts.count >= mostTexts {
      texts = ByteInterner()
      verdicts.removeAll(keepingCapacity: true)
      numbers.removeAll(keepingCapacity: true)
    }
    let known = texts.intern(rules.form(of: text))
    if known.isNew {
      verdicts.append(rules.verdict(text))
      numbers.append(0)
    }
    return Known(id: known.id, verdict: verdicts[known.id])
  }

  /// The number of the form of `text` in `block`.
  mutating func number(
    _ known: Known, _ text: UnsafeBufferPointer<UInt8>, _ block: inout PartialBlock?
  ) -> UInt32 {
    let number = numbers[known.id]
    if number >> 32 == blocks { return UInt32(truncatingIfNeeded: number) }
    let new = block?.intern(rules.form(of: text), in: .forms) ?? QueryTable.none
    numbers[known.id] = blocks << 32 | UInt64(new)
    return new
  }

  /// The number in `block` of a query before another one; of no text if nothing is to be known of
  /// it.
  mutating func previous(
    _ text: UnsafeBufferPointer<UInt8>?, _ block: inout PartialBlock?
  ) -> UInt32 {
    let none = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    let isKnown = text.map { look(at: $0).verdict == .fine } ?? false
    let form = isKnown ? text.map { rules.form(of: $0) } ?? none : none
    return block?.intern(form, in: .keys) ?? QueryTable.none
  }
}
