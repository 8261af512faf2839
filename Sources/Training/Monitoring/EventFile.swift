import Files
import Foundation

/// One of the event files of a run that TensorBoard shows: `events.out.tfevents.SECONDS.HOST`.
///
/// Each start of a run writes a file of its own. It begins with the step from which on earlier files are out
/// of date, as `SummaryWriter(purge_step:)` of PyTorch does, so that TensorBoard shows one curve however often the run
/// was stopped and resumed. A record that was being written when the run was killed is the last of its file, and
/// TensorBoard leaves it out.
///
/// The file is a row of records (tensorflow/core/lib/io/record_writer.h): a uint64 length, its masked CRC-32C, the
/// data, their masked CRC-32C, all little-endian. The data are `Event` messages (tensorboard/compat/proto/event.proto
/// and summary.proto). Not safe for use from several threads at once.
package final class EventFile {
  package static let namePrefix = "events.out.tfevents."
  package let path: String
  private let handle: FileHandle
  private let now: () -> Double

  /// - Parameters:
  ///   - directory: of the run, which exists.
  ///   - step: the first step that is to come; what earlier files hold of it and later ones is not to be shown.
  ///   - now: seconds since 1970.
  package init(
    inDirectory directory: String, purgingFrom step: Int, now: @escaping () -> Double = { Date().timeIntervalSince1970 }
  ) throws {
    // TensorBoard reads the files in the order of their names, so a later one needs a later name, whatever the clock.
    let earlier = try directoryEntries(directory).compactMap(EventFile.seconds).max() ?? 0
    let padded = zeroPadded(max(Int(now()), earlier + 1), 10)
    let host = hostName().filter { $0.isASCII && $0 != "/" }
    path = joinPath(directory, EventFile.namePrefix + padded + "." + host)
    self.now = now
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Fault.cannotCreate("cannot create \(path): \(systemErrorText())") }
    self.handle = handle
    var version = event(step: 0)
    version.add(3, "brain.Event:2")
    try append(version)
    // SessionLog with the status START.
    var start = ProtobufMessage()
    start.add(1, 1 as UInt64)
    var restart = event(step: step)
    restart.add(7, start)
    try append(restart)
  }

  private static func seconds(_ name: String) -> Int? {
    guard name.hasPrefix(namePrefix) else { return nil }
    return name.dropFirst(namePrefix.count).split(separator: ".").first.flatMap { Int($0) }
  }

  /// Appends one number for each name.
  package func append(step: Int, _ numbers: [(name: String, value: Double)]) throws {
    var summary = ProtobufMessage()
    for (name, number) in numbers {
      var value = ProtobufMessage()
      value.add(1, name)
      value.add(2, Float(number))
      summary.add(1, value)
    }
    var message = event(step: step)
    message.add(5, summary)
    try append(message)
  }

  /// Appends a picture.
  ///
  /// - Parameter png: the whole file.
  package func append(step: Int, name: String, png: Data, width: Int, height: Int) throws {
    var image = ProtobufMessage()
    image.add(1, UInt64(height))
    image.add(2, UInt64(width))
    // Three channels: RGB.
    image.add(3, 3 as UInt64)
    image.add(4, png)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(4, image)
    var summary = ProtobufMessage()
    summary.add(1, value)
    var message = event(step: step)
    message.add(5, summary)
    try append(message)
  }

  /// An event that happens now, without its content.
  private func event(step: Int) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, now())
    message.add(2, UInt64(step))
    return message
  }

  private func append(_ message: ProtobufMessage) throws {
    var record = Data()
    func add<Number: FixedWidthInteger>(_ number: Number) {
      withUnsafeBytes(of: number.littleEndian) { record.append(contentsOf: $0) }
    }
    add(UInt64(message.bytes.count))
    add(EventFile.masked(crc32c(record)))
    record.append(message.bytes)
    add(EventFile.masked(crc32c(message.bytes)))
    // One write, so that whoever reads along sees whole records.
    do { try handle.write(contentsOf: record) } catch {
      throw Fault.io("cannot append to \(path): \(plainText(of: error))")
    }
  }

  /// The checksum of data that themselves hold checksums (tensorflow/core/lib/hash/crc32c.h).
  private static func masked(_ checksum: UInt32) -> UInt32 { (checksum >> 15 | checksum << 17) &+ 0xa282_ead8 }
}
