// The slow path of the normaliser: any text, by scalars.
//
// `search` maps every scalar as Unicode's NFKC_Casefold does and composes the result, until that
// changes nothing: one round can uncover work for the next. Nearly all text needs one round and
// a second that finds it done.

extension Normalizer {
  /// Replaces `output` by the normal form of `input`, whatever it holds.
  package func normalizeUnicode(
    _ input: UnsafeBufferPointer<UInt8>, as kind: Kind, into output: inout [UInt8]
  ) {
    output.removeAll(keepingCapacity: true)
    let text = String(decoding: input, as: UTF8.self)
    switch profile {
    case .search:
      Self.appendSearchForm(of: Self.compatibilityFold(text), as: kind, to: &output)
    case .verbatim:
      let kept = UnicodeText.composed(text).unicodeScalars.drop { $0.properties.isWhitespace }
      output.append(contentsOf: String(kept).utf8)
    }
  }

  /// The text in NFKC, folded, and without ignorable scalars.
  private static func compatibilityFold(_ text: String) -> String {
    var text = UnicodeText.composed(text)
    // Two rounds are known to be enough; the bound is there so that no input can hold a request.
    for _ in 0..<8 {
      guard let folded = foldOnce(text) else { break }
      text = UnicodeText.composed(folded)
    }
    return text
  }

  /// One round of mapping the scalars of `text`, or nil if that changes nothing.
  private static func foldOnce(_ text: String) -> String? {
    var result = String.UnicodeScalarView()
    var hasChanged = false
    var joinsEmoji = false
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if scalar == UnicodeText.zeroWidthJoiner {
        // Of several in a row one is kept, and that only if an emoji follows.
        hasChanged = hasChanged || joinsEmoji
        joinsEmoji = last.map(UnicodeText.isEmoji) ?? false
        hasChanged = hasChanged || !joinsEmoji
        continue
      }
      if UnicodeText.isIgnorable(scalar) {
        hasChanged = true
        continue
      }
      if joinsEmoji {
        if UnicodeText.isEmoji(scalar) {
          result.append(UnicodeText.zeroWidthJoiner)
        } else {
          hasChanged = true
        }
        joinsEmoji = false
      }
      if let folding = UnicodeText.compatibilityFolding(scalar) {
        result.append(contentsOf: folding.unicodeScalars)
        hasChanged = true
      } else {
        result.append(scalar)
      }
      last = scalar
    }
    return hasChanged || joinsEmoji ? String(result) : nil
  }

  /// Appends `text` with whatever separates words folded to single spaces.
  private static func appendSearchForm(
    of text: String, as kind: Kind, to output: inout [UInt8]
  ) {
    var spaceIsDue = false
    for scalar in text.unicodeScalars {
      if UnicodeText.separatesWords(scalar) {
        spaceIsDue = !output.isEmpty
        continue
      }
      if spaceIsDue {
        output.append(0x20)
        spaceIsDue = false
      }
      output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }
    if spaceIsDue, kind == .prefix { output.append(0x20) }
  }
}
