// Looks at all that a start needs, and says of each how it is and what to do.
//
// Invariant: nothing is made, changed or removed, and a daemon that is running goes on. Something is
// wrong if a start would fail, or if others may look into what is private.
// Cost: reads the whole index and the whole database.

internal import QACEngine
public import QACFindings
internal import QACIndex
internal import QACSessions
internal import QACText

/// Checks a configuration against the machine.
public enum DaemonCheck {
  /// What there is to say of `configuration`.
  public static func findings(of configuration: ServerConfiguration) -> [Finding] {
    var findings = process(configuration)
    let isShared = !configuration.allowedUsers.isEmpty
    findings += socket("socket", configuration.socketPath, isShared)
    if let path = configuration.metricsSocketPath {
      findings += socket("metrics", path, isShared)
    }
    return findings + index(configuration) + database(configuration.databasePath)
  }

  private static func process(_ configuration: ServerConfiguration) -> [Finding] {
    let wanted = configuration.maximumConnections
    do throws(ServerError) {
      try ProcessGuard.requireMemory(index: configuration.indexPath, loops: configuration.loops)
      let connections = try ProcessGuard.prepare(configuration)
      if connections < wanted {
        return [
          Finding(
            name: "process", state: .note,
            message: "open files suffice for \(connections) connections, not for \(wanted)",
            remedy: "ulimit -n 1024, or LimitNOFILE= in its unit")
        ]
      }
      return [
        Finding(
          name: "process", state: .ok, message: "memory, and files for \(wanted) connections")
      ]
    } catch {
      return [Finding(name: "process", error: error)]
    }
  }

  private static func socket(_ name: String, _ path: String, _ isShared: Bool) -> [Finding] {
    do throws(ServerError) {
      let state =
        switch try SocketFile.look(at: path, isShared: isShared) {
        case .free(makes: false): "free"
        case .free(makes: true): "free; a start makes its directory"
        case .stale: "nobody answers there any more; a start replaces it"
        case .answered: "a daemon answers there"
        }
      return [Finding(name: name, state: .ok, message: "\(path): \(state)")]
    } catch {
      return [Finding(name: name, error: error)]
    }
  }

  private static func index(_ configuration: ServerConfiguration) -> [Finding] {
    let path = configuration.indexPath
    let served: ServedIndex
    do throws(ServerError) {
      served = try IndexHolder.load(
        path, orEmpty: configuration.profile, configuration.blockListPath, keeping: RuleSet())
    } catch {
      if case .blockList = error { return [Finding(name: "block list", error: error)] }
      return [Finding(name: "index", error: error)]
    }
    guard served.hasIndex else {
      return [
        Finding(
          name: "index", state: .note,
          message: "there is none yet at \(path): completions come from what is submitted",
          remedy: "qac-index build --log FILE --out \(path)")
      ]
    }
    let (found, wanted) = (served.normalizer.profile.name, configuration.profile.name)
    var findings = [
      Finding(
        name: "index", state: .ok,
        message: "\(path): \(served.engine.index.labelCount) labels, profile \(found), sound")
    ]
    if found != wanted {
      findings.append(
        Finding(
          name: "profile", state: .note,
          message: "the index has the profile \(found), which counts, and not \(wanted)",
          remedy: "set profile to \(found), or build the index with --profile \(wanted)"))
    }
    if let file = FilePermissions(path), file.isOurs, file.isOpen {
      findings.append(
        Finding(
          name: "index mode", state: .note,
          message: "others may read the queries in \(path), which has mode \(file.modeText)",
          remedy: file.remedy))
    }
    return findings
  }

  private static func database(_ path: String) -> [Finding] {
    let inspection: DatabaseInspection?
    do throws(SessionStoreError) {
      inspection = try DatabaseInspection(path: path)
    } catch {
      return [Finding(name: "database", error: error)]
    }
    let directory = FilePermissions(FilePermissions.directory(of: path))
    var findings: [Finding] = []
    for place in [FilePermissions(path), directory].compactMap({ $0 })
    where place.isOurs && place.isOpen {
      findings.append(
        Finding(
          name: "database", state: .wrong,
          message: "others may look into \(place.path), which has mode \(place.modeText)",
          remedy: place.remedy))
    }
    if !findings.isEmpty { return findings }
    guard let inspection else {
      do throws(ServerError) {
        try SocketFile.checkAncestor(of: FilePermissions.directory(of: path))
      } catch {
        return [Finding(name: "database", error: error)]
      }
      return [
        Finding(name: "database", state: .ok, message: "\(path): none yet; a start makes it")
      ]
    }
    return [
      Finding(name: "database", state: .ok, message: "\(path): \(text(of: inspection))")
    ]
  }

  private static func text(of inspection: DatabaseInspection) -> String {
    func count(_ number: Int, _ thing: String) -> String {
      "\(number) \(thing)\(number == 1 ? "" : "s")"
    }
    let (bytes, missing) = (inspection.bytes, inspection.missingMigrations)
    let size = bytes < 1 << 20 ? "\((bytes + 1023) >> 10) KiB" : "\(bytes >> 20) MiB"
    let queries =
      inspection.statistics.events == 1 ? "1 query" : "\(inspection.statistics.events) queries"
    return "\(queries) of \(count(inspection.statistics.sessions, "session")), \(size), sound"
      + (missing > 0 ? "; a start brings it from an earlier version to this one" : "")
  }
}
