// Whose turn it is on one event loop: by what each has had, not by how much each asks.
//
// Nothing is carried out where it is read. Whoever has work waits here, and a round, one task of the loop,
// gives turns until its budget is used up; then the loop looks for what has come meanwhile, and the
// next round begins. Turns end by time, since one request costs a hundred times what another does.
//
// The one that has had least comes first: start-time fair queueing (Goyal, Vin and Cheng, "Start-time Fair
// Queueing", 1996, §2). Virtual time is what the one whose turn it is has had; whoever comes back is put where
// it left off, or a turn before that time if it was away for longer: so nobody saves up, and whoever asks
// for little comes before those who flood, however many they are. Who is new begins between those who
// were there and ask for little, and those who flood: connecting anew wins nothing. A turn that ends because its work is done
// counts a sixteenth: a person's requests come one at a time, a flood's turns are used up.
//
// Invariant: used on its loop alone; a taker is in `waiting` once at the most.
// Cost: O(takers that wait) a turn, a few microseconds where hundreds do.

/// Who takes turns on an event loop.
protocol TurnTaker: AnyObject {
  /// What it has had.
  var account: TurnAccount { get set }
  /// Whether more waits than somebody asks who asks one thing at a time.
  var asksForMuch: Bool { get }

  /// Carries out what waits, until that is done or `turn` is over.
  ///
  /// - Returns: Whether something is left that may go on at once.
  func take(_ turn: inout Turn) -> Bool
}

/// What one taker has had of its loop.
struct TurnAccount {
  /// Weighed time, of the loop's virtual time; nothing before the first turn.
  fileprivate var used: Int?
  /// Whether it has come before others whose time it was, with its first question.
  fileprivate var isNew = false
  fileprivate(set) var isWaiting = false

  fileprivate var place: Int { used ?? .min }
}

/// One turn.
struct Turn {
  /// When it is over, in microseconds.
  private let end: Int
  private let now: () -> Int
  /// How many more requests may be carried out in it.
  private(set) var requestsLeft: Int

  init(requests: Int, microseconds: Int, now: @escaping () -> Int) {
    requestsLeft = requests
    end = now() + microseconds
    self.now = now
  }

  /// Whether others have their turn now.
  var isOver: Bool { requestsLeft <= 0 || now() >= end }

  /// Counts a request.
  mutating func count() { requestsLeft -= 1 }
}

/// The turns of one event loop.
final class LoopTurns<Taker: TurnTaker> {
  /// How a round is asked for.
  enum Moment {
    /// When what the loop has just found is read.
    case soon
    /// When the loop has looked for more.
    case afterLooking
  }

  private let turnRequests: Int
  private let now: () -> Int
  private let schedule: (Moment, @escaping () -> Void) -> Void
  private var waiting: [Taker] = []
  private var isScheduled = false
  private var virtualTime = 0

  /// Makes the turns of a loop.
  ///
  /// - Parameters:
  ///   - requests: The most requests of a turn.
  ///   - now: Microseconds since some moment.
  ///   - schedule: Has a round run on the loop.
  init(
    requests: Int = TurnLimits.requests, now: @escaping () -> Int,
    schedule: @escaping (Moment, @escaping () -> Void) -> Void
  ) {
    turnRequests = requests
    self.now = now
    self.schedule = schedule
  }

  /// Has `taker` given a turn; a second time before that changes nothing.
  func add(_ taker: Taker) {
    if taker.account.isWaiting { return }
    let turn = TurnLimits.turnMicroseconds * TurnLimits.unit
    if let used = taker.account.used {
      let least = waiting.reduce(virtualTime) { min($0, $1.account.place) }
      taker.account.used = max(used, least - turn)
    } else {
      taker.account.used = virtualTime + (taker.asksForMuch ? turn : -turn / 2)
      taker.account.isNew = !taker.asksForMuch
    }
    wait(taker)
    ask(.soon)
  }

  private func wait(_ taker: Taker) {
    taker.account.isWaiting = true
    waiting.append(taker)
  }

  private func ask(_ moment: Moment) {
    if isScheduled { return }
    isScheduled = true
    schedule(moment) { [weak self] in self?.runRound() }
  }

  private func runRound() {
    isScheduled = false
    var start = now()
    let end = start + TurnLimits.roundMicroseconds
    while start < end, let taker = next() {
      var turn = Turn(
        requests: turnRequests, microseconds: TurnLimits.turnMicroseconds, now: now)
      let isLeft = taker.take(&turn)
      let stop = now()
      let cost = stop - start
      virtualTime = max(virtualTime, taker.account.place)
      if taker.account.isNew {
        // Time goes on by what everybody would have had of it: else whoever comes anew is always first.
        virtualTime += cost * TurnLimits.unit / (waiting.count + 1)
        taker.account.isNew = false
      }
      let share = isLeft ? 1 : TurnLimits.unusedShare
      taker.account.used = taker.account.place + cost * TurnLimits.unit / share
      if isLeft && !taker.account.isWaiting { wait(taker) }
      start = stop
    }
    if !waiting.isEmpty { ask(.afterLooking) }
  }

  /// Takes out the one that has had least; of equals the one that has waited longest.
  private func next() -> Taker? {
    var best = 0
    for i in waiting.indices.dropFirst()
    where waiting[i].account.place < waiting[best].account.place {
      best = i
    }
    guard best < waiting.count else { return nil }
    let taker = waiting.remove(at: best)
    taker.account.isWaiting = false
    return taker
  }
}

/// The sizes of turns and rounds.
enum TurnLimits {
  /// The most requests of a turn.
  static let requests = 32
  /// After so long a turn is over with the request that it is at.
  static let turnMicroseconds = 500
  /// After so long a round is over with the turn that it is at.
  static let roundMicroseconds = 2000
  /// Units of virtual time in a microsecond.
  static let unit = 1000
  /// A turn that was not used up counts one part of so many.
  static let unusedShare = 16
  /// How long a loop waits for news between two rounds; enough for it to look, which it does only when no task is due.
  static let pauseMicroseconds: Int64 = 10
}
