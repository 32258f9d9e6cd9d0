// The slow path of the normaliser: any text, scalar by scalar.
//
// `search` maps every scalar as Unicode's NFKC_Casefold does and composes the result, and repeats
// this until nothing changes, because one round can uncover work for the next. Nearly all text
// needs one round and a second one that finds nothing to do. The text is taken in pieces. A piece
// ends where nothing before can change what follows, so that the rest stays unread once a form is
// full.
//
// Invariant: the result does not depend on where the text is cut into pieces.
// Cost: about ten nanoseconds per byte whatever the text holds, except for the first call of a
// process, which makes `ScalarTable`.

extension Normalizer {
  /// Makes the tables now, so that the first text that is not ASCII need not wait for them.
  public static func prepare() { _ = ScalarTable.shared }

  /// Replaces `output` by the normal form of `input`, which may be any bytes.
  package func normalizeUnicode(
    _ input: UnsafeBufferPointer<UInt8>, as kind: Kind, into output: inout [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    var form = UnicodeForm(profile)
    var position = 0
    while position < input.count, !form.isFull {
      form.add(UTF8Decoder.scalar(in: input, at: &position), to: &output)
    }
    form.finish(as: kind, &output)
  }
}

/// The normal form of one text while it is made.
private struct UnicodeForm {
  private typealias Mark = ScalarTable.Mark

  /// The number of scalars after which a piece ends at the next possible place.
  private static let pieceLength = 128
  private static let joiner = UnicodeText.zeroWidthJoiner.value

  /// Whether the form has reached its greatest length, so that nothing more can be added.
  private(set) var isFull = false
  private let profile: NormalizationProfile
  private let table = ScalarTable.shared
  private var canonical = CanonicalForm()
  private var piece: [UInt32] = []
  private var caseFolded: [UInt32] = []
  private var spaceIsDue = false
  private var symbols = WordSymbolState()
  /// Whether a space is due before the next letter, but not at the end.
  private var isBehindSymbol = false

  init(_ profile: NormalizationProfile) {
    self.profile = profile
    piece.reserveCapacity(2 * Self.pieceLength)
  }

  /// Adds one scalar of the text.
  @inline(__always)
  mutating func add(_ scalar: UInt32, to output: inout [UInt8]) {
    if piece.count >= Self.pieceLength, table[scalar].has(Mark.bounds) { flush(to: &output) }
    piece.append(scalar)
  }

  /// Adds the last piece, and the space that a prefix keeps.
  mutating func finish(as kind: Normalizer.Kind, _ output: inout [UInt8]) {
    if !isFull { flush(to: &output) }
    if profile == .verbatim { return }
    if !isFull, let symbol = symbols.end() { append(symbol, to: &output) }
    // The cut may have left the joiner of an emoji that was cut off.
    if isFull { UnicodeForm.dropJoiner(&output) }
    if spaceIsDue, kind == .prefix, output.count < Normalizer.maximumBytes { output.append(0x20) }
  }

  private mutating func flush(to output: inout [UInt8]) {
    canonical.compose(&piece)
    switch profile {
    case .search, .plainSearch:
      // Two rounds are known to be enough; with the bound no input can delay a request.
      for _ in 0..<8 {
        if !caseFoldOnce() { break }
        canonical.compose(&piece)
      }
      appendWords(to: &output)
    case .verbatim:
      for scalar in piece where !output.isEmpty || !Self.isWhite(scalar) {
        append(scalar, to: &output)
        if isFull { break }
      }
    }
    piece.removeAll(keepingCapacity: true)
  }

  /// Maps the scalars of the piece once and returns whether that changed anything.
  private mutating func caseFoldOnce() -> Bool {
    let mayChange = piece.contains {
      table[$0].has(Mark.caseFolds | Mark.ignorable) || $0 == Self.joiner
    }
    if !mayChange { return false }
    caseFolded.removeAll(keepingCapacity: true)
    var hasChanged = false
    var joinsEmoji = false
    var lastIsEmoji = false
    for scalar in piece {
      let entry = table[scalar]
      if scalar == Self.joiner {
        // Several in a row become one, which is kept only between two emoji.
        hasChanged = hasChanged || joinsEmoji
        joinsEmoji = lastIsEmoji
        hasChanged = hasChanged || !joinsEmoji
        continue
      }
      if entry.has(Mark.ignorable) {
        hasChanged = true
        continue
      }
      if joinsEmoji {
        if entry.has(Mark.emoji) {
          caseFolded.append(Self.joiner)
        } else {
          hasChanged = true
        }
        joinsEmoji = false
      }
      if entry.has(Mark.caseFolds) {
        caseFolded += table.caseFolding(entry)
        hasChanged = true
      } else {
        caseFolded.append(scalar)
      }
      lastIsEmoji = entry.has(Mark.emoji)
    }
    hasChanged = hasChanged || joinsEmoji
    if hasChanged { swap(&piece, &caseFolded) }
    return hasChanged
  }

  /// Appends the piece; every run of scalars that separate words becomes one space.
  private mutating func appendWords(to output: inout [UInt8]) {
    for scalar in piece {
      let separates = table[scalar].has(Mark.separates)
      if profile == .search {
        let waited = symbols.waits
        if let kept = symbols.take(scalar, separates: separates) {
          append(kept, before: scalar, to: &output)
          if isFull { return }
          if kept.takesScalar { continue }
        } else if waited {
          spaceIsDue = true
        }
      }
      if separates {
        if !symbols.waits { spaceIsDue = !output.isEmpty }
        continue
      }
      if isBehindSymbol { spaceIsDue = true }
      isBehindSymbol = false
      if profile == .search, HangulKeys.isTyped(scalar) {
        HangulKeys.forEachKey(of: scalar) { key in
          if !isFull { append(key, to: &output) }
        }
      } else {
        append(scalar, to: &output)
      }
      if isFull { return }
    }
  }

  /// Appends the symbols that stay.
  private mutating func append(
    _ kept: WordSymbolState.Decision, before scalar: UInt32, to output: inout [UInt8]
  ) {
    if kept.symbol == UInt32(WordSymbols.stop) {
      if isBehindSymbol { spaceIsDue = true }
      isBehindSymbol = false
      // It stays only if the letter behind it fits too.
      let letterCount = HangulKeys.isTyped(scalar) ? 3 : Self.byteCount(of: scalar)
      if output.count + (spaceIsDue ? 1 : 0) + 1 + letterCount > Normalizer.maximumBytes {
        isFull = true
        return
      }
      append(kept.symbol, to: &output)
      return
    }
    for _ in 0..<kept.count where !isFull { append(kept.symbol, to: &output) }
    isBehindSymbol = true
  }

  private static func byteCount(of scalar: UInt32) -> Int {
    scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x1_0000 ? 3 : 4
  }

  /// Appends `scalar` and the space that is due before it, or sets `isFull` if they do not fit.
  @inline(__always)
  private mutating func append(_ scalar: UInt32, to output: inout [UInt8]) {
    let count = Self.byteCount(of: scalar)
    if output.count + count + (spaceIsDue ? 1 : 0) > Normalizer.maximumBytes {
      isFull = true
      return
    }
    if spaceIsDue {
      output.append(0x20)
      spaceIsDue = false
    }
    if count == 1 {
      output.append(UInt8(truncatingIfNeeded: scalar))
      return
    }
    // The first byte has as many leading ones as there are bytes; the others hold six bits each.
    let shift = UInt32(6 * (count - 1))
    output.append(UInt8(truncatingIfNeeded: 0xF00 >> UInt32(count) | scalar >> shift))
    for i in stride(from: Int(shift) - 6, through: 0, by: -6) {
      output.append(UInt8(truncatingIfNeeded: 0x80 | scalar >> UInt32(i) & 0x3F))
    }
  }

  private static func isWhite(_ scalar: UInt32) -> Bool {
    Unicode.Scalar(scalar)?.properties.isWhitespace ?? false
  }

  /// Removes a joiner at the end, which joins nothing.
  private static func dropJoiner(_ output: inout [UInt8]) {
    let joiner: [UInt8] = [0xE2, 0x80, 0x8D]
    if output.suffix(joiner.count).elementsEqual(joiner) { output.removeLast(joiner.count) }
  }
}
