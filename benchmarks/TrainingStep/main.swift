// Seconds of one pretraining step: masked forward pass, loss, backward pass, clipping, optimiser; the same step as
// benchmarks/peers/train_torch.py performs in PyTorch.
//
// usage: training-step-benchmark TIER EDGE BATCH fp32|bf16 THREADS STEPS   (prints the seconds of each step)

import Architectures
import Files
import Foundation
import Networks
import Torch

let arguments = CommandLine.arguments
guard arguments.count == 7, let tier = Tier(rawValue: arguments[1]), let edge = Int(arguments[2]),
  let batch = Int(arguments[3]), let precision = Precision(rawValue: arguments[4]), let threads = Int(arguments[5]),
  let steps = Int(arguments[6])
else {
  FileHandle.standardError.write(
    Data("usage: training-step-benchmark XS|S|L EDGE BATCH fp32|bf16 THREADS STEPS\n".utf8))
  exit(64)
}

try LibTorch.setThreads(threads)
let autoencoder = try MaskedAutoencoder(tier: tier, seed: 1)
let flat = try FlatParameters(autoencoder.network.trainedParameters(deepSupervision: false))
let buckets = try GradientBuckets(flat) { _ in }
let optimizer = try SGD(flat)
let extent = [edge, edge, edge]
var random = RandomStream(seed: 1)
let voxels = (0..<batch * edge * edge * edge).map { _ in Float(random.normal()) }
let crops = try Tensor.copying(voxels, shape: [batch, 1] + extent)
for step in 0..<steps {
  let hidden = try BlockMask.tensor((0..<batch).map { BlockMask(extent: extent, seed: UInt64(step * batch + $0)) })
  let start = ContinuousClock.now
  try flat.zeroGradients()
  try buckets.arm()
  let loss = try withAutocast(precision) { try autoencoder.loss(crops, hidden: hidden) }
  try loss.backward()
  try buckets.finish()
  _ = try flat.clipGradients(toNorm: 12)
  try optimizer.step(rate: 1e-2)
  let elapsed = ContinuousClock.now - start
  print(Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18)
}
