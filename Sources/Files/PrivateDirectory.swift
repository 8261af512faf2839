/// The hidden directory inside an output that holds what Sheaf itself needs: journals, settings, statistics, contents.
package enum PrivateDirectory {
  package static let name = ".sheaf"

  package static func path(in output: String) -> String { joinPath(output, name) }
}
