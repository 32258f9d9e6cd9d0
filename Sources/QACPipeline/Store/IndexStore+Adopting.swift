// Makes a version of an index that stands where a store keeps its link.
//
// `qac-index build --out DIR/current.qaci` writes a file there. A rebuild gives that file a name in
// `versions` as well, and then renames a link over the old name. So the daemon finds the same index
// at the same path all the time, it can be compared with, and one can go back to it.
//
// Invariant: whatever happens at any moment, `current.qaci` is the file or a link to it.

import Foundation
import QACBinary
import QACIndex

#if canImport(Glibc)
  import Glibc
#endif

extension IndexStore {
  /// Makes a version of the index file that has the link's name; does nothing if there is no such
  /// file, or if it is no index.
  ///
  /// - Parameter now: Unix seconds; the version's name has the time of the file, or this if it is
  ///   earlier.
  /// - Returns: The version's name; nil if nothing was done.
  /// - Throws: `PipelineError`.
  package func adopt(at now: Int64) throws(PipelineError) -> String? {
    var status = stat()
    guard lstat(link, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let bytes = try? RegularFile.contents(link), (try? LabelIndex(bytes: bytes)) != nil
    else { return nil }
    let name = Self.name(bytes, now: min(now, Int64(status.st_mtim.tv_sec)))
    let final = directory(of: name)
    let temporary = final + ".new"
    try step(.makeDirectory, "create", at: temporary) { mkdir(temporary, 0o700) }
    try fault(.writeIndex)
    // A file system without hard links gets a copy.
    if Glibc.link(link, temporary + "/index.qaci") != 0 {
      try write(bytes, .writeIndex, temporary + "/index.qaci")
    }
    try step(.syncVersion, "sync", at: temporary) { Self.sync(temporary) }
    try step(.renameVersion, "rename to", at: final) { rename(temporary, final) }
    try step(.syncVersions, "sync", at: path + "/versions") { Self.sync(path + "/versions") }
    try setCurrent(name)
    return name
  }
}
