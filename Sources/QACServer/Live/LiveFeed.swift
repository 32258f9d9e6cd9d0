// Tells every event loop what was submitted and forgotten, in one order.
//
// Each loop has a `LiveOverlay` of its own. It takes new messages from this feed in small pieces
// between other work. A query is acknowledged when no loop is more than `slack` messages behind,
// and a loop takes up what was acknowledged before it answers. So every later request, on any
// connection, sees it, and a lone query wakes no loop. A completion never has to catch up with more
// than `slack` messages, however much others submit. A deletion is acknowledged after every loop
// has carried it out.
//
// A new index gets new overlays. The loading thread makes them from a snapshot of the store, while
// the loops go on with the old ones. Messages that are put on the feed after the snapshot are kept
// until the overlays are handed over: the loading thread adds nearly all of them, and the last few
// go with the overlays. So nothing is lost or counted twice, and no loop has more than a few
// queries to add.
//
// Invariant: messages are on the feed in the order in which the store carried them out. When every
// loop has carried a message out, it is removed unless a snapshot still needs it. That is at the
// latest a second after it was put on (`settle`).
// Cost: a short lock per message, and per piece that a loop takes; an atomic load per completion.

internal import NIOCore
internal import QACBinary
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
    /// How many distinct sessions must submit a new query before others see it.
    var sessionsNeeded: Int
  }

  /// A message to the loops. Events are boxed, since a message is copied for each loop.
  enum Message: Sendable {
    /// A query was submitted; `profile` normalised it.
    indirect case record(StoredEvent, session: UInt64, profile: NormalizationProfile)
    /// It is known how a query ended that was submitted before; `profile` normalised it.
    indirect case end(StoredEvent, session: UInt64, profile: NormalizationProfile)
    /// Queries were deleted.
    case forget(LiveDeletion)
    /// The overlays of an index that is about to be served, and the messages that they miss.
    case handOver(LiveParcel, missed: [Message])
    /// An index is no longer served.
    case retire(CompletionEngine)
  }

  /// How many messages may go with new overlays, for the loops to add.
  private static let fewMissed = 64

  /// How many messages a loop may be behind one that is acknowledged: some 50 µs for a loop to
  /// catch up with.
  static let slack = 16

  /// A callback for when no loop is more than `slack` messages behind message `number`.
  private struct Acknowledgement {
    var number: Int
    var call: @Sendable () -> Void
  }

  private struct State {
    var messages = CircularBuffer<Message>()
    /// The number of `messages[0]`.
    var first = 0
    /// For each loop, the number of the first message that it has not carried out.
    var cursors: [Int]
    /// In the order of their numbers.
    var acknowledgements = CircularBuffer<Acknowledgement>()
    /// The number after that of the last message that was acknowledged.
    var acknowledged = 0
    /// The first message after the snapshot that is being read; nil while none is.
    var pin: Int?
    /// Whether the loops were woken and none has taken messages since.
    var isWoken = false

    var end: Int { first + messages.count }

    /// The messages from number `start` on, at most `limit`.
    func messages(from start: Int, limit: Int = .max) -> [Message] {
      let from = messages.index(messages.startIndex, offsetBy: start - first)
      let count = min(limit, end - start)
      return Array(messages[from..<messages.index(from, offsetBy: count)])
    }

    /// Removes the messages that neither a loop nor a snapshot needs.
    mutating func trim() {
      let needed = min(cursors.min() ?? end, pin ?? end)
      if needed > first {
        messages.removeFirst(needed - first)
        first = needed
      }
    }

    /// How many messages the last loop has not carried out, as far as it has said.
    var lag: Int { end - (cursors.min() ?? end) }

    /// Removes and returns the callbacks that are due.
    mutating func takeAcknowledged() -> [@Sendable () -> Void] {
      let done = (cursors.min() ?? end) + LiveFeed.slack
      var calls: [@Sendable () -> Void] = []
      while let next = acknowledgements.first, next.number < done {
        calls.append(next.call)
        acknowledged = next.number + 1
        acknowledgements.removeFirst()
      }
      return calls
    }
  }

  let settings: Settings
  /// Frees overlays that are no longer needed: freeing hundreds of thousands of texts takes longer
  /// than a loop's clients should wait.
  let discarding = QuietThread()
  private let loops: Int
  private let state: Mutex<State>
  private let wakers = Mutex<[@Sendable () -> Void]>([])
  /// The messages before this number are acknowledged, or about to be.
  private let acknowledgedEnd = Atomic(0)

  /// Makes a feed for `loops` event loops, numbered from 0.
  init(loops: Int, settings: Settings) {
    self.loops = loops
    self.settings = settings
    state = Mutex(State(cursors: [Int](repeating: 0, count: loops)))
  }

  /// Whether there are overlays at all.
  var isEnabled: Bool { settings.capacity > 0 }

  /// A loop must have carried out the messages before this number when it answers.
  var acknowledged: Int { acknowledgedEnd.load(ordering: .acquiring) }

  /// How many messages wait for a loop or a snapshot.
  var waiting: Int { state.withLock { $0.messages.count } }

  /// The name that overlays have for `session`.
  static func name(of session: [UInt8]) -> UInt64 { StableHash.of(session, seed: 0) }

  /// The name that overlays have for the person as whom `event` counts; nil for its session.
  static func person(of event: StoredEvent) -> UInt64? {
    event.circumstances.person.map { StableHash.of($0, seed: 5) }
  }

  /// Registers a loop: `wake` is called now, and whenever messages wait.
  func attach(_ wake: @escaping @Sendable () -> Void) {
    wakers.withLock { $0.append(wake) }
    wake()
  }

  /// Forgets all loops; called before they are shut down.
  func detach() {
    wakers.withLock { $0 = [] }
  }

  /// Tells the loops that a query was submitted; one that counts for nobody is none of theirs.
  ///
  /// - Parameters:
  ///   - event: The query, normalised by `profile`.
  ///   - session: The session's name.
  ///   - profile: The profile.
  ///   - completion: Called when every loop sees it, perhaps during this call.
  func record(
    _ event: StoredEvent, session: [UInt8], profile: NormalizationProfile,
    completion: @escaping @Sendable () -> Void
  ) {
    guard isEnabled, event.circumstances.person != [] else { return completion() }
    append(acknowledge: completion) { _ in
      .record(event, session: Self.name(of: session), profile: profile)
    }
  }

  /// Tells the loops how a query ended that was submitted before.
  ///
  /// - Parameters:
  ///   - event: The query with its outcome, normalised by `profile`.
  ///   - session: The session's name.
  ///   - profile: The profile.
  ///   - completion: Called when every loop sees it, perhaps during this call.
  func end(
    _ event: StoredEvent, session: [UInt8], profile: NormalizationProfile,
    completion: @escaping @Sendable () -> Void
  ) {
    guard isEnabled, event.circumstances.person != [] else { return completion() }
    append(acknowledge: completion) { _ in
      .end(event, session: Self.name(of: session), profile: profile)
    }
  }

  /// Tells the loops what was deleted.
  ///
  /// - Parameters:
  ///   - queries: The queries as typed; nil for all.
  ///   - session: The session's name; nil for all sessions.
  ///   - times: Unix seconds, both ends included: when the queries were submitted.
  ///   - completion: Called when every loop has forgotten them.
  /// - Complexity: O(bytes of `queries`), on the caller's thread.
  func forget(
    _ queries: Set<[UInt8]>?, session: [UInt8]?, times: ClosedRange<Int64> = Deletion.always,
    completion: @escaping @Sendable () -> Void
  ) {
    let deletion = LiveDeletion(
      queries, session: session.map { Self.name(of: $0) }, times: times, loops: loops,
      completion: completion)
    // Loops without overlays have working memory, too, which may hold the queries.
    append { _ in .forget(deletion) }
  }

  /// Tells the loops that `served` is no longer served.
  func retire(_ served: ServedIndex) {
    guard isEnabled else { return }
    append { _ in .retire(served.engine) }
  }

  /// Puts a message on the feed, and wakes the loops unless they can take it up when they answer.
  private func append(
    acknowledge: (@Sendable () -> Void)? = nil, _ message: (inout State) -> Message
  ) {
    let (due, mustWake) = state.withLock { state in
      if let acknowledge {
        state.acknowledgements.append(Acknowledgement(number: state.end, call: acknowledge))
      }
      state.messages.append(message(&state))
      let due = takeAcknowledged(&state)
      let isLazy = acknowledge != nil && state.lag <= Self.slack / 2
      if isLazy { return (due, false) }
      defer { state.isWoken = true }
      return (due, !state.isWoken)
    }
    if mustWake { wake() }
    for tell in due { tell() }
  }

  private func takeAcknowledged(_ state: inout State) -> [@Sendable () -> Void] {
    let due = state.takeAcknowledged()
    if !due.isEmpty { acknowledgedEnd.store(state.acknowledged, ordering: .releasing) }
    return due
  }

  private func wake() {
    wakers.withLock { $0.forEach { $0() } }
  }

  /// Wakes the loops if a message waits for them; called now and then, so that none stays for long.
  func settle() {
    let mustWake = state.withLock { state in
      if state.lag == 0 || state.isWoken { return false }
      state.isWoken = true
      return true
    }
    if mustWake { wake() }
  }

  /// Takes the next messages of a loop.
  ///
  /// - Parameters:
  ///   - loop: The loop's number.
  ///   - next: The loop has carried out all messages before this number.
  ///   - limit: The most messages to take.
  /// - Returns: The messages, and the acknowledgements that the loop has to call after them.
  func take(
    _ loop: Int, from next: Int, limit: Int
  ) -> (messages: [Message], acknowledgements: [@Sendable () -> Void]) {
    state.withLock { state in
      state.isWoken = false
      state.cursors[loop] = next
      let messages = state.messages(from: next, limit: limit)
      let acknowledgements = takeAcknowledged(&state)
      state.trim()
      return (messages, acknowledgements)
    }
  }

  // MARK: indexes

  /// Makes overlays of `served` from the events in `store`, and hands them to the loops.
  ///
  /// Blocks until they are made, so it is called on the loading thread. If the store cannot be
  /// read, the loops get empty overlays.
  ///
  /// - Parameters:
  ///   - served: The index.
  ///   - store: The submitted queries.
  ///   - latest: Events later than this count as of this time; nil to take all times as they are.
  /// - Throws: `SessionStoreError` if the store cannot be read.
  func renewOverlays(
    of served: ServedIndex, from store: SessionStore, latest: Int64?
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
      return .handOver(parcel, missed: state.messages(from: start))
    }
    _ = try events.get()
  }

  #if DEBUG
    /// Checks what holds between any two calls; for tests.
    ///
    /// Cursors and pin point at messages that are on the feed, or at its end; acknowledgements are
    /// in order, each for a message on the feed that some loop has not carried out.
    func checkInvariants() {
      state.withLock { state in
        let numbers = state.first...state.end
        precondition(state.cursors.allSatisfy(numbers.contains), "a cursor is off the feed")
        precondition(state.pin.map(numbers.contains) ?? true, "the pin is off the feed")
        var next = state.cursors.min() ?? state.end
        for acknowledgement in state.acknowledgements {
          precondition(acknowledgement.number >= next, "an acknowledgement is late or out of order")
          precondition(acknowledgement.number < state.end, "an acknowledgement has no message")
          next = acknowledgement.number + 1
        }
      }
    }
  #endif

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
