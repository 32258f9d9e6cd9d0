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

  /// Calls `body` with each document of the lists that is wanted, ascending, and its count.
  @inline(__always)
  func forEach(
    _ lists: FieldLists, where isWanted: (_ document: Int) -> Bool = { _ in true },
    _ body: (_ document: Int, _ count: UInt32) -> Void
  ) {
    guard let second, !lists.second.isEmpty else {
      return Self.forEach(first, lists.first, where: isWanted, body)
    }
    if lists.first.isEmpty {
      return Self.forEach(second, lists.second, where: isWanted, body)
    }
    var (i, j) = (lists.first.lowerBound, lists.second.lowerBound)
    let (firstEnd, secondEnd) = (lists.first.upperBound, lists.second.upperBound)
    let (firstDocuments, firstCounts) = (first.documents, first.counts)
    let (secondDocuments, secondCounts) = (second.documents, second.counts)
    while i < firstEnd && j < secondEnd {
      let (a, b) = (firstDocuments[i], secondDocuments[j])
      // 1 where the collection has the document, else 0.
      let (isFirst, isSecond): (UInt32, UInt32) = (a <= b ? 1 : 0, b <= a ? 1 : 0)
      let document = Int(min(a, b))
      if isWanted(document) {
        body(document, isFirst &* firstCounts[i] &+ isSecond &* secondCounts[j])
      }
      i &+= Int(truncatingIfNeeded: isFirst)
      j &+= Int(truncatingIfNeeded: isSecond)
    }
    Self.forEach(first, i..<lists.first.upperBound, where: isWanted, body)
    Self.forEach(second, j..<lists.second.upperBound, where: isWanted, body)
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
    _ postings: PostingsView, _ list: Range<Int>, where isWanted: (Int) -> Bool,
    _ body: (Int, UInt32) -> Void
  ) {
    let (documents, counts, end) = (postings.documents, postings.counts, list.upperBound)
    var i = list.lowerBound
    while i < end {
      let document = Int(documents[i])
      if isWanted(document) { body(document, counts[i]) }
      i &+= 1
    }
  }

  @inline(__always)
  private static func count(
    _ postings: PostingsView, _ list: Range<Int>, of document: Int
  ) -> UInt32 {
    let i = list.partitioningIndex { postings.documents[$0] >= document }
    return i < list.upperBound && postings.documents[i] == document ? postings.counts[i] : 0
  }
}
