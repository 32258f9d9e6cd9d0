// The users, queries and forms of several segments under common numbers.
//
// Numbers follow the order of the texts' bytes, so they depend on what was submitted and not on how it
// was divided into segments. The texts stay where they are, in the segments.
// Memory: 4 bytes a text of a segment, some 25 a distinct one.

import QACText

/// Common numbers for the texts of segments.
struct EventDictionary {
  /// For each segment the number of each of its users.
  private(set) var userNumbers: [[UInt32]] = []
  /// For each segment the number of each of its forms.
  private(set) var formNumbers: [[UInt32]] = []
  /// Hashes of the users' names.
  private(set) var userHashes: [UInt64] = []
  /// Hashes of the queries.
  private(set) var queryHashes: [UInt64] = []
  /// The query of each form.
  private(set) var formQuery: [UInt32] = []
  /// Why a form must not be learned; of other forms `TextFault.none`.
  private(set) var formFault: [TextFault] = []
  private var queryPlaces: [TextPlace] = []
  private var formPlaces: [TextPlace] = []
  private let segments: [LogSegment]

  var userCount: Int { userHashes.count }
  var queryCount: Int { queryHashes.count }
  var formCount: Int { formQuery.count }

  /// Numbers the texts of `segments`, and judges the forms by `filters`.
  init(_ segments: [LogSegment], _ filters: LogFilters) {
    self.segments = segments
    userNumbers = segments.map { [UInt32](repeating: 0, count: $0.users.count) }
    formNumbers = segments.map { [UInt32](repeating: 0, count: $0.forms.count) }
    var userHashes: [UInt64] = []
    TextMerge.forEachText(segments.map(\.users)) { places in
      for place in places { userNumbers[place.table][place.text] = UInt32(userHashes.count) }
      userHashes.append(StableHash.of(segments[places[0].table].users[places[0].text], seed: 0))
    }
    self.userHashes = userHashes
    var forms: [TextPlace] = []
    TextMerge.forEachText(segments.map(\.queries)) { places in
      let query = UInt32(queryHashes.count)
      let text = segments[places[0].table].queries[places[0].text]
      queryHashes.append(StableHash.of(text, seed: 1))
      queryPlaces.append(places[0])
      let isTooLong = text.count > filters.longestQuery
      let isBlocked = !isTooLong && filters.isBlocked(Array(text))
      forms.removeAll(keepingCapacity: true)
      for place in places {
        let own = segments[place.table].queryForms
        for form in own[place.text]..<own[place.text + 1] {
          forms.append(TextPlace(table: place.table, text: Int(form)))
        }
      }
      if places.count > 1 {
        forms.sort {
          let order = TextTable.compare(bytes($0), bytes($1))
          return order != 0 ? order < 0 : $0.table < $1.table
        }
      }
      for (i, place) in forms.enumerated() {
        if i == 0 || TextTable.compare(bytes(forms[i - 1]), bytes(place)) != 0 {
          formQuery.append(query)
          formPlaces.append(place)
          let fault: TextFault =
            isTooLong
            ? .tooLong
            : isBlocked
              ? .blocked : filters.findsPersonalData ? PersonalData.fault(bytes(place)) : .none
          formFault.append(fault)
        }
        formNumbers[place.table][place.text] = UInt32(formQuery.count - 1)
      }
    }
  }

  private func bytes(_ place: TextPlace) -> UnsafeBufferPointer<UInt8> {
    segments[place.table].forms[place.text]
  }

  /// The normalised text of `query`.
  func text(ofQuery query: UInt32) -> UnsafeBufferPointer<UInt8> {
    let place = queryPlaces[Int(query)]
    return segments[place.table].queries[place.text]
  }

  /// The text of `form`, as typed.
  func text(ofForm form: Int) -> UnsafeBufferPointer<UInt8> { bytes(formPlaces[form]) }
}
