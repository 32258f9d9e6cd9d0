// What every event loop is told of what is submitted and forgotten, in one order.
//
// Each loop keeps a `LiveOverlay` of its own and takes what it has not seen yet off this feed, in small pieces
// between other work. A query or a deletion is acknowledged when every loop has it, so every later request, on
// any connection, sees it; and a completion waits for nothing: however much others submit, it never has to
// catch up first.
//
// A new index gets new overlays: made on the thread that loads it, from a snapshot of the store, while the
// loops go on with the old ones; what is put on the feed after the snapshot is kept until they are
// handed over. Nearly all of it is added by the thread that made them, the rest goes with them. So nothing is
// lost and nothing counted twice, and no loop has more than a few queries to add.
//
// Invariant: messages are on the feed in the order in which the store carried them out; a message goes
// when every loop has carried it out, unless a snapshot still needs it, and is acknowledged then.
// Cost: a short lock for each message and for each piece that a loop takes.

internal import NIOCore
internal import QACEngine
internal import QACIndex
internal import QACSessions
internal import QACText
internal import Synchronization

/// The feed of all loops' overlays.
final class LiveFeed: Sendable {
  /// How overlays are made.
  struct Settings: Sendable {
    /// The most events of an overlay; 0 for no overlays.
    var capacity: Int
    /// Distinct sessions that make a new query visible to others.
    var sessionsNeeded: Int
  }

  /// What a loop is told.
  enum Message: Sendable {
    /// A query was submitted; it was normalised by `profile`.
    case record(StoredEvent, session: UInt64, profile: NormalizationProfile)
    /// Queries were deleted.
    case forget(LiveDeletion)
    /// The overlays of an index that is going to be served, and what came after their snapshot.
    case adopt(LiveParcel, missed: [Message])
    /// An index is no longer served.
    case retire(CompletionEngine)
  }

  /// How many messages may go with new overlays.
  private static let fewMissed = 64

  /// Who is told that a message was carried out by every loop.
  private struct Acknowledgement {
    var number: Int
    var call: @Sendable () -> Void
  }

  private struct State {
    var messages = CircularBuffer<Message>()
    /// The number of `messages[0]`.
    var first = 0
    /// What each loop has carried out: all before this number.
    var cursors: [Int]
    /// In the order of their numbers.
    var acknowledgements = CircularBuffer<Acknowledgement>()
    /// Where the snapshot that is being read begins.
    var pin: Int?
    /// Whether the loops were woken and none of them has come yet.
    var isWoken = false

    var end: Int { first + messages.count }

    /// The messages from number `start` on, at the most `limit`.
    func messages(from start: Int, limit: Int = .max) -> [Message] {
      let from = messages.index(messages.startIndex, offsetBy: start - first)
      let count = min(limit, end - start)
      return Array(messages[from..<messages.index(from, offsetBy: count)])
    }

    /// Drops what nobody needs any more.
    mutating func trim() {
      let needed = min(cursors.min() ?? end, pin ?? end)
      if needed > first {
        messages.removeFirst(needed - first)
        first = needed
      }
    }

    /// Takes out who is to be told by now.
    mutating func takeAcknowledged() -> [@Sendable () -> Void] {
      let done = cursors.min() ?? end
      var calls: [@Sendable () -> Void] = []
      while let next = acknowledgements.first, next.number < done {
        calls.append(next.call)
        acknowledgements.removeFirst()
      }
      return calls
    }
  }

  let settings: Settings
  /// Lets go of overlays that nobody needs any more: freeing hundreds of thousands of texts takes longer than the
  /// clients of a loop should wait.
  let discarding = QuietThread()
  private let loops: Int
  private let state: Mutex<State>
  private let wakers = Mutex<[@Sendable () -> Void]>([])

  /// Makes a feed for `loops` event loops, numbered from 0.
  init(loops: Int, settings: Settings) {
    self.loops = loops
    self.settings = settings
    state = Mutex(State(cursors: [Int](repeating: 0, count: loops)))
  }

  /// Whether there are overlays at all.
  var isEnabled: Bool { settings.capacity > 0 }

  /// How many messages wait for a loop or a snapshot.
  var waiting: Int { state.withLock { $0.messages.count } }

  /// How `session` is called in overlays.
  static func name(of session: [UInt8]) -> UInt64 { StableHash.of(session, seed: 0) }

  /// Has `wake` called when a loop should take what waits, which may be now.
  func attach(_ wake: @escaping @Sendable () -> Void) {
    wakers.withLock { $0.append(wake) }
    wake()
  }

  /// Wakes no loop any more, and lets go of them: before they are shut down.
  func detach() {
    wakers.withLock { $0 = [] }
  }

  /// Tells the loops that a query was submitted, which was normalised by `profile`; `completion` is called when
  /// every loop knows it.
  func record(
    _ event: StoredEvent, session: [UInt8], profile: NormalizationProfile,
    completion: @escaping @Sendable () -> Void
  ) {
    guard isEnabled else { return completion() }
    append(acknowledge: completion) { _ in
      .record(event, session: Self.name(of: session), profile: profile)
    }
  }

  /// Tells the loops what was deleted: of one session, or of all where it is nil, `queries`, or all where that
  /// is nil, as far as they were submitted in `times`; `completion` is called when every loop has forgotten it.
  ///
  /// - Complexity: O(bytes of `queries`), on the caller's thread.
  func forget(
    _ queries: Set<[UInt8]>?, session: [UInt8]?, times: ClosedRange<Int64> = Deletion.always,
    completion: @escaping @Sendable () -> Void
  ) {
    let deletion = LiveDeletion(
      queries, session: session.map { Self.name(of: $0) }, times: times, loops: loops,
      completion: completion)
    // Loops without overlays, too, have memory that may hold it.
    append { _ in .forget(deletion) }
  }

  /// Tells the loops that `served` is no longer served.
  func retire(_ served: ServedIndex) {
    guard isEnabled else { return }
    append { _ in .retire(served.engine) }
  }

  private func append(
    acknowledge: (@Sendable () -> Void)? = nil, _ message: (inout State) -> Message
  ) {
    let mustWake = state.withLock { state in
      if let acknowledge {
        state.acknowledgements.append(Acknowledgement(number: state.end, call: acknowledge))
      }
      state.messages.append(message(&state))
      defer { state.isWoken = true }
      return !state.isWoken
    }
    if mustWake { wakers.withLock { $0.forEach { $0() } } }
  }

  /// What loop `loop`, which has carried out all before `next`, is to do next: at the most `limit` messages; and
  /// whom it is to tell then that all loops have carried out what they asked for.
  func take(
    _ loop: Int, from next: Int, limit: Int
  ) -> (messages: [Message], acknowledgements: [@Sendable () -> Void]) {
    state.withLock { state in
      state.isWoken = false
      state.cursors[loop] = next
      let messages = state.messages(from: next, limit: limit)
      let acknowledgements = state.takeAcknowledged()
      state.trim()
      return (messages, acknowledgements)
    }
  }

  // MARK: indexes

  /// Makes overlays of `served` from what `store` holds, and hands them to the loops.
  ///
  /// Blocks until they are made: for a thread that loads indexes. On an error they are handed over
  /// without what the store holds.
  ///
  /// - Parameters:
  ///   - served: The index.
  ///   - store: What was submitted.
  ///   - latest: The time that later events are taken to have; nil to take their times as they are.
  /// - Throws: `SessionStoreError` of reading the store.
  func adopt(
    _ served: ServedIndex, from store: SessionStore, latest: Int64?
  ) throws(SessionStoreError) {
    guard isEnabled else { return }
    let events: Result<[SessionEvent], SessionStoreError>
    do throws(SessionStoreError) {
      events = .success(try recent(after: served.engine.index.view.lastTime, from: store))
    } catch {
      events = .failure(error)
    }
    let parcel = LiveParcel(
      of: served, (try? events.get()) ?? [], latest: latest, count: loops, settings: settings)
    while true {
      let missed = state.withLock { state -> [Message] in
        guard let pin = state.pin, state.end - pin > Self.fewMissed else { return [] }
        defer {
          state.pin = state.end
          state.trim()
        }
        return state.messages(from: pin)
      }
      if missed.isEmpty { break }
      parcel.add(missed)
    }
    append { state in
      let start = state.pin ?? state.end
      state.pin = nil
      return .adopt(parcel, missed: state.messages(from: start))
    }
    _ = try events.get()
  }

  private func recent(
    after time: Int64, from store: SessionStore
  ) throws(SessionStoreError) -> [SessionEvent] {
    let outcome = CallbackWait.value { callback in
      store.recent(
        after: time, limit: settings.capacity,
        began: { [self] in state.withLock { $0.pin = $0.end } },
        completion: callback)
    }
    return try outcome.get()
  }
}
