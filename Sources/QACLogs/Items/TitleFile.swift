// Reads published texts: product names, page titles, a list of words or commands.
//
//     garden hose 20 m
//     solar pump<TAB>37          a weight above 0, such as how often it is bought
//
// A line without a weight has the weight 1. A line that is not UTF-8, has no text or a weight that
// is none, or is longer than `longestText` is left out and counted.
// Cost: one pass over the bytes; memory for the texts.

import QACText

/// A published text with its weight.
public struct PublishedText: Sendable, Equatable {
  /// UTF-8 without white space around it.
  public var text: [UInt8]
  /// Above 0.
  public var weight: Double

  /// Makes a text.
  public init(_ text: [UInt8], weight: Double = 1) {
    self.text = text
    self.weight = weight
  }
}

/// The published texts of some files.
public struct TitleFile: Sendable {
  /// The most bytes of a text.
  public static let longestText = 1024
  /// The texts, in the order of the lines.
  public private(set) var texts: [PublishedText] = []
  /// The number of lines that are left out.
  public private(set) var leftOut = 0

  /// Reads the files at `paths`, plain or packed with gzip or zstd.
  ///
  /// - Throws: `LogError`, also if some file has no text that can be used.
  public init(contentsOf paths: [String]) throws(LogError) {
    for path in paths {
      let before = texts.count
      var lines = 0
      let input = try LogInput(path: path, acceptsPipes: true)
      var feeder = LineFeeder(maximumLength: LogReader.maximumLineLength)
      var isFirst = true
      while true {
        var chunk = try input.next()
        if chunk.isEmpty { break }
        if isFirst {
          try FormatDetector.checkIsText(chunk, path: path)
          if chunk.starts(with: [0xEF, 0xBB, 0xBF]) {
            chunk = UnsafeBufferPointer(rebasing: chunk.dropFirst(3))
          }
          isFirst = false
        }
        feeder.feed(chunk) { add($0, &lines) }
      }
      feeder.finish { add($0, &lines) }
      if texts.count == before { throw .noTitles(path: path, lines: lines) }
    }
  }

  /// What was read, in a line.
  public var description: String {
    "\(texts.count) titles" + (leftOut > 0 ? ", \(leftOut) lines left out" : "")
  }

  private mutating func add(_ line: LineFeeder.Line, _ lines: inout Int) {
    lines += 1
    guard case .text(let bytes) = line else {
      leftOut += 1
      return
    }
    let line = Array(bytes)
    let tab = line.firstIndex(of: 0x09)
    let text = ItemText.trimmed(Array(line[..<(tab ?? line.count)]))
    if text.isEmpty, tab == nil { return }
    var weight: Double? = 1
    if let tab {
      weight = ItemText.number(
        ItemText.trimmed(Array(line[(tab + 1)...])), in: ItemRecord.weights)
    }
    guard let weight, !text.isEmpty, text.count <= Self.longestText, ItemText.isUTF8(text) else {
      leftOut += 1
      return
    }
    texts.append(PublishedText(text, weight: weight))
  }
}
