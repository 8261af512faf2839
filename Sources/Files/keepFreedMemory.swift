import CLinux

/// Has the allocator keep the memory that is freed for what is allocated next, instead of giving it back to the system and
/// taking new pages one by one: for commands that fill tables of tens of megabytes again and again. For the process as a
/// whole; its threads then share one heap.
package func keepFreedMemory() { sheaf_keep_freed_memory() }
