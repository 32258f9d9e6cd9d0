// A pattern over whole texts: `*` stands for any run of scalars, `?` for one.
//
// The runs cut a pattern into pieces of fixed length in scalars. The first piece must stand at the
// start of the text, the last at its end, and each piece between them at the first place, after the
// piece before it, where it fits. Taking the first place leaves the most room for the rest, so
// nothing is ever tried again.
// Invariant: `matches` answers for the whole text, never for a part of it.
// Cost: O(text) steps, as pieces are looked for by Knuth, Morris and Pratt; at worst O(pattern x
// text), if a piece between two runs holds a `?`. Steps are counted.
// Sources: Cox, "Glob Matching Can Be Simple And Fast Too" (research.swtch.com/glob, 2017); we
// differ in matching pieces, not bytes. Knuth, Morris, Pratt, "Fast Pattern Matching in Strings",
// 1977.

import QACText

/// A pattern in an index's normal form.
struct GlobPattern: Sendable {
  /// `?` and `*` in the canonical form; neither is a byte of UTF-8.
  static let one: UInt8 = 0xFF
  static let run: UInt8 = 0xFE

  /// A part of a pattern as written.
  enum Piece: Equatable {
    case text([UInt8])
    case one
    case run
  }

  /// The place of a piece in `form`, and whether it holds no `?`.
  private struct Span {
    var start: UInt16
    var end: UInt16
    var isLiteral: Bool

    var range: Range<Int> { Int(start)..<Int(end) }
  }

  /// The steps that looking for a piece takes beside the bytes that are compared.
  private static let stepsOfPiece = 8

  private let form: [UInt8]
  /// The pieces; the runs between them are left out.
  private let pieces: [Span]
  /// For each byte of a piece, the length of the longest proper beginning of the piece that ends
  /// there.
  private let borders: [UInt16]

  /// Makes a pattern from what `form(of:by:)` returned.
  init(form: [UInt8]) {
    self.form = form
    let pieces = form.split(separator: Self.run, omittingEmptySubsequences: false)
    self.pieces = pieces.map { piece in
      Span(
        start: UInt16(piece.startIndex), end: UInt16(piece.endIndex),
        isLiteral: !piece.contains(Self.one))
    }
    var borders = [UInt16](repeating: 0, count: form.count)
    for piece in pieces {
      var length = 0
      for i in piece.indices.dropFirst() {
        while length > 0, form[piece.startIndex + length] != form[i] {
          length = Int(borders[piece.startIndex + length - 1])
        }
        if form[piece.startIndex + length] == form[i] { length += 1 }
        borders[i] = UInt16(length)
      }
    }
    self.borders = borders
  }

  /// The longest run of bytes without a wildcard: every text that fits contains it.
  var longestLiteral: ArraySlice<UInt8> {
    form.split { $0 >= Self.run }.max { $0.count < $1.count } ?? []
  }

  /// The parts of a pattern as written.
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
  /// - Throws: `BlockRuleFault` if it cannot be read, or if nothing but spaces is left of its text.
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

  /// The normal form of a literal within a pattern. A space beside a wildcard is kept.
  private static func normalize(
    _ bytes: [UInt8], by normalizer: Normalizer, isFirst: Bool, isLast: Bool
  ) -> [UInt8] {
    // A digit takes the place of the wildcard: it composes with nothing, and its normal form is
    // itself.
    let digit = UInt8(ascii: "0")
    // A symbol that stays at the end of a word stays before a wildcard too.
    if !isLast, let last = bytes.last, "+#%".utf8.contains(last) {
      let normal = normalize(bytes, by: normalizer, isFirst: isFirst, isLast: true)
      if normal.last == last { return normal }
    }
    var normal = normalizer.normalize(
      (isFirst ? [] : [digit]) + bytes + (isLast ? [] : [digit]), as: .query)
    if !isFirst, normal.first == digit { normal.removeFirst() }
    if !isLast, normal.last == digit { normal.removeLast() }
    return normal
  }

  /// Whether all of `text`, which is UTF-8, fits.
  ///
  /// `steps` grows by the bytes that are compared.
  ///
  /// - Complexity: O(`text.count`), or O(`text.count` x bytes of the pattern) if a piece between
  ///   two runs holds a `?`.
  func matches(_ text: UnsafeBufferPointer<UInt8>, steps: inout Int) -> Bool {
    form.withUnsafeBufferPointer { form in
      pieces.withUnsafeBufferPointer { pieces in
        borders.withUnsafeBufferPointer { borders in
          Self.matches(text, Parts(form: form, pieces: pieces, borders: borders), &steps)
        }
      }
    }
  }

  /// The parts of a pattern in memory: comparing with them counts no references.
  private struct Parts {
    let form: UnsafeBufferPointer<UInt8>
    let pieces: UnsafeBufferPointer<Span>
    let borders: UnsafeBufferPointer<UInt16>
  }

  private static func matches(
    _ text: UnsafeBufferPointer<UInt8>, _ parts: Parts, _ steps: inout Int
  ) -> Bool {
    let (form, pieces) = (parts.form, parts.pieces)
    steps &+= stepsOfPiece
    guard let first = pieces.first?.range, let last = pieces.last?.range,
      var position = end(of: first, at: 0, form, in: text, steps: &steps)
    else { return false }
    if pieces.count == 1 { return position == text.count }
    guard let tail = start(of: last, before: text.count, form, in: text, steps: &steps),
      tail >= position
    else { return false }
    for i in 1..<pieces.count - 1 {
      steps &+= stepsOfPiece
      let piece = pieces[i]
      let end =
        piece.isLiteral
        ? firstEnd(ofLiteral: piece.range, from: position, parts, in: text, steps: &steps)
        : firstEnd(of: piece.range, from: position, form, in: text, steps: &steps)
      guard let end else { return false }
      position = end
    }
    return position <= tail
  }

  /// The end of `piece` if it fits at `position`, or nil.
  @inline(__always)
  private static func end(
    of piece: Range<Int>, at position: Int, _ form: UnsafeBufferPointer<UInt8>,
    in text: UnsafeBufferPointer<UInt8>, steps: inout Int
  ) -> Int? {
    var at = position
    defer { steps &+= at &- position &+ 1 }
    for i in piece {
      if at >= text.count { return nil }
      if form[i] == one {
        at += 1
        while at < text.count, UTF8.isContinuation(text[at]) { at += 1 }
      } else {
        if text[at] != form[i] { return nil }
        at += 1
      }
    }
    return at
  }

  /// The start of `piece` if it fits right before `position`, or nil.
  private static func start(
    of piece: Range<Int>, before position: Int, _ form: UnsafeBufferPointer<UInt8>,
    in text: UnsafeBufferPointer<UInt8>, steps: inout Int
  ) -> Int? {
    var at = position
    defer { steps &+= position &- at &+ 1 }
    for i in piece.reversed() {
      if at <= 0 { return nil }
      at -= 1
      if form[i] == one {
        while at > 0, UTF8.isContinuation(text[at]) { at -= 1 }
      } else if text[at] != form[i] {
        return nil
      }
    }
    return at
  }

  /// The end of `piece` at the first place, from `position` on, where it fits; nil if there is
  /// none.
  private static func firstEnd(
    of piece: Range<Int>, from position: Int, _ form: UnsafeBufferPointer<UInt8>,
    in text: UnsafeBufferPointer<UInt8>, steps: inout Int
  ) -> Int? {
    var at = position
    while at <= text.count {
      // `?` begins at a scalar; a literal does so anyway, because it is UTF-8.
      if at == text.count || !UTF8.isContinuation(text[at]),
        let end = end(of: piece, at: at, form, in: text, steps: &steps)
      {
        return end
      }
      at += 1
    }
    return nil
  }

  /// The end of `piece`, which holds no `?`, at the first place, from `position` on, where it
  /// stands.
  @inline(__always)
  private static func firstEnd(
    ofLiteral piece: Range<Int>, from position: Int, _ parts: Parts,
    in text: UnsafeBufferPointer<UInt8>, steps: inout Int
  ) -> Int? {
    let (form, borders) = (parts.form, parts.borders)
    var at = position
    var next = piece.lowerBound
    defer { steps &+= at &- position &+ 1 }
    while next < piece.upperBound {
      if at >= text.count { return nil }
      let byte = text[at]
      at += 1
      while form[next] != byte, next > piece.lowerBound {
        next = piece.lowerBound + Int(borders[next - 1])
      }
      if form[next] == byte { next += 1 }
    }
    return at
  }
}
