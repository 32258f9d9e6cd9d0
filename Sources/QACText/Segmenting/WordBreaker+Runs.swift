// Divides words of `Tokenizer` into runs of one kind, and runs into windows.

extension WordBreaker {
  @usableFromInline
  func forEachUnspacedWord(_ text: UnsafeBufferPointer<UInt8>, _ body: (Range<Int>) -> Void) {
    Tokenizer.forEachWord(text) { word in
      if UnspacedScript.mayOccur(in: UnsafeBufferPointer(rebasing: text[word])) {
        forEachRun(text, word) { run, scalars in
          if scalars == 0 { body(run) } else { divide(text, run, scalars, body) }
        }
      } else {
        body(word)
      }
    }
  }

  /// Calls `body` with each run of `word`, and with the number of its letters if it is one of
  /// scripts without spaces, else 0.
  private func forEachRun(
    _ text: UnsafeBufferPointer<UInt8>, _ word: Range<Int>,
    _ body: (_ run: Range<Int>, _ scalars: Int) -> Void
  ) {
    let text = UnsafeBufferPointer(rebasing: text[..<word.upperBound])
    var start = word.lowerBound
    var scalars = 0
    var at = start
    while at < text.count {
      let place = at
      let isUnspaced = UnspacedScript.contains(UTF8Decoder.scalar(in: text, at: &at))
      if place > start, isUnspaced != (scalars > 0) {
        body(start..<place, scalars)
        (start, scalars) = (place, 0)
      }
      if isUnspaced { scalars += 1 }
    }
    body(start..<text.count, scalars)
  }

  /// Calls `body` with each word of `run`, which has `scalars` letters. The first window is the one
  /// that may be shorter than `mostScalars`.
  private func divide(
    _ text: UnsafeBufferPointer<UInt8>, _ run: Range<Int>, _ scalars: Int,
    _ body: (Range<Int>) -> Void
  ) {
    var left = scalars
    var start = run.lowerBound
    while left > 0 {
      let size = (left - 1) % Self.mostScalars + 1
      var end = start
      for _ in 0..<size { _ = UTF8Decoder.scalar(in: text, at: &end) }
      withPath(text, start..<end, isUnfinished: false) { places in
        var i = 0
        while places[i].next > 0 {
          let next = Int(places[i].next)
          body(start + Int(places[i].offset)..<start + Int(places[next].offset))
          i = next
        }
      }
      left -= size
      start = end
    }
  }

  /// Where the last word of `text` begins. Of a run longer than a window, the last window is read.
  @usableFromInline
  func unspacedStart(of text: UnsafeBufferPointer<UInt8>, isUnfinished: Bool) -> Int {
    var start = text.count
    var scalars = 0
    while start > 0, !Tokenizer.isSpace(text[start - 1]) {
      var place = start - 1
      while place > 0, text[place] & 0xC0 == 0x80, start - place < 4 { place -= 1 }
      var at = place
      let isUnspaced =
        text[place] >= 0xE0 && UnspacedScript.contains(UTF8Decoder.scalar(in: text, at: &at))
      if start < text.count, isUnspaced != (scalars > 0) { break }
      if isUnspaced {
        if scalars == Self.mostScalars { break }
        scalars += 1
      }
      start = place
    }
    if scalars < 2 { return start }
    return withPath(text, start..<text.count, isUnfinished: isUnfinished) { places in
      var i = 0
      while Int(places[i].next) < scalars { i = Int(places[i].next) }
      return start + Int(places[i].offset)
    }
  }
}
