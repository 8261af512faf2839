import Files
import MPI
import Torch

/// Turns the gradients of a bucket into their sums over all ranks. Used by the communication thread alone, but for
/// `finish`, which the training thread calls while the communication thread is idle.
///
/// When may a reduction read a gradient, and when may others read the sums? On the CPU an operator has done its work
/// when it returns, so a reported bucket is there, and a reduction that has returned is done. On a GPU
/// operators are only queued, so both need an order of their own:
///
/// 1. Forward pass, backward pass, clipping and the optimiser run on one stream, that of the operators. The hook that
///    reports a bucket marks the point in that stream after which its gradients are computed (an event).
/// 2. The reduction runs on a second stream, which first waits for that event: it never reads gradients too early, and
///    what the backward pass queues later runs beside it.
/// 3. `finish` lets the host wait until the second stream is done. Only then does the training thread queue what reads
///    the sums, so it cannot come too early. The host loses nothing: it has waited for the loss before.
/// 4. The next step's gradients are set to zero on the first stream after that, so no reduction of this step can read
///    them, and an event is recorded again only when nothing waits for it any more.
protocol BucketReduction: AnyObject {
  func reduce(_ bucket: Int, of buckets: GradientBuckets) throws

  /// Returns when all sums are there.
  func finish() throws
}

extension Communicator {
  /// Sums once all ranks have come. Until then this sleeps: MPI's own waiting spins, on a core that the backward pass of
  /// this rank could use, and no two ranks are equally quick.
  fileprivate func allReduceWhenAllHaveCome(_ elements: UnsafeMutableBufferPointer<Float>) throws {
    try barrier()
    try allReduce(elements, .sum)
  }
}

/// On the CPU: MPI sums the gradients where they are.
final class DirectReduction: BucketReduction {
  private let communicator: Communicator

  init(_ communicator: Communicator) { self.communicator = communicator }

  func reduce(_ bucket: Int, of buckets: GradientBuckets) throws {
    try buckets.withElements(of: bucket) { try communicator.allReduceWhenAllHaveCome($0) }
  }

  func finish() {}
}

/// For any device: copies gradients to page-locked host memory, has MPI sum them there, and copies the sums back.
///
/// MPI libraries that take device memory are not relied upon: they stage it too, and more slowly than this.
final class StagedReduction: BucketReduction {
  private let communicator: Communicator
  private let stream: DeviceStream
  private let staging: Tensor

  init(_ communicator: Communicator, buckets: GradientBuckets, device: Device) throws {
    self.communicator = communicator
    stream = try DeviceStream(device)
    staging = try .hostBuffer(count: buckets.ranges.map(\.count).max() ?? 0, for: device)
  }

  func reduce(_ bucket: Int, of buckets: GradientBuckets) throws {
    let gradients = try buckets.gradients(of: bucket)
    let host = try staging.narrowed(0, 0..<gradients.count)
    try stream.wait(for: bucket, of: buckets)
    try stream.copy(gradients, to: host)
    try stream.synchronize()
    try host.withUnsafeElements { (elements: UnsafeMutableBufferPointer<Float>) in
      try communicator.allReduceWhenAllHaveCome(elements)
    }
    try stream.copy(host, to: gradients)
    // The staging memory is overwritten by the next bucket.
    try stream.synchronize()
  }

  func finish() {}
}

/// With one GPU per rank: NCCL sums the gradients from GPU to GPU.
///
/// NCCL sums in an order that depends on the cards and how they are connected, but gives every rank the same bits.
final class NCCLReduction: BucketReduction {
  private let nccl: NCCL
  private let stream: DeviceStream
  private let rank: Int

  /// Collective.
  ///
  /// - Parameter library: path of the NCCL library; nil for the standard one.
  /// - Throws: on every rank a `Fault` that names the rank which could not connect.
  init(_ communicator: Communicator, library: String?, device: Device) throws {
    rank = communicator.rank
    let (ranks, rank) = (communicator.size, communicator.rank)
    func explained<Value>(_ join: () throws -> Value) throws -> Value {
      do { return try join() } catch {
        throw Fault.io(
          "rank \(rank) on \(device) of \(hostName()) cannot join the others: \(error); give --set reduction=mpi")
      }
    }
    let identifier = try communicator.rootOnly { try explained { try NCCL.identifier(library: library) } }
    nccl = try communicator.everyRank {
      try explained {
        try NCCL(library: library, identifier: identifier, ranks: ranks, rank: rank, device: device)
      }
    }
    stream = try communicator.everyRank { try DeviceStream(device) }
  }

  func reduce(_ bucket: Int, of buckets: GradientBuckets) throws {
    try stream.wait(for: bucket, of: buckets)
    try explained { try nccl.allReduce(buckets.gradients(of: bucket), on: stream) }
  }

  func finish() throws { try explained { try nccl.wait(for: stream) } }

  private func explained(_ body: () throws -> Void) throws {
    do { try body() } catch {
      throw Fault.io(
        "rank \(rank) cannot sum gradients over the ranks: \(error); run the same command to resume from the last "
          + "checkpoint, or give --set reduction=mpi")
    }
  }
}
