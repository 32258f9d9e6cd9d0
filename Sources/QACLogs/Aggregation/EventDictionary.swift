// Common numbers for the users, queries and forms of several segments.
//
// Numbers follow the order of the texts' bytes, so they depend on what was submitted and not on how
// it was divided into segments. The texts stay in the segments.
// Memory: 4 bytes per user and per form of each segment, and 8 to 13 per distinct text, within the
// given budget.

import QACText

/// Common numbers for the texts of segments.
struct EventDictionary: ~Copyable {
  private let segments: [LogSegment]
  /// Index in `userNumbers` (`formNumbers`) of the common number of each segment's first user
  /// (form).
  private let userStarts: [Int]
  private let formStarts: [Int]
  private var userNumbers: ScratchArray<UInt32>
  private var formNumbers: ScratchArray<UInt32>
  /// Where one copy of each user, query and form is.
  private var users: ScratchArray<TextPlace>
  private var queries: ScratchArray<TextPlace>
  private var forms: ScratchArray<TextPlace>
  private var queryOfForm: ScratchArray<UInt32>
  private var faults: ScratchArray<TextFault>

  /// How many distinct users, queries and forms there are.
  var userCount: Int { users.count }
  var queryCount: Int { queries.count }
  var formCount: Int { forms.count }

  /// Numbers the texts of `segments`, and finds by `filters` which forms must not be learned.
  ///
  /// - Throws: `LogError.file` if there is neither memory nor room on disk.
  init(
    _ segments: [LogSegment], _ filters: LogFilters, memory: ScratchMemory
  ) throws(LogError) {
    func starts(_ counts: [Int]) -> (each: [Int], end: Int) {
      var end = 0
      let each = counts.map { count in
        defer { end += count }
        return end
      }
      return (each, end)
    }
    self.segments = segments
    let named = starts(segments.map(\.users.count))
    let typed = starts(segments.map(\.forms.count))
    userStarts = named.each
    formStarts = typed.each
    userNumbers = ScratchArray(in: memory)
    formNumbers = ScratchArray(in: memory)
    users = ScratchArray(in: memory)
    queries = ScratchArray(in: memory)
    forms = ScratchArray(in: memory)
    queryOfForm = ScratchArray(in: memory)
    faults = ScratchArray(in: memory)
    try userNumbers.append(repeating: 0, count: named.end)
    try formNumbers.append(repeating: 0, count: typed.end)
    try TextMerge.forEachText(segments.map(\.users)) { (places) throws(LogError) in
      for place in places {
        userNumbers[userStarts[Int(place.table)] + Int(place.text)] = UInt32(userCount)
      }
      try users.append(places[0])
    }
    try numberForms(filters)
  }

  private mutating func numberForms(_ filters: LogFilters) throws(LogError) {
    var own: [TextPlace] = []
    try TextMerge.forEachText(segments.map(\.queries)) { (places) throws(LogError) in
      let query = UInt32(queryCount)
      try queries.append(places[0])
      let text = text(ofQuery: query)
      let isTooLong = text.count > filters.longestQuery
      let isBlocked = !isTooLong && filters.isBlocked(Array(text))
      own.removeAll(keepingCapacity: true)
      for place in places {
        let starts = segments[Int(place.table)].queryForms
        for form in starts[Int(place.text)]..<starts[Int(place.text) + 1] {
          own.append(TextPlace(Int(place.table), Int(form)))
        }
      }
      if places.count > 1 {
        own.sort {
          let order = TextTable.compare(bytes($0), bytes($1))
          return order != 0 ? order < 0 : $0.table < $1.table
        }
      }
      for (i, place) in own.enumerated() {
        if i == 0 || TextTable.compare(bytes(own[i - 1]), bytes(place)) != 0 {
          try queryOfForm.append(query)
          try forms.append(place)
          try faults.append(
            isTooLong ? .tooLong : isBlocked ? .blocked : filters.fault(bytes(place)))
        }
        formNumbers[formStarts[Int(place.table)] + Int(place.text)] = UInt32(formCount - 1)
      }
    }
  }

  private func bytes(_ place: TextPlace) -> UnsafeBufferPointer<UInt8> {
    segments[Int(place.table)].forms[Int(place.text)]
  }

  /// The user of the event at `position` of segment `s`.
  @inline(__always)
  func user(_ s: Int, _ position: Int) -> UInt32 {
    userNumbers[userStarts[s] + Int(segments[s].eventUsers[position])]
  }

  /// The form of the event at `position` of segment `s`.
  @inline(__always)
  func form(_ s: Int, _ position: Int) -> Int {
    Int(formNumbers[formStarts[s] + Int(segments[s].eventForms[position])])
  }

  /// The query of `form`.
  @inline(__always)
  func query(ofForm form: Int) -> UInt32 { queryOfForm[form] }

  /// Whether the query of `form` has other forms too.
  func hasOtherForms(_ form: Int) -> Bool {
    let query = queryOfForm[form]
    return form > 0 && queryOfForm[form - 1] == query
      || form + 1 < formCount && queryOfForm[form + 1] == query
  }

  /// Why `form` must not be learned; `TextFault.none` if it may.
  @inline(__always)
  func fault(ofForm form: Int) -> TextFault { faults[form] }

  /// The name of `user`.
  func text(ofUser user: UInt32) -> UnsafeBufferPointer<UInt8> {
    let place = users[Int(user)]
    return segments[Int(place.table)].users[Int(place.text)]
  }

  /// The normalised text of `query`.
  func text(ofQuery query: UInt32) -> UnsafeBufferPointer<UInt8> {
    let place = queries[Int(query)]
    return segments[Int(place.table)].queries[Int(place.text)]
  }

  /// The text of `form`, as typed.
  func text(ofForm form: Int) -> UnsafeBufferPointer<UInt8> { bytes(forms[form]) }
}
