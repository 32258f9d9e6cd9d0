// What can be wrong with an index file, in messages that end with the remedy.

public import QACBinary

/// Why a file cannot be used as an index.
public enum IndexError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file could not be opened or mapped.
  case file(FileError)
  /// The file is shorter than a header.
  case tooShort(path: String, length: Int)
  /// The file does not begin with the magic number.
  case notAnIndex(path: String)
  /// The file has another format version.
  case unsupportedVersion(path: String, got: UInt32, expected: UInt32)
  /// The normalisation profile is unknown.
  case unknownProfile(path: String, got: UInt32)
  /// The header's length differs from the file's.
  case wrongLength(path: String, got: Int, expected: UInt64)
  /// A checksum does not match; `part` is the header, the table or a section.
  case checksum(path: String, part: String)
  /// A size, bound or order that the format requires does not hold; `part` says where.
  case malformed(path: String, part: String, problem: String)

  /// One line: what is wrong and what to do.
  public var description: String {
    let rebuild = "rebuild it with qac-index build, or restore a good copy"
    switch self {
    case .file(let error):
      return error.description
    case .tooShort(let path, let length):
      return "\(path) has \(length) bytes, too few for an index; \(rebuild)"
    case .notAnIndex(let path):
      return "\(path) is not an index file; name a file written by qac-index build"
    case .unsupportedVersion(let path, let got, let expected):
      return
        "\(path) has index format \(got), but this program reads \(expected); make it anew with this "
        + "version: qac-index build --log LOG --out \(path)"
    case .unknownProfile(let path, let got):
      return "\(path) uses the unknown text profile \(got); \(rebuild)"
    case .wrongLength(let path, let got, let expected):
      return "\(path) has \(got) bytes, but its header says \(expected); \(rebuild)"
    case .checksum(let path, let part):
      return "\(path) is damaged: the checksum of the \(part) does not match; \(rebuild)"
    case .malformed(let path, let part, let problem):
      return "\(path) is damaged: \(part): \(problem); \(rebuild)"
    }
  }
}
