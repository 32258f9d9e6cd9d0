// One or two collections of the same documents, read as one.
//
// Where there are two, the entries of a term are merged: a document's counts are added. Items by
// their texts and items by the queries that led to them are so found by both at once, as if the
// queries were written below the text.
//
// Cost: one step per entry. The merge has no branch that depends on the documents.

import QACBinary
import QACIndex

/// The entries of one term in both collections.
struct FieldLists {
  var first: Range<Int>
  var second: Range<Int>

  /// The number of entries.
  @inline(__always)
  var count: Int { first.count &+ second.count }
}

/// Borrowed postings of one or two collections of the same documents.
struct PostingsFields {
  private let first: PostingsView
  private let second: PostingsView?

  /// Reads one collection.
  init(_ postings: PostingsView) {
    first = postings
    second = nil
  }

  /// Reads two collections of the same documents and terms.
  init(_ first: PostingsView, _ second: PostingsView) {
    self.first = first
    self.second = second
  }

  /// The number of documents.
  var documents: Int { first.lengths.count }

  /// The number of terms.
  var terms: Int { first.offsets.count - 1 }

  /// The words of `document`.
  func length(of document: Int) -> Int {
    Int(first.lengths[document]) + (second.map { Int($0.lengths[document]) } ?? 0)
  }

  /// The entries of `term`.
  @inline(__always)
  func lists(_ term: UInt32) -> FieldLists {
    FieldLists(first: first.list(term), second: second?.list(term) ?? 0..<0)
  }

  /// Calls `body` with each document of the lists, ascending, and its count.
  @inline(__always)
  func forEach(_ lists: FieldLists, _ body: (_ document: Int, _ count: UInt32) -> Void) {
    guard let second, !lists.second.isEmpty else {
      return Self.forEach(first, lists.first, body)
    }
    if lists.first.isEmpty { return Self.forEach(second, lists.second, body) }
    var (i, j) = (lists.first.lowerBound, lists.second.lowerBound)
    while i < lists.first.upperBound && j < lists.second.upperBound {
      let (a, b) = (first.documents[i], second.documents[j])
      let document = min(a, b)
      let (isFirst, isSecond) = (a == document, b == document)
      body(
        Int(document), (isFirst ? first.counts[i] : 0) &+ (isSecond ? second.counts[j] : 0))
      i &+= isFirst ? 1 : 0
      j &+= isSecond ? 1 : 0
    }
    Self.forEach(first, i..<lists.first.upperBound, body)
    Self.forEach(second, j..<lists.second.upperBound, body)
  }

  /// The count of `document` in the lists; 0 if it is not in them.
  @inline(__always)
  func count(_ lists: FieldLists, of document: Int) -> UInt32 {
    let count = Self.count(first, lists.first, of: document)
    guard let second else { return count }
    return count &+ Self.count(second, lists.second, of: document)
  }

  @inline(__always)
  private static func forEach(
    _ postings: PostingsView, _ list: Range<Int>, _ body: (Int, UInt32) -> Void
  ) {
    for i in list { body(Int(postings.documents[i]), postings.counts[i]) }
  }

  @inline(__always)
  private static func count(
    _ postings: PostingsView, _ list: Range<Int>, of document: Int
  ) -> UInt32 {
    let i = list.partitioningIndex { postings.documents[$0] >= document }
    return i < list.upperBound && postings.documents[i] == document ? postings.counts[i] : 0
  }
}
