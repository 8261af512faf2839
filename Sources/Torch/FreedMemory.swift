import CTorch

extension LibTorch {
  /// Lets the allocator keep the memory of freed tensors for the next ones.
  ///
  /// By default the C library maps every large tensor afresh and gives it back when it is freed, so each pass of a
  /// network pays for zeroing its memory again: a third of a training step at 48³ was spent there. Call it before the
  /// first tensor is made; where the C library has no such setting it does nothing.
  package static func keepFreedMemory() { ctorch_keep_freed_memory() }

  /// Undoes `keepFreedMemory` and gives what was kept back to the system, for work that needs little memory of its own
  /// and must stay within a limit.
  package static func returnFreedMemory() { ctorch_return_freed_memory() }
}
