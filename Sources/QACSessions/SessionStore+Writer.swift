// The writer: takes the jobs that wait, commits them as one group, and calls their callbacks.
//
// Invariant: everything except `submit` runs on the writer's thread. Jobs are done in the order in
// which they were submitted. No callback is called during `submit`.
// Cost: one transaction, with one sync of the disk, per group that writes.

internal import Dispatch
internal import GRDB
internal import QACBinary
internal import Synchronization

extension SessionStore {
  struct JobQueue {
    var jobs: [Job] = []
    var isScheduled = false
    var isClosed = false
    /// For each session's name, how many jobs that change it are under way.
    var changing: [[UInt8]: Int] = [:]
    /// How many first steps of deletions from every session are under way.
    var changingAll = 0

    /// Notes that `job` is under way (`difference` 1), or no longer is (-1).
    mutating func note(_ job: Job, _ difference: Int) {
      guard job.changesSessions else { return }
      if let session = job.session {
        note(session, difference)
      } else if case .apply(let batch, _) = job {
        for session in batch.sessions { note(session, difference) }
        if batch.entries.contains(where: { $0.session == nil }) { changingAll += difference }
      } else if job.isFirstStep {
        changingAll += difference
      }
    }

    private mutating func note(_ session: [UInt8], _ difference: Int) {
      let count = changing[session, default: 0] + difference
      changing[session] = count == 0 ? nil : count
    }
  }

  /// Work on the database's files that is still to be done.
  struct Upkeep {
    var eventsInLog = 0
    /// Whether the log may still hold deleted content.
    var owesTruncation = false
    /// Whether the connection failed, so that another one must be tried.
    var needsConnection = false
  }

  func submit(_ job: Job) {
    let (isClosed, mustSchedule) = queue.withLock { queue in
      if queue.isClosed { return (true, false) }
      queue.jobs.append(job)
      queue.note(job, 1)
      defer { queue.isScheduled = true }
      return (false, !queue.isScheduled)
    }
    if isClosed {
      // Not during this call: the caller may hold a lock that its callback takes.
      DispatchQueue.global().async { job.fail(.closed) }
    } else if mustSchedule {
      writer.async { self.drain() }
    }
  }

  /// Does all jobs that wait, group by group.
  func drain() {
    var hasDeleted = false
    while true {
      let group = queue.withLock { queue in
        var weight = 0
        var group = Array(
          queue.jobs.prefix { job in
            defer { weight += job.weight }
            return weight < Self.groupLimit
          })
        if let alone = group.firstIndex(where: \.isBetweenGroups) {
          group.removeSubrange(max(1, alone)...)
        }
        queue.jobs.removeFirst(group.count)
        if group.isEmpty { queue.isScheduled = false }
        return group
      }
      if group.isEmpty {
        if hasDeleted { wipeStack() }
        return
      }
      if perform(group) { hasDeleted = true }
      queue.withLock { queue in
        for job in group { queue.note(job, -1) }
      }
    }
  }

  /// Does the jobs of `group`; whether anything was deleted.
  private func perform(_ group: [Job]) -> Bool {
    var changes = Job.Changes()
    changes.unfinished = unfinished.withLock { $0 }
    changes.searched = searches.followed
    do {
      try renewConnection()
      // Taken out, so that a group that fails leaves none behind.
      changes.numbers = numbers.withLock { numbers in
        defer { numbers = SessionNumbers() }
        return numbers
      }
      let writes = group.contains(where: \.writes)
      if writes || group.contains(where: \.isBetweenGroups) { try connection.check() }
      try connection.queue.inDatabase { db in
        if writes {
          try Self.inTransaction(db) {
            for job in group { try job.run(db, &changes) }
            if changes.deleted { try Deletion.overwriteWorkspace(of: db) }
          }
        } else {
          for job in group { try job.run(db, &changes) }
        }
      }
    } catch {
      fail(group, SessionStoreError(error, path: path))
      return false
    }
    // A statement in use would outlive the cache that is emptied below.
    changes.inserting = nil
    numbers.withLock { $0 = changes.numbers }
    changes.numbers.forget()
    counts.withLock { counts in
      counts.sessions += changes.sessions
      counts.events += changes.events
      counts.examples += changes.examples
    }
    unfinished.withLock { $0 = changes.unfinished }
    connection.queue.inDatabase { db in
      // A statement keeps the values last bound to it, and the reader the pages that it read.
      if changes.deleted {
        db.releaseMemory()
        connection.reader.releaseMemory()
      }
      upkeep.withLock { upkeep in
        upkeep.eventsInLog += changes.written
        if changes.deleted { upkeep.owesTruncation = true }
      }
      if changes.forgot { Self.rewriteIfSmall(db) }
      truncateIfOwed(db)
      // A deletion is acknowledged when no trace of what this thread read is left.
      if changes.deleted { wipeStack() }
      finish(changes)
      let isIdle = queue.withLock { $0.jobs.isEmpty }
      copyLog(db, atLeast: isIdle ? Self.idleCheckpointEvents : Self.forcedCheckpointEvents)
    }
    return changes.deleted
  }

  /// Runs `body` in a transaction. GRDB's `inTransaction` compiles its two statements each time,
  /// which is a tenth of the instructions of a lone record.
  private static func inTransaction(_ db: Database, _ body: () throws -> Void) throws {
    try db.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
    do {
      try body()
      try db.cachedStatement(sql: "COMMIT TRANSACTION").execute()
    } catch {
      try? db.rollback()
      throw error
    }
  }

  /// Calls the group's callbacks. A change is on the way to the searches before it is acknowledged,
  /// and a deletion has been carried out there.
  private func finish(_ changes: Job.Changes) {
    let waits = changes.searchChanges.contains { $0.change.isRemoval }
    let late = waits ? changes.completions.filter(\.ofDeletion) : []
    searches.apply(changes.searchChanges) { for completion in late { completion.call() } }
    for completion in changes.completions where !(waits && completion.ofDeletion) {
      completion.call()
    }
  }

  /// Writes every page anew if the database is small.
  ///
  /// When SQLite splits a page it may leave a copy of a row in the unused middle of the page, which
  /// no deletion finds (`rebuildPage` in its btree.c, 3.40).
  private static func rewriteIfSmall(_ db: Database) {
    let pages = try? Int.fetchOne(db, sql: "PRAGMA page_count")
    guard let pages, pages <= rewrittenPages else { return }
    try? db.execute(sql: "VACUUM")
  }

  private func fail(_ group: [Job], _ error: SessionStoreError) {
    if error.isOfConnection { upkeep.withLock { $0.needsConnection = true } }
    connection.queue.inDatabase { db in
      var changes = Job.Changes()
      for job in group {
        // A full disk can still be read.
        if job.writes || job.isBetweenGroups || (try? job.run(db, &changes)) == nil {
          job.fail(error)
        }
      }
      for completion in changes.completions { completion.call() }
    }
  }

  /// Opens another connection if the last one failed.
  private func renewConnection() throws(SessionStoreError) {
    guard upkeep.withLock({ $0.needsConnection }) else { return }
    let isAnother = try connection.reopen()
    upkeep.withLock { $0.needsConnection = false }
    guard isAnother else { return }
    let fresh = try SessionStoreError.translating(path: path) {
      try connection.queue.inDatabase { db in try Job.count(db) }
    }
    counts.withLock { $0 = fresh }
    searches.dropAll()
    replaced.withLock { $0 }()
  }

  /// Empties the log if it may hold deleted content. A read of another process can prevent this; it
  /// is then tried again after the next group and by `maintain`.
  func truncateIfOwed(_ db: Database) {
    guard upkeep.withLock({ $0.owesTruncation }), (try? db.checkpoint(.truncate)) != nil else {
      return
    }
    upkeep.withLock { upkeep in
      upkeep.eventsInLog = 0
      upkeep.owesTruncation = false
    }
  }

  /// Copies the log into the database if it holds at least `events` events.
  func copyLog(_ db: Database, atLeast events: Int) {
    guard upkeep.withLock({ $0.eventsInLog }) >= events else { return }
    _ = try? db.checkpoint(.passive)
    upkeep.withLock { $0.eventsInLog = 0 }
  }
}
