import Foundation
import Synchronization
import Testing
import Torch

extension TorchTests {
  @Suite struct Tensors {
    @Test func keepsElementsOfEveryType() throws {
      let values: [Float] = [0, 1, 2, 3, 4, 5]
      for type in ScalarType.allCases where type != .bool {
        let tensor = try Tensor.copying(values, shape: [2, 3]).to(type)
        #expect(try tensor.scalarType() == type)
        #expect(tensor.shape == [2, 3])
        #expect(try tensor.floats() == values)
      }
      #expect(try Tensor.copying([Int64(1) << 40, -3], shape: [2]).array(of: Int64.self) == [1 << 40, -3])
      #expect(try Tensor.copying([Float](), shape: [0, 4]).floats() == [])
    }

    @Test func viewsShareMemoryAndCopiesDoNot() throws {
      let tensor = try Tensor.zeros([2, 3])
      try tensor.narrowed(1, 1..<2).fill(7)
      #expect(try tensor.floats() == [0, 7, 0, 0, 7, 0])
      let copy = try tensor.clone()
      try copy.fill(1)
      #expect(try tensor.floats() == [0, 7, 0, 0, 7, 0])
      try tensor.withUnsafeElements { (elements: UnsafeMutableBufferPointer<Float>) in elements[5] = 9 }
      #expect(try tensor.floats() == [0, 7, 0, 0, 7, 9])
      try tensor.set([Float](repeating: 2, count: 6))
      #expect(try tensor.sum().item() == 12)
    }

    @Test func readsElementsOfAnyLayoutInCOrder() throws {
      let planar = try Tensor.example([2, 3, 2, 2, 2])
      let channelsLast = try planar.arranged(.channelsLast)
      #expect(try channelsLast.floats() == planar.floats())
      #expect(throws: TorchError.self) { try channelsLast.withUnsafeBytes { _ in } }
    }

    @Test func givesBackEveryTensor() throws {
      let before = LibTorch.liveTensorCount
      try {
        let a = try Tensor.example([4])
        try a.requireGradient()
        let loss = try a.multiplied(by: a).sum()
        try loss.backward()
        #expect(try a.gradient() != nil)
        #expect(LibTorch.liveTensorCount > before)
        #expect(throws: TorchError.self) { try a.adding(Tensor.zeros([3])) }
      }()
      #expect(LibTorch.liveTensorCount == before)
    }

    @Test func namesTheKindOfFailure() throws {
      func kind(_ body: () throws -> Void) -> TorchError.Kind? {
        do {
          try body()
          return nil
        } catch let error as TorchError {
          #expect(!error.message.contains("\n") && error.message.count > 20)
          return error.kind
        } catch {
          return nil
        }
      }
      let small = try Tensor.zeros([2, 3])
      #expect(kind { _ = try small.adding(Tensor.zeros([2, 4])) } == .invalidArgument)
      #expect(kind { _ = try Tensor.copying([Float(1)], shape: [2]) } == .invalidArgument)
      #expect(kind { _ = try Tensor.zeros([1 << 40, 1 << 40]) } == .invalidArgument)
      #expect(kind { _ = try Tensor.zeros([-1]) } == .invalidArgument)
      // An axis that does not exist is an IndexError of libtorch's.
      #expect(kind { _ = try small.narrowed(7, 0..<1) } == .invalidArgument)
      // A wrong shape found by an operator of ours.
      #expect(kind { _ = try Losses.segmentation(logits: small, labels: small, mask: small) } == .invalidArgument)
      #expect(kind { _ = try Tensor.zeros([1 << 30, 1 << 20]) } == .outOfMemory)
      #expect(kind { _ = try Tensor.uninitialized([1 << 50], type: .uint8).clone() } == .outOfMemory)
      #expect(kind { _ = try small.to(.int32).softmax(axis: 0) } == .unsupported)
      #expect(kind { _ = try Tensor.zeros([1], device: Device("toaster")) } == .device)
      #expect(kind { _ = try small.to(Device("cuda:99")) } == .device)
      #expect(kind { try NCCL.load(library: "/nonexistent/libnccl.so.2") } == .device)
      #expect(kind { _ = try ScriptModule(path: fixture("two-classes.ts")).forward(.zeros([4])) } == .script)
      #expect(kind { _ = try ScriptModule(path: "/nonexistent.ts") } == .file)
      #expect(kind { _ = try ScriptModule(path: #filePath) } == .file)
      #expect(!Device("toaster").isAvailable && Device.cpu.isAvailable)
    }

    @Test func knowsTheLoadedLibrary() throws {
      #expect(LibTorch.loadedVersion == LibTorch.compiledVersion.prefix { $0 != "+" })
      let directory = try #require(LibTorch.directory)
      #expect(FileManager.default.fileExists(atPath: directory + "libtorch_cpu.so"))
      let hasCUDA = FileManager.default.fileExists(atPath: directory + "libtorch_cuda.so")
      #expect(try LibTorch.loadCUDA() == hasCUDA)
    }

    @Test func givesEveryThreadTheThreadCount() throws {
      let previous = try LibTorch.threads()
      defer { try? LibTorch.setThreads(previous) }
      for count in [1, 3] {
        try LibTorch.setThreads(count)
        let seen = Mutex(0)
        let done = DispatchSemaphore(value: 0)
        Thread {
          seen.withLock { $0 = (try? LibTorch.threads()) ?? -1 }
          done.signal()
        }.start()
        done.wait()
        #expect(seen.withLock { $0 } == count)
      }
      #expect(throws: TorchError.self) { try LibTorch.setThreads(0) }
    }

    @Test func oneThreadIsForABlockOfTheCallingThreadAlone() throws {
      let previous = try LibTorch.threads()
      defer { try? LibTorch.setThreads(previous) }
      try LibTorch.setThreads(3)
      let elsewhere = Mutex(0)
      let inside = try LibTorch.onOneThread {
        let done = DispatchSemaphore(value: 0)
        Thread {
          elsewhere.withLock { $0 = (try? LibTorch.threads()) ?? -1 }
          done.signal()
        }.start()
        done.wait()
        return try LibTorch.threads()
      }
      #expect(inside == 1)
      #expect(elsewhere.withLock { $0 } == 3)
      #expect(try LibTorch.threads() == 3)
    }

    @Test func switchesGradientsAndPrecisionForABlockOnly() throws {
      let weight = try Tensor.example([2, 1, 3, 3, 3])
      try weight.requireGradient()
      let input = try Tensor.example([1, 1, 4, 4, 4])
      func convolve() throws -> Tensor {
        try input.convolved(weight, bias: nil, stride: [1, 1, 1], padding: [1, 1, 1])
      }
      let silent = try withoutGradients { try convolve().sum() }
      #expect(throws: TorchError.self) { try silent.backward() }
      #expect(try withAutocast(.bfloat16) { try convolve().scalarType() } == .bfloat16)
      #expect(try withAutocast(.float32) { try convolve().scalarType() } == .float32)
      #expect(try convolve().scalarType() == .float32)
      #expect(throws: TorchError.self) { try withAutocast(.bfloat16) { throw TorchError(.other, "left early") } }
      #expect(try convolve().scalarType() == .float32)
      try convolve().sum().backward()
      #expect(try weight.gradient()?.scalarType() == .float32)
    }

    @Test func runsTorchScriptModules() throws {
      let input = try Tensor.example([1, 1, 2, 2, 2])
      let classes = try ScriptModule(path: fixture("two-classes.ts")).forward(input)
      #expect(classes.shape == [1, 2, 2, 2, 2])
      #expect(try classes.narrowed(1, 1..<2).floats() == input.scaled(by: 2).floats())
      let several = try ScriptModule(path: fixture("several.ts")).forward(input)
      #expect(try several.floats() == input.scaled(by: 1, adding: 1).floats())
    }
  }
}
