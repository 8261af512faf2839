import Files
import Foundation

// Gives parsers mutated files and reports every one that ends in anything but data or a sentence.
// usage: fuzz-formats [--seconds N] [--cases N] [--seed N] [--case N] [--only NAME]… [--keep DIRECTORY]

var arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "worker", arguments.count == 7, let entry = entries.first(where: { $0.name == arguments[1] }),
  let seed = UInt64(arguments[2]), let first = Int(arguments[3]), let last = Int(arguments[4]),
  let seconds = Double(arguments[5])
{
  let worker = Worker(entry: entry, seed: seed, numbers: first..<last, seconds: seconds, directory: arguments[6])
  exit(try worker.run())
}

var seconds = 60.0
var cases = 0..<Int.max
var seed = UInt64.random(in: 0..<1_000_000_000)
var names: [String] = []
var keep = ".build/fuzz"
while arguments.count >= 2 {
  let (name, value) = (arguments.removeFirst(), arguments.removeFirst())
  switch (name, Int(value)) {
  case ("--seconds", let number?): seconds = Double(number)
  case ("--cases", let number?): cases = 0..<number
  case ("--case", let number?): cases = number..<(number + 1)
  case ("--seed", let number?): seed = UInt64(number)
  case ("--only", _): names.append(value)
  case ("--keep", _): keep = value
  default:
    say("no such option: \(name) \(value)")
    exit(64)
  }
}
let chosen = entries.filter { names.isEmpty || names.contains($0.name) }
say("seed \(seed)")
var findings = 0
for entry in chosen {
  findings += try Supervisor(seed: seed, seconds: seconds / Double(chosen.count), cases: cases, keep: keep).run(entry)
}
exit(findings == 0 && !chosen.isEmpty ? 0 : 1)
