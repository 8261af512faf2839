import Foundation

/// Messages that a lone process sends to itself: one FIFO queue per tag.
final class Mailbox: @unchecked Sendable {
  private let condition = NSCondition()
  private var messages: [(tag: Int, data: Data)] = []

  func put(_ data: Data, tag: Int) {
    condition.lock()
    messages.append((tag, data))
    condition.broadcast()
    condition.unlock()
  }

  func takeIfAny(tag: Int) -> Data? {
    condition.lock()
    defer { condition.unlock() }
    return messages.firstIndex { $0.tag == tag }.map { messages.remove(at: $0).data }
  }

  func take(tag: Int) -> Data {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let index = messages.firstIndex(where: { $0.tag == tag }) { return messages.remove(at: index).data }
      condition.wait()
    }
  }
}

extension Communicator.Transport {
  var mailbox: Mailbox {
    guard case .local(let mailbox) = self else { preconditionFailure("only a lone process has a mailbox") }
    return mailbox
  }
}
