// Entries of a log of replicas, as another version or a damaged table could have them.

import QACSessions

/// The first byte is the kind, the second says whether the entry has a session and a time; the rest
/// is the body.
let fuzzEntries: Target = { input in
  guard input.count >= 2 else { return }
  let entry = LogEntry(
    number: 7, ticket: 0, session: input[1] & 1 == 0 ? [0x61] : nil,
    time: input[1] & 2 == 0 ? 1_767_225_600 : .min, kind: Int64(input[0] % 10),
    body: Array(input.dropFirst(2)))
  guard let change = try? LogChange(entry) else { return }
  // What was understood is written in one way, and that is understood as the same.
  let draft = LogDraft(change, ticket: 0)
  let again = LogEntry(draft, number: 7, time: entry.time)
  hold(
    (try? LogChange(again)).map { same($0, change) } ?? false, "a change is read as it is written")
  var erased: Set<Int64> = [3]
  let erasure = LogErasure(session: nil, times: .min ... .max, matches: nil, barrier: 9)
  hold(!erasure.covers(entry, erased: &erased) || erased.contains(7), "what is covered is noted")
  let queued = [QueuedChange(sequence: 1, position: 6, draft: draft)]
  hold(LogErasure.left(of: queued, by: [entry]).count <= 1, "nothing is added")
}

/// Whether two changes are the same; numbers that are not equal to themselves are compared by bits.
private func same(_ a: LogChange, _ b: LogChange) -> Bool {
  LogDraft(a, ticket: 0) == LogDraft(b, ticket: 0)
}
