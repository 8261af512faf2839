import ArgumentParser

var command: any ParsableCommand
do {
  command = try Sheaf.parseAsRoot()
} catch {
  Ending.refuse(error)
}

do {
  try command.run()
} catch {
  Ending.fail(error)
}
Ending.succeed()
