import Files
import VolumeFormats

/// Two directories of equally named volumes, in any formats.
package struct PairDirectories {
  let first: VolumeNames
  let second: VolumeNames
  let roles: PairRoles
  /// Which of several channels in files of their own to take; nil when nobody has said it.
  let channel: Int?

  /// - Throws: as `VolumeNames.init`.
  package init(_ first: String, _ second: String, _ roles: PairRoles, channel: Int?) throws {
    self.first = try VolumeNames(first)
    self.second = try VolumeNames(second)
    self.roles = roles
    self.channel = channel
  }

  /// A volume of the first directory, and the number of its channel where the name ends in one as nnU-Net writes it.
  private struct Candidate {
    let name: String
    let stem: String
    let channel: Int?
  }

  /// Each volume of the first directory with the one of the same stem in the second. nnU-Net numbers the channels of an
  /// image in files of their own (`case_0000`, `case_0001`): labels carry no number, and one channel is taken.
  ///
  /// - Throws: `Fault.badData` when a volume has no partner, two have the same, or a choice of channel is missing.
  package func pairs() throws -> PairListing {
    let partners = try second.byStem()
    _ = try first.byStem()
    var groups: [(partner: String, candidates: [Candidate])] = []
    for entry in first.volumes {
      let numbered = numberedChannel(ofStem: entry.stem)
      let candidate: Candidate
      let partner: String
      if let exact = partners[entry.stem] {
        (partner, candidate) = (exact, Candidate(name: entry.name, stem: entry.stem, channel: nil))
      } else if let numbered, let found = partners[numbered.stem] {
        partner = found
        candidate = Candidate(name: entry.name, stem: numbered.stem, channel: numbered.channel)
      } else {
        throw noPartner(entry, numbered?.stem)
      }
      if let index = groups.firstIndex(where: { $0.partner == partner }) {
        groups[index].candidates.append(candidate)
      } else {
        groups.append((partner, [candidate]))
      }
    }
    let pairs = try groups.map { group in
      let chosen = try choice(among: group.candidates, partner: group.partner)
      return VolumePair(
        name: chosen.stem, first: VolumePair.Member(joinPath(first.directory, chosen.name)),
        second: VolumePair.Member(joinPath(second.directory, group.partner)))
    }
    return PairListing(pairs, notes: notes(used: Set(groups.map(\.partner))))
  }

  /// The one volume for a partner.
  private func choice(among candidates: [Candidate], partner: String) throws -> Candidate {
    let names = enumerated(candidates.map(\.name))
    guard candidates.count == 1 || candidates.allSatisfy({ $0.channel != nil }) else {
      throw Fault.badData(
        "\(first.directory) has \(names) for one \(roles.second), \(partner): expected one \(roles.first) for each \(roles.second)"
      )
    }
    guard let only = candidates.first, only.channel != nil else { return candidates[0] }
    if let channel {
      guard let chosen = candidates.first(where: { $0.channel == channel }) else {
        throw Fault.badData(
          "\(first.directory) has no channel \(channel) of \(only.stem): found \(names), whose last number is the channel"
        )
      }
      return chosen
    }
    if candidates.count == 1, only.channel == 0 { return only }
    throw Fault.badData(
      "\(first.directory) has \(candidates.count == 1 ? "channel \(only.channel!) of \(only.stem) alone" : "\(candidates.count) channels of \(only.stem)"), each in a file of its own as nnU-Net names them (\(names)): say with --channel which one to take"
    )
  }

  private func noPartner(_ entry: VolumeNames.Entry, _ bare: String?) -> Fault {
    let wanted = bare.map { "\(entry.stem), or \($0) if its last number is that of a channel," } ?? entry.stem
    let near = nearestNames(to: bare ?? entry.stem, among: second.volumes.map(\.stem))
    let found =
      second.volumes.isEmpty
      ? "found no volume" + (second.strays.isEmpty ? "" : " but \(enumerated(second.strays))")
      : "found \(enumerated(second.volumes.map(\.name)))" + (near.isEmpty ? "" : "; did you mean \(near[0])?")
    return Fault.badData(
      "\(joinPath(first.directory, entry.name)) has no \(roles.second): expected a volume named \(wanted) in \(second.directory), \(found)"
    )
  }

  private func notes(used: Set<String>) -> [String] {
    var notes: [String] = []
    let strays = [first, second].flatMap { names in names.strays.map { "\(lastName(names.directory))/\($0)" } }
    if !strays.isEmpty { notes.append("passed over, since they are no volumes: \(enumerated(strays))") }
    let unused = second.volumes.map(\.name).filter { !used.contains($0) }
    if !unused.isEmpty {
      notes.append(
        "passed over, since there is no \(roles.first) for them: \(enumerated(unused)) in \(second.directory)")
    }
    return notes
  }

  private func lastName(_ path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }
}
