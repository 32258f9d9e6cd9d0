// Every reader tells seconds, milliseconds, microseconds and nanoseconds apart, and refuses times
// that are too far ahead.

import Foundation
import QACBinary
import QACLogs
import QACTestSupport
import QACText
import Testing

struct TimeUnitTests {
  /// 2026-01-01 10:00:00.
  private static let start: Int64 = 1_767_261_600

  /// A session of a few queries, ten seconds apart, in `unit`, as events and as JSON lines.
  private static func logs(_ unit: TimeUnit) -> [String] {
    let times = (0..<5).map { (start + 10 * Int64($0)) * unit.perSecond + unit.perSecond / 3 }
    return [
      times.enumerated().map { "a\t\($1)\tq\($0)\n" }.joined(),
      times.enumerated().map { #"{"user":"a","ts":\#($1),"q":"q\#($0)"}"# + "\n" }.joined(),
      times.enumerated().map { #"{"user":"a","ts":"\#($1)","q":"q\#($0)"}"# + "\n" }.joined(),
    ]
  }

  private static let expected = (0..<5).map { start + 10 * Int64($0) }

  @Test func numbersTellTheirUnit() {
    #expect(TimeUnit.of(0) == .seconds && TimeUnit.of(-5) == .seconds)
    #expect(TimeUnit.of(Self.start) == .seconds)
    for (unit, power) in zip(TimeUnit.allCases, [11, 14, 17]) {
      let limit = Int64(pow(10.0, Double(power)))
      #expect(TimeUnit.of(limit - 1) == unit && TimeUnit.of(limit) != unit)
      #expect(TimeUnit.of(1 - limit) == unit && TimeUnit.of(-limit) != unit)
    }
    #expect(TimeUnit.of(.max) == .nanoseconds && TimeUnit.of(.min) == .nanoseconds)
    for unit in TimeUnit.allCases {
      // From 1974 to 2200.
      for time in [Self.start, 130_000_000, 7_258_118_400] {
        let number = time * unit.perSecond
        #expect(TimeUnit.of(number) == unit && unit.seconds(number) == time)
        #expect(unit.seconds(number + unit.perSecond - 1) == time, "rounded down")
        #expect(unit.seconds(-number) == -time)
        #expect(unit == .seconds || unit.seconds(1 - number) == -time, "also before 1970")
        #expect(TimeUnit.allCases.filter { $0.seconds(number) != nil } == [unit])
      }
    }
  }

  @Test(arguments: TimeUnit.allCases)
  func allReadersKnowTheUnit(_ unit: TimeUnit) throws {
    let directory = try TemporaryDirectory()
    for text in Self.logs(unit) {
      let log = try read(text)
      #expect(log.observations.map(\.time) == Self.expected)
      #expect(log.report.sessions == 1, "one visit, not a session a query")
      #expect(log.report.files.map(\.unit) == [unit])
      let says = log.report.description.contains("times are read as \(unit.rawValue)")
      #expect(says == (unit != .seconds))
      let path = try write(Array(text.utf8), in: directory)
      var events: [RawEvent] = []
      let report = try LogReader.forEachEvent(paths: [path]) { events.append($0) }
      #expect(events.map(\.time) == Self.expected)
      #expect(report.notes.count == (unit == .seconds ? 0 : 1))
      var segments: [LogSegment] = []
      let change = try LogSegmenter(LogReadOptions(), segmentBytes: 1 << 20).read(path, known: nil)
      { (bytes) throws(LogError) in
        if let segment = LogSegment(bytes: bytes, profile: .search) { segments.append(segment) }
      }
      guard case .replaced(let state) = change else {
        Issue.record("\(change)")
        return
      }
      #expect(state.unit == unit)
      #expect(segments.map(\.span) == [Self.expected[0]...Self.expected[4]])
      let json = try JSONEncoder().encode(state)
      #expect(try JSONDecoder().decode(LogFileState.self, from: json) == state)
    }
  }

  @Test func decimalsAreOfTheUnit() throws {
    let log = try read("a\t1767261600123.9\tx\na\t1767261601000.1\ty\n")
    #expect(log.observations.map(\.time) == [1_767_261_600, 1_767_261_601])
  }

  @Test func linesOfAnotherUnitAreBadAndCounted() throws {
    let milliseconds = (0..<9).map { "a\t\(1_767_261_600_000 + $0)\tq\($0)\n" }.joined()
    // Most of the first lines decide, wherever the other lines are.
    for text in ["a\t1767261600\tx\n" + milliseconds, milliseconds + "a\t1767261600\tx\n"] {
      let log = try read(text)
      #expect(log.observations.count == 9)
      #expect(log.report.badReasons == [.timeUnit: 1])
      #expect(log.report.files[0].unit == .milliseconds)
    }
    let seconds = (0..<2000).map { "a\t\(1_767_261_600 + $0)\tq\($0)\n" }.joined()
    guard
      case .tooManyBadLines(let bad, _, let first, _) = try failure(
        reading: Array((seconds + milliseconds + milliseconds + milliseconds).utf8))
    else {
      Issue.record("a file of both is not read")
      return
    }
    #expect(bad == 27 && first?.reason == .timeUnit && first?.line == 2001)
    // Dates need no unit.
    let dates = try read(
      #"{"user":"a","ts":"2026-01-01T10:00:00Z","q":"x"}"# + "\n"
        + #"{"user":"a","ts":1767261601500,"q":"y"}"# + "\n")
    #expect(dates.observations.map(\.time) == [1_767_261_600, 1_767_261_601])
  }

  @Test func filesOfSeveralUnitsMakeOneLog() throws {
    let directory = try TemporaryDirectory()
    let paths = try [
      write(Array("a\t1767261600\tx\n".utf8), to: "1", in: directory),
      write(Array("a\t1767261610000\ty\n".utf8), to: "2", in: directory),
    ]
    let log = try LogReader.read(paths: paths)
    #expect(words(log) == ["- > x", "x > y"])
    #expect(log.report.files.map(\.unit) == [.seconds, .milliseconds])
  }

  // MARK: Too far ahead

  private let ahead = "a\t1767261600\tx\na\t1767348000\ty\na\t1767348001\tz\na\t253370764800\tw\n"

  @Test func timesMoreThanADayAheadAreBad() throws {
    let log = try read(ahead, LogReadOptions(now: Self.start))
    #expect(words(log) == ["- > x", "- > y"])
    #expect(log.report.badReasons == [.future: 1, .timeUnit: 1])
    #expect(log.report.now == Self.start)
    #expect(log.report.description.contains("1 lines are bad: a time more than a day ahead"))
    let later = try read(ahead, LogReadOptions(now: Self.start + 1))
    #expect(later.observations.count == 3)
    #expect(later.report.now == nil, "what leaves nothing out does not matter")
    #expect(try read(ahead).observations.count == 3)
    #expect(try read("a\t1\tx\na\t2\ty\n", LogReadOptions(now: .max)).observations.count == 2)
    let date = Array(#"{"user":"a","ts":"9999-01-01","q":"x"}"#.utf8)
    guard
      case .nothingUsable(1, let first, _) = try failure(
        reading: date, LogReadOptions(now: Self.start))
    else {
      Issue.record("a date is a time like any other")
      return
    }
    #expect(first?.reason == .future)
  }

  @Test func countsHaveNoTime() throws {
    #expect(try read("a\tb\t3\n", LogReadOptions(now: -1_000_000)).observations.count == 1)
  }

  @Test func whatIsAheadIsJudgedAnewAtEveryReading() throws {
    let directory = try TemporaryDirectory()
    let lines = ahead.split(separator: "\n").dropLast().map { $0 + "\n" }
    let path = try write(Array(lines.joined().utf8), in: directory)
    var segments: [LogSegment] = []
    func segmenter(_ now: Int64) -> LogSegmenter {
      LogSegmenter(LogReadOptions(now: now), segmentBytes: 1 << 20)
    }
    let tonight = segmenter(Self.start)
    let change = try tonight.read(path, known: nil) { (bytes) throws(LogError) in
      if let segment = LogSegment(bytes: bytes, profile: .search) { segments.append(segment) }
    }
    guard case .replaced(let state) = change else {
      Issue.record("\(change)")
      return
    }
    #expect(state.badCount == 0, "nothing of tonight is kept")
    #expect(try tonight.judged(state, segments).badLines == [BadLine.Reason.future.rawValue: 1])
    #expect(try segmenter(Self.start + 1).judged(state, segments) == state)
    #expect(throws: LogError.self) { try segmenter(0).judged(state, segments) }
  }
}
