/// The hidden directory inside an output for Sheaf's own files: journals, settings, statistics, contents.
package enum PrivateDirectory {
  package static let name = ".sheaf"

  package static func path(in output: String) -> String { joinPath(output, name) }
}
