// The letters and the first two bytes of each label, beside each other: a correction asks hundreds of
// followers whether they are near what was typed, and that is enough to say no to most of them.
//
// Cost: eight bytes per label, made once with the engine.

import QACIndex

/// What can be told of labels without reading their texts.
struct LabelHeads: Sendable {
  /// What can be told of one text.
  struct Head: Sendable {
    var letters: LetterSet
    /// The first byte, and the second one or 0.
    var first: UInt8
    var second: UInt8
  }

  private var heads: [Head]

  init(_ view: IndexView) {
    let bases = BaseLetters.table
    heads = (0..<UInt32(view.labelCount)).map { label in
      let text = view.text(of: label)
      return Head(
        letters: LetterSet(text, bases: bases), first: text[0],
        second: text.count > 1 ? text[1] : 0)
    }
  }

  /// The head of `label`.
  @inline(__always)
  subscript(label: UInt32) -> Head { heads[Int(label)] }
}
