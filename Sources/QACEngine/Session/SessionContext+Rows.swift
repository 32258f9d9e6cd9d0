// What a session alone decides of its completions, made when a query is recorded and not on each
// key: what can be told of the entries' texts unread, which entries are newest, and which promise
// most.
//
// An entry's promise is the sum of 1 / (1 + queries since) over its events (`SessionSource`).
//
// Invariant (`checkInvariants`): there is one row per entry. `outline` and `promise` of row i are
// those of entry i; `recent` and `promising` of all rows are two orders of all entries.
// Cost: a record moves one row of the first order, and sorts the second one by insertion: all
// promises sink with each event, but their order hardly changes. 40 bytes per entry.

import QACText

extension SessionContext {
  /// What is kept of an entry, and two places in orders of all entries.
  struct Row: Sendable {
    /// What can be told of the entry's normalised text without reading it.
    var outline: TextOutline
    /// The sum of 1 / (1 + queries since) over the entry's events.
    var promise = 0.0
    /// In row i, the entry that i distinct queries were submitted after.
    var recent: Int32
    /// In row i, the entry that i others promise more than, or as much and come before.
    var promising: Int32
  }

  /// Adds a row for the last entry.
  mutating func addRow(_ outline: TextOutline) {
    let id = Int32(rows.count)
    rows.append(Row(outline: outline, recent: id, promising: id))
  }

  /// Takes entry `id` from the rows; later entries have moved up by one.
  mutating func dropRow(_ id: Int) {
    rows.withUnsafeMutableBufferPointer { rows in
      let last = rows.count - 1
      var (recent, promising) = (0, 0)
      for i in rows.indices {
        if rows[i].recent != id {
          rows[recent].recent = rows[i].recent - (rows[i].recent > id ? 1 : 0)
          recent += 1
        }
        if rows[i].promising != id {
          rows[promising].promising = rows[i].promising - (rows[i].promising > id ? 1 : 0)
          promising += 1
        }
      }
      for i in id..<last { rows[i].outline = rows[i + 1].outline }
    }
    rows.removeLast()
  }

  /// Works out promises and orders from the events.
  mutating func orderRows() {
    let (entries, events) = (entries, events)
    rows.withUnsafeMutableBufferPointer { rows in
      for i in rows.indices { rows[i].promise = 0 }
      for (i, event) in events.enumerated() {
        rows[Int(event.entry)].promise += 1 / Double(events.count - i)
      }
      for i in rows.indices {
        let (recent, promising) = (rows[i].recent, rows[i].promising)
        let sequence = entries[Int(recent)].lastSequence
        var place = i
        while place > 0, entries[Int(rows[place - 1].recent)].lastSequence < sequence {
          rows[place].recent = rows[place - 1].recent
          place -= 1
        }
        rows[place].recent = recent
        let promise = rows[Int(promising)].promise
        place = i
        while place > 0,
          Self.promises(promise, promising, moreThan: rows[place - 1].promising, in: rows)
        {
          rows[place].promising = rows[place - 1].promising
          place -= 1
        }
        rows[place].promising = promising
      }
    }
  }

  /// Whether entry `id`, of this promise, comes before `other` in the order of promises.
  private static func promises(
    _ promise: Double, _ id: Int32, moreThan other: Int32, in rows: UnsafeMutableBufferPointer<Row>
  ) -> Bool {
    let theirs = rows[Int(other)].promise
    return promise != theirs ? promise > theirs : id < other
  }
}
