// Gives turns on one event loop: by how much time each taker has had, not by how much it asks for.
//
// No request is carried out where it is read. A taker with work waits here. A round, one task of
// the loop, gives turns until its time is used up; then the loop polls its sockets, and the next
// round begins. Turns end by time, since one request can cost a hundred times as much as another.
//
// The taker that has had the least time comes first: start-time fair queueing (Goyal, Vin and
// Cheng, "Start-time Fair Queueing", 1996, §2). Virtual time is what the taker whose turn it is has
// had.
// - A taker that comes back goes on from its own time, or from one turn before virtual time if it
//   was away for longer. So no taker can save up, and one that asks for little comes before those
//   that flood, however many they are.
// - A new taker begins between those that ask for little and those that flood, so connecting anew
//   gains nothing.
// - A turn that ends because its work is done counts for a sixteenth (`TurnLimits.unusedShare`):
//   the requests of a person come one at a time, while a flood uses its turns up.
//
// Invariant: used only on its loop; a taker is in `waiting` at most once.
// Cost: O(waiting takers) per turn, a few microseconds for hundreds.

/// Takes turns on an event loop.
protocol TurnTaker: AnyObject {
  /// What it has had.
  var account: TurnAccount { get set }
  /// Whether more waits than a client sends that asks one thing at a time.
  var asksForMuch: Bool { get }

  /// Carries out what waits, until that is done or `turn` is over.
  ///
  /// - Returns: Whether something is left that can go on at once.
  func take(_ turn: inout Turn) -> Bool
}

/// What one taker has had of its loop.
struct TurnAccount {
  /// Weighted time, on the scale of the loop's virtual time; nil before the first turn.
  fileprivate var used: Int?
  /// Whether its first request was put ahead of others, and that is not accounted for yet.
  fileprivate var isNew = false
  fileprivate(set) var isWaiting = false

  fileprivate var place: Int { used ?? .min }
}

/// One turn.
struct Turn {
  /// When it is over, in microseconds of `now`.
  private let end: Int
  private let now: () -> Int
  /// How many more requests may be carried out in it.
  private(set) var requestsLeft: Int

  init(requests: Int, microseconds: Int, now: @escaping () -> Int) {
    requestsLeft = requests
    end = now() + microseconds
    self.now = now
  }

  /// Whether the turn is over, so that another taker has its turn.
  var isOver: Bool { requestsLeft <= 0 || now() >= end }

  /// Counts a request.
  mutating func count() { requestsLeft -= 1 }
}

/// The turns of one event loop.
final class LoopTurns<Taker: TurnTaker> {
  /// When a round is to run.
  enum Moment {
    /// After the loop has read what its last poll found.
    case soon
    /// After the loop has polled its sockets again.
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
  ///   - schedule: Schedules a round on the loop.
  init(
    requests: Int = TurnLimits.requests, now: @escaping () -> Int,
    schedule: @escaping (Moment, @escaping () -> Void) -> Void
  ) {
    turnRequests = requests
    self.now = now
    self.schedule = schedule
  }

  /// Adds `taker` to those that wait for a turn; does nothing if it waits already.
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
        // Virtual time goes on by this turn's share for each taker. Otherwise new takers would
        // always be first.
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

  /// Removes and returns the taker that has had least; among equals, the one that has waited
  /// longest.
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
  /// After this long, a turn ends with the request that is being carried out.
  static let turnMicroseconds = 500
  /// After this long, a round ends with the turn that is being taken.
  static let roundMicroseconds = 2000
  /// Units of virtual time in a microsecond.
  static let unit = 1000
  /// A turn that was not used up counts for 1 / `unusedShare` of its time.
  static let unusedShare = 16
  /// How long a loop pauses between two rounds: it polls only when no task is due.
  static let pauseMicroseconds: Int64 = 10
}
