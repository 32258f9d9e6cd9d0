// The slow path of the normaliser: any text, by scalars.
//
// `search` maps every scalar as Unicode's NFKC_Casefold does and composes the result, until that
// changes nothing: one round can uncover work for the next. Nearly all text needs one round and
// a second that finds it done. The text is taken in pieces that end where nothing before can change
// what follows, so that a form that has reached its bound leaves the rest unread.
//
// Invariant: where the text is cut into pieces is of no account.
// Cost: some ten nanoseconds a byte whatever the text holds, but for the first call of a process,
// which makes `ScalarTable`.

extension Normalizer {
  /// Makes what the first text that is not ASCII would have to wait for.
  public static func prepare() { _ = ScalarTable.shared }

  /// Replaces `output` by the normal form of `input`, whatever it holds.
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

/// A text on its way into its normal form.
private struct UnicodeForm {
  private typealias Mark = ScalarTable.Mark

  /// Scalars after which a piece ends as soon as it may.
  private static let pieceLength = 128
  private static let joiner = UnicodeText.zeroWidthJoiner.value

  /// Whether the form has reached its bound: nothing more can be added.
  private(set) var isFull = false
  private let profile: NormalizationProfile
  private let table = ScalarTable.shared
  private var canonical = CanonicalForm()
  private var piece: [UInt32] = []
  private var folded: [UInt32] = []
  private var spaceIsDue = false

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
    // Of a picture that was cut off.
    if isFull { UnicodeForm.dropJoiner(&output) }
    if spaceIsDue, kind == .prefix, output.count < Normalizer.maximumBytes { output.append(0x20) }
  }

  private mutating func flush(to output: inout [UInt8]) {
    canonical.compose(&piece)
    switch profile {
    case .search:
      // Two rounds are known to be enough; the bound is there so that no input can hold a request.
      for _ in 0..<8 {
        if !foldOnce() { break }
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

  /// One round of mapping the scalars of the piece; false if that changes nothing.
  private mutating func foldOnce() -> Bool {
    let mayChange = piece.contains {
      table[$0].has(Mark.folds | Mark.ignorable) || $0 == Self.joiner
    }
    if !mayChange { return false }
    folded.removeAll(keepingCapacity: true)
    var hasChanged = false
    var joinsEmoji = false
    var lastIsEmoji = false
    for scalar in piece {
      let entry = table[scalar]
      if scalar == Self.joiner {
        // Of several in a row one is kept, and that only if an emoji follows.
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
          folded.append(Self.joiner)
        } else {
          hasChanged = true
        }
        joinsEmoji = false
      }
      if entry.has(Mark.folds) {
        folded += table.folding(entry)
        hasChanged = true
      } else {
        folded.append(scalar)
      }
      lastIsEmoji = entry.has(Mark.emoji)
    }
    hasChanged = hasChanged || joinsEmoji
    if hasChanged { swap(&piece, &folded) }
    return hasChanged
  }

  /// Appends the piece with whatever separates words folded to single spaces.
  private mutating func appendWords(to output: inout [UInt8]) {
    for scalar in piece {
      if table[scalar].has(Mark.separates) {
        spaceIsDue = !output.isEmpty
        continue
      }
      append(scalar, to: &output)
      if isFull { return }
    }
  }

  /// Appends `scalar` and the space before it, or finds that they do not fit.
  @inline(__always)
  private mutating func append(_ scalar: UInt32, to output: inout [UInt8]) {
    let count = scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x1_0000 ? 3 : 4
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

  /// Takes a joiner at the end off, which joins nothing.
  private static func dropJoiner(_ output: inout [UInt8]) {
    let joiner: [UInt8] = [0xE2, 0x80, 0x8D]
    if output.suffix(joiner.count).elementsEqual(joiner) { output.removeLast(joiner.count) }
  }
}
