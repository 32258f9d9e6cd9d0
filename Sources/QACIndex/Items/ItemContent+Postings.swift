// The postings of an index's items, which follow from the terms of each document.

import QACText

extension ItemContent {
  /// Items by those of their terms that text search asks for, with the counts that `count` gives;
  /// entries of count 0 are left out.
  func holders(_ count: (ItemBagEntry) -> UInt32) -> PostingsContent {
    PostingsContent(terms: terms.count) { body in
      for item in ids.indices {
        for entry in bags[Int(bagOffsets[item])..<Int(bagOffsets[item + 1])] {
          let count = count(entry)
          if count > 0, termKinds[Int(entry.term)].isSearched {
            body(UInt32(item), entry.term, count)
          }
        }
      }
    }
  }

  /// Past queries by all their terms.
  var pastHolders: PostingsContent {
    PostingsContent(terms: terms.count) { body in
      for query in 0..<pastTermOffsets.count - 1 {
        for term in pastTerms[Int(pastTermOffsets[query])..<Int(pastTermOffsets[query + 1])] {
          body(UInt32(query), term, 1)
        }
      }
    }
  }
}
