// Reads all events of several segments in time order, as often as needed.
//
// Invariant: events come in time order, those of equal times by segment and then by position, so
// the order does not depend on where a log was cut into segments.
// Cost: a comparison or two per event if segments hardly overlap in time, as daily files do.

/// Merges the events of segments within a window of time.
struct EventMerge {
  private let segments: [LogSegment]
  /// The positions of each segment's events within the window.
  private let ranges: [Range<Int>]

  /// Makes a merge of the events with times in `window`.
  init(_ segments: [LogSegment], window: ClosedRange<Int64>) {
    self.segments = segments
    ranges = segments.map { segment in
      let start = segment.times.first.map {
        $0 >= window.lowerBound ? 0 : segment.position(after: window.lowerBound - 1)
      }
      return (start ?? 0)..<segment.position(after: window.upperBound)
    }
  }

  /// The number of events.
  var count: Int { ranges.reduce(0) { $0 + $1.count } }

  /// The number of events after `time`.
  func count(after time: Int64) -> Int {
    zip(segments, ranges).reduce(0) {
      $0 + max(0, $1.1.upperBound - max($1.1.lowerBound, $1.0.position(after: time)))
    }
  }

  /// The time of the newest event.
  var lastTime: Int64? {
    zip(segments, ranges).compactMap { $1.isEmpty ? nil : $0.times[$1.upperBound - 1] }.max()
  }

  /// Calls `body` for each event: its number, the segment, and the position in it.
  @inline(__always)
  func forEach<Failure: Error>(
    _ body: (Int, Int, Int) throws(Failure) -> Void
  ) throws(Failure) {
    // A heap by time and segment: the next position of each segment that has more events.
    var heap: [(time: Int64, segment: Int, position: Int)] = []
    for (s, range) in ranges.enumerated() where !range.isEmpty {
      heap.append((segments[s].times[range.lowerBound], s, range.lowerBound))
    }
    heap.sort { ($0.time, $0.segment) < ($1.time, $1.segment) }
    var number = 0
    while !heap.isEmpty {
      let (_, s, start) = heap[0]
      let times = segments[s].times
      let end = ranges[s].upperBound
      // This segment goes on as long as it comes before the second one of the heap.
      var limit: (time: Int64, segment: Int)?
      for child in 1..<3 where child < heap.count {
        let other = (time: heap[child].time, segment: heap[child].segment)
        if let known = limit, (known.time, known.segment) <= (other.time, other.segment) {
          continue
        }
        limit = other
      }
      var position = start
      while position < end {
        if let limit, (times[position], s) > (limit.time, limit.segment) { break }
        try body(number, s, position)
        number += 1
        position += 1
      }
      if position < end {
        heap[0] = (times[position], s, position)
      } else {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      var i = 0
      while true {
        var least = i
        for child in [2 * i + 1, 2 * i + 2]
        where child < heap.count
          && (heap[child].time, heap[child].segment) < (heap[least].time, heap[least].segment)
        {
          least = child
        }
        if least == i { break }
        heap.swapAt(i, least)
        i = least
      }
    }
  }
}
