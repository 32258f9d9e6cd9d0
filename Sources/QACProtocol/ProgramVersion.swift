// The version of all programs: here and nowhere else.
//
// `make release-check` compares the clients in other languages and CHANGELOG.md with it, and
// `dev/release set VERSION` changes all of them. docs/releasing.md says when.

internal import CVersion

/// The version that the programs, `status` and new indexes report.
public enum ProgramVersion {
  /// A semantic version (semver.org). Between two releases it is that of the next one with "-dev".
  public static let number = "0.2.0-dev"

  /// The commit that the programs were built from, with "-dirty" if files differed from it; nil if
  /// the build did not say, as a build from a tarball does not.
  public static var commit: String? {
    let text = String(cString: qacd_commit())
    return text.isEmpty ? nil : text
  }

  /// What `--version` prints.
  public static func text(of program: String) -> String {
    "\(program) \(number)" + (commit.map { " (commit \($0))" } ?? "")
  }
}
