// Merges files of partial counts.
//
// Invariant: the result is a function of the set of events and the sum of the summaries, so files
// may be merged in any order and by any tree, and the bytes are the same. An event that two files
// count is refused: a part that was merged twice would count double.
// Cost: a copy of the bytes; blocks of which two files have a part are read and written anew.
// Memory: one block per file.

/// Merges files.
package enum PartialMerge {
  /// Merges the files at `paths` into the file at `path`.
  ///
  /// - Throws: `LogError`.
  package static func merge(_ paths: [String], to path: String) throws(LogError) {
    let readers = try open(paths)
    try PartialFile.write(to: path, readers[0].settings) { (sink) throws(LogError) in
      try merge(readers) { (block) throws(LogError) in try sink(block) }
    }
  }

  /// Opens the files, which must have been made with the same settings.
  static func open(_ paths: [String]) throws(LogError) -> [PartialFileReader] {
    var readers: [PartialFileReader] = []
    for path in paths {
      let reader = try PartialFileReader(path)
      if let first = readers.first, first.settings != reader.settings {
        throw .partial(path: path, reason: .otherSettings)
      }
      readers.append(reader)
    }
    if readers.isEmpty { throw .noFiles }
    return readers
  }

  /// Calls `body` with the bytes of every block, in the order of the keys, and returns the sum of
  /// the summaries.
  static func merge(
    _ readers: [PartialFileReader], _ body: ([UInt8]) throws(LogError) -> Void
  ) throws(LogError) -> PartialSummary {
    var heap = PartialHeap(readers)
    while let first = heap.first, let key = first.key {
      let block = first.block
      let kind = first.kind
      try first.advance()
      heap.sink()
      guard let next = heap.first, next.key == key else {
        try body(block)
        continue
      }
      // Some of the files have parts of the same block.
      var parts = PartialBlock(key, kind)
      try add(block, to: &parts, of: first.path)
      while let other = heap.first, other.key == key {
        guard other.kind.subtracting(.details) == parts.kind else {
          throw .partial(path: other.path, reason: .otherSettings)
        }
        try add(other.block, to: &parts, of: other.path)
        let path = other.path
        try other.advance()
        heap.sink()
        do throws(PartialFault) { try parts.order() } catch {
          throw .partial(path: path, reason: error)
        }
      }
      try body(parts.encoded())
    }
    var sum = PartialSummary()
    for reader in readers {
      do throws(PartialFault) {
        guard let summary = reader.summary else { throw .damaged }
        try sum.add(summary)
      } catch {
        throw .partial(path: reader.path, reason: error)
      }
    }
    return sum
  }

  private static func add(
    _ bytes: [UInt8], to block: inout PartialBlock, of path: String
  ) throws(LogError) {
    do throws(PartialFault) {
      try PartialBlockContent(bytes).add(to: &block)
    } catch {
      throw .partial(path: path, reason: error)
    }
  }
}

/// Files by the keys of their current blocks, those at their ends last.
private struct PartialHeap {
  private var files: [PartialFileReader]

  init(_ files: [PartialFileReader]) {
    self.files = files
    for i in stride(from: files.count / 2, through: 0, by: -1) { sink(from: i) }
  }

  /// The file with the first block; its key is nil if all are at their ends.
  var first: PartialFileReader? { files.first }

  /// Puts the first file where it belongs after it went on.
  mutating func sink() { sink(from: 0) }

  private mutating func sink(from start: Int) {
    var i = start
    while true {
      var least = i
      for child in [2 * i + 1, 2 * i + 2] where child < files.count {
        if Self.precedes(files[child], files[least]) { least = child }
      }
      if least == i { return }
      files.swapAt(i, least)
      i = least
    }
  }

  private static func precedes(_ a: PartialFileReader, _ b: PartialFileReader) -> Bool {
    guard let first = a.key else { return false }
    guard let second = b.key else { return true }
    return first < second
  }
}
