// A pattern, compared piece by piece and byte by byte: sets of patterns are tested against it.
//
// It is itself tested against a matcher that tries all ways (`GlobPatternTests`).

@testable import QACEngine

/// A pattern in an index's normal form.
struct PlainGlob {
  private let form: [UInt8]
  private let pieces: [Range<Int>]

  /// Makes a pattern of what `GlobPattern.form(of:by:)` returned.
  init(form: [UInt8]) {
    self.form = form
    pieces = form.split(separator: GlobPattern.run, omittingEmptySubsequences: false)
      .map { $0.startIndex..<$0.endIndex }
  }

  /// Whether all of `text`, which is UTF-8, fits.
  func matches(_ text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { matches($0) }
  }

  private func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
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

  /// The end of `piece` if it fits at `position`, or nil.
  @inline(__always)
  private static func end(
    of piece: Range<Int>, at position: Int, _ form: UnsafeBufferPointer<UInt8>,
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var at = position
    for i in piece {
      if at >= text.count { return nil }
      if form[i] == GlobPattern.one {
        at += 1
        while at < text.count, text[at] & 0xC0 == 0x80 { at += 1 }
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
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var at = position
    for i in piece.reversed() {
      if at <= 0 { return nil }
      at -= 1
      if form[i] == GlobPattern.one {
        while at > 0, text[at] & 0xC0 == 0x80 { at -= 1 }
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
    _ text: UnsafeBufferPointer<UInt8>
  ) -> Int? {
    var at = position
    while at <= text.count {
      // `?` begins at a scalar; a literal does so anyway, because it is UTF-8.
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
