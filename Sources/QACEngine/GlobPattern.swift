// A pattern over whole texts: `*` stands for any run of scalars, `?` for one.
//
// The runs cut a pattern into pieces of fixed length in scalars. The first piece must stand at the
// text's start, the last at its end, and each one between at the first place after the one before
// where it fits: taking the first place leaves the most room for the rest, so nothing is ever tried
// again. Cost: O(pattern x text) steps at the worst, about O(text) as a rule; no pattern makes it
// exponential.
// Source: Cox, "Glob Matching Can Be Simple And Fast Too" (research.swtch.com/glob, 2017); we differ
// in matching pieces, not bytes.

import QACText

/// A pattern in an index's normal form.
struct GlobPattern: Sendable {
  /// `?` and `*` in the canonical form; no byte of UTF-8.
  static let one: UInt8 = 0xFF
  static let run: UInt8 = 0xFE

  /// What a pattern consists of as written.
  enum Piece: Equatable {
    case text([UInt8])
    case one
    case run
  }

  private let form: [UInt8]
  /// Where in `form` each piece lies; the runs between them are left out.
  private let pieces: [Range<Int>]

  /// Makes a pattern of what `form(of:by:)` returned.
  init(form: [UInt8]) {
    self.form = form
    pieces = form.split(separator: Self.run, omittingEmptySubsequences: false)
      .map { $0.startIndex..<$0.endIndex }
  }

  /// Takes a pattern as written apart.
  static func pieces(of text: [UInt8]) throws(BlockRuleFault) -> [Piece] {
    var pieces: [Piece] = []
    var literal: [UInt8] = []
    func flush() {
      if !literal.isEmpty { pieces.append(.text(literal)) }
      literal = []
    }
    var i = 0
    while i < text.count {
      switch text[i] {
      case UInt8(ascii: "*"):
        flush()
        if pieces.last != .run { pieces.append(.run) }
      case UInt8(ascii: "?"):
        flush()
        pieces.append(.one)
      case UInt8(ascii: "\\"):
        i += 1
        guard i < text.count, "*?\\".utf8.contains(text[i]) else { throw .badEscape }
        literal.append(text[i])
      default:
        literal.append(text[i])
      }
      i += 1
    }
    flush()
    return pieces
  }

  /// The canonical form of a pattern: its literal pieces in the normal form.
  ///
  /// - Throws: `BlockRuleFault` where it cannot be read, or spaces are all that is left of its text.
  static func form(of text: [UInt8], by normalizer: Normalizer) throws(BlockRuleFault) -> [UInt8] {
    let pieces = try pieces(of: text)
    var form: [UInt8] = []
    var hasText = false
    for (i, piece) in pieces.enumerated() {
      switch piece {
      case .one: form.append(one)
      case .run: form.append(run)
      case .text(let bytes):
        let normal = normalize(
          bytes, by: normalizer, isFirst: i == 0, isLast: i == pieces.count - 1)
        hasText = hasText || !normal.allSatisfy(Tokenizer.isSpace)
        form += normal
      }
    }
    if !hasText { throw .nothingLeft }
    return form
  }

  /// The normal form of a literal within a pattern: beside a wildcard a space counts.
  private static func normalize(
    _ bytes: [UInt8], by normalizer: Normalizer, isFirst: Bool, isLast: Bool
  ) -> [UInt8] {
    // A digit holds the place of the wildcard: it composes with nothing and folds to itself.
    let digit = UInt8(ascii: "0")
    var normal = normalizer.normalize(
      (isFirst ? [] : [digit]) + bytes + (isLast ? [] : [digit]), as: .query)
    if !isFirst, normal.first == digit { normal.removeFirst() }
    if !isLast, normal.last == digit { normal.removeLast() }
    return normal
  }

  /// Whether all of `text`, which is UTF-8, fits.
  ///
  /// - Complexity: O(`text.count` x bytes of the pattern) at the worst.
  func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    form.withUnsafeBufferPointer { form in
      guard let first = pieces.first, let last = pieces.last,
        var position = Self.end(of: first, at: 0, form, text)
      else { return false }
      if pieces.count == 1 { return position == text.count }
      guard let tail = Self.start(of: last, before: text.count, form, text), tail >= position
      else { return false }
      for piece in pieces.dropFirst().dropLast() {
        guard let end = Self.firstEnd(of: piece, from: position, form, text) else { return false }
        position = end
      }
      return position <= tail
    }
  }

  /// Where `piece` ends if it fits at `position`.
  @inline(__always)
  private static func end(
    of piece: Range<Int>, at position: Int, _ form: UnsafeBufferPointer<UInt8>,
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var at = position
    for i in piece {
      if at >= text.count { return nil }
      if form[i] == one {
        at += 1
        while at < text.count, text[at] & 0xC0 == 0x80 { at += 1 }
      } else {
        if text[at] != form[i] { return nil }
        at += 1
      }
    }
    return at
  }

  /// Where `piece` begins if it fits right before `position`.
  private static func start(
    of piece: Range<Int>, before position: Int, _ form: UnsafeBufferPointer<UInt8>,
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var at = position
    for i in piece.reversed() {
      if at <= 0 { return nil }
      at -= 1
      if form[i] == one {
        while at > 0, text[at] & 0xC0 == 0x80 { at -= 1 }
      } else if text[at] != form[i] {
        return nil
      }
    }
    return at
  }

  /// Where `piece` ends at the first place from `position` on where it fits.
  private static func firstEnd(
    of piece: Range<Int>, from position: Int, _ form: UnsafeBufferPointer<UInt8>,
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var at = position
    while at <= text.count {
      // `?` begins at a scalar; a literal does by itself, being UTF-8.
      if at == text.count || text[at] & 0xC0 != 0x80,
        let end = end(of: piece, at: at, form, text)
      {
        return end
      }
      at += 1
    }
    return nil
  }
}
