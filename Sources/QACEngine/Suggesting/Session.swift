// What one user submitted, and the working memory to complete what the same user types.
//
// A session does not know the engine that it will be used with, so it keeps its queries in the
// normal form of every profile. That is two contexts of at most 256 queries, and `record`
// normalises twice. In return it works with any engine, with several, and with the next one after
// an index was rebuilt.
//
// Invariant: copies are independent in what they hold. They share working memory, which cannot be
// observed: `suggestions` copies its result out, and every completion begins by overwriting what
// the last one left. The type is not Sendable, so the compiler refuses to use copies in two tasks
// at a time.
// Cost: `record` is that of `SessionContext`, per profile. The first completion makes the working
// memory, about 130 KB on a small index. A completion of another engine makes it anew.

import QACText

#if canImport(Glibc)
  import Glibc
#endif

/// The earlier queries of one user, oldest dropped first, for one task at a time.
///
///     var session = Session()
///     session.record("Hotel")
///     let texts = engine.suggestions(for: "new", in: session).map(\.text)
///
/// A program with many sessions makes them as copies of one empty session. Copies share their
/// working memory.
public struct Session {
  /// One context per profile, in the order of `NormalizationProfile.allCases`.
  private var contexts: [SessionContext]
  let memory = WorkingMemory()

  /// Makes an empty session.
  ///
  /// - Parameter capacity: How many submitted queries are kept, at least 1.
  public init(capacity: Int = SessionContext.defaultCapacity) {
    contexts = NormalizationProfile.allCases.map { _ in SessionContext(capacity: capacity) }
  }

  /// Adds a submitted query. An engine ignores it if nothing is left of it in its normal form.
  ///
  /// - Parameters:
  ///   - query: The query as typed.
  ///   - time: When, in unix seconds, not earlier than in the calls before; nil for now, by the
  ///     system's clock.
  ///   - failed: Whether it failed: a command that does not exist, a search without results.
  public mutating func record(_ query: String, at time: Int64? = nil, failed: Bool = false) {
    let time = time ?? Self.now
    let surface = Array(query.utf8)
    for (i, profile) in NormalizationProfile.allCases.enumerated() {
      contexts[i].record(
        normalized: Normalizer(profile).normalize(surface), surface: surface, at: time,
        failed: failed)
    }
  }

  /// Removes every occurrence of a query, in every spelling that an engine would take for the same,
  /// and overwrites what completions left in working memory.
  public mutating func forget(_ query: String) {
    for (i, profile) in NormalizationProfile.allCases.enumerated() {
      contexts[i].forget(normalized: Normalizer(profile).normalize(query))
    }
    memory.wipe()
  }

  /// What an engine of `profile` takes for context.
  func context(for profile: NormalizationProfile) -> SessionContext {
    for (known, context) in zip(NormalizationProfile.allCases, contexts) where known == profile {
      return context
    }
    preconditionFailure("allCases lacks a profile")
  }

  /// Unix seconds by the system's clock.
  static var now: Int64 { Int64(time(nil)) }
}

/// The working memory of a session and its copies, for the engine that completed last.
final class WorkingMemory {
  private var engine: CompletionEngine?
  private var scratch: CompletionScratch?

  /// Working memory of `engine`: what is there, or new.
  func scratch(for engine: CompletionEngine) -> CompletionScratch {
    if let scratch, self.engine === engine { return scratch }
    let fresh = CompletionScratch(engine: engine)
    self.engine = engine
    scratch = fresh
    return fresh
  }

  /// Overwrites what completions left of anybody's text.
  func wipe() { scratch?.wipe() }
}
