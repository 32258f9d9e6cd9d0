// The fast path of the normaliser: one loop over ASCII bytes.
//
// Invariant: for ASCII text the bytes are those of the slow path.
// Cost: about a nanosecond per byte; the standard library's `String` takes a hundred times that.

extension Normalizer {
  /// Replaces `output` by the normal form of `input` if all of `input` is ASCII.
  ///
  /// - Returns: Whether it was; if not, the content of `output` is unspecified.
  package func normalizeASCII(
    _ input: UnsafeBufferPointer<UInt8>, as kind: Kind, into output: inout [UInt8]
  ) -> Bool {
    output.removeAll(keepingCapacity: true)
    guard Self.isASCII(input) else { return false }
    switch profile {
    case .search: Self.searchASCII(input, as: kind, keepsSymbols: true, into: &output)
    case .plainSearch: Self.searchASCII(input, as: kind, keepsSymbols: false, into: &output)
    case .verbatim:
      let start = input.firstIndex { !Tokenizer.isSpace($0) } ?? input.endIndex
      output.append(contentsOf: UnsafeBufferPointer(rebasing: input[start...]))
    }
    if output.count > Self.maximumBytes {
      output.removeLast(output.count - Self.maximumBytes)
      if profile == .verbatim { return true }
      // The cut may have left the full stop of a word that was cut off.
      if output.last == WordSymbols.stop { output.removeLast() }
      if kind == .query, output.last == 0x20 { output.removeLast() }
    }
    return true
  }

  private static func isASCII(_ input: UnsafeBufferPointer<UInt8>) -> Bool {
    var union: UInt8 = 0
    for byte in input { union |= byte }
    return union < 0x80
  }

  private static func searchASCII(
    _ input: UnsafeBufferPointer<UInt8>, as kind: Kind, keepsSymbols: Bool,
    into output: inout [UInt8]
  ) {
    // The normal form of ASCII text is longer than the text only by the spaces behind symbols, of
    // which there are fewer than half as many. So write in place, then cut.
    let most = input.count + input.count / 2
    output.append(contentsOf: repeatElement(0, count: most))
    let count = output.withUnsafeMutableBufferPointer { target in
      var count = 0
      var spaceIsDue = false
      // A space is due before the next letter, but not at the end.
      var isBehindSymbol = false
      var i = 0
      while i < input.count {
        let byte = input[i]
        let lower = byte | 0x20
        let kept: UInt8
        if lower &- 0x61 < 26 {
          kept = lower
        } else if byte &- 0x30 < 10 {
          kept = byte
        } else {
          let symbols = keepsSymbols ? WordSymbols.count(in: input, at: i) : 0
          if symbols == 0 {
            spaceIsDue = count > 0
            i += 1
            continue
          }
          if byte == WordSymbols.stop, spaceIsDue || isBehindSymbol {
            target[count] = 0x20
            count += 1
            spaceIsDue = false
          }
          for _ in 0..<symbols {
            target[count] = byte
            count += 1
          }
          isBehindSymbol = byte != WordSymbols.stop
          i += symbols
          continue
        }
        if spaceIsDue || isBehindSymbol {
          target[count] = 0x20
          count += 1
          spaceIsDue = false
          isBehindSymbol = false
        }
        target[count] = kept
        count += 1
        i += 1
      }
      if spaceIsDue, kind == .prefix {
        target[count] = 0x20
        count += 1
      }
      return count
    }
    output.removeLast(most - count)
  }
}
