// The version of all programs: here and nowhere else.
//
// `make release-check` compares the clients in other languages and CHANGELOG.md with it, and
// `dev/release set VERSION` changes all of them. docs/releasing.md says when.

/// The version that the programs, `status` and new indexes report.
public enum ProgramVersion {
  /// A semantic version (semver.org). Between two releases it is that of the next one with "-dev".
  public static let number = "0.2.0-dev"

  /// What `--version` prints.
  ///
  /// - Parameters:
  ///   - program: The program's name.
  ///   - commit: The commit that it was built from, with "-dirty" if files differed from it
  ///     (`qacd_commit`). Empty if the build did not say, as a build from a tarball does not. The
  ///     programs pass it, so that another commit compiles them anew, and not what is below them.
  /// - Returns: The text: `qacd 0.2.0 (commit ca01f2a12345)`.
  public static func text(of program: String, commit: String) -> String {
    "\(program) \(number)" + (commit.isEmpty ? "" : " (commit \(commit))")
  }
}
