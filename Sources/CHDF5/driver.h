#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <hdf5.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

// A virtual file driver (HDF5's virtual file layer) that reads by pread and can say where a chunk is instead of reading
// it. HDF5 1.10 has no quick way to ask for the place of a chunk: H5Dget_chunk_info_by_coord goes through all chunks.
// H5Dread_chunk finds one in its index, but then reads it while every other thread waits for the library. With this
// driver that last read is noted and left to the caller, who can make it on any thread. What the driver sees are
// offsets in the file, a user block counted in.

typedef struct {
  H5FD_t public_part;
  int descriptor;
  haddr_t end_of_addresses;
  haddr_t end_of_file;
  dev_t device;
  ino_t inode;
  /// Bytes of a length in this file.
  unsigned length_size;
  /// While 1, raw data is not read but noted here; while 2, reading it fails.
  int noting;
  int noted;
  haddr_t noted_offset;
  size_t noted_size;
} sheaf_hdf5_file;

/// Bytes of a length, as the superblock says (HDF5 File Format Specification, II.A), which is at 0 or behind a user block
/// of 512 bytes or a power of two times as many; 8 where there is none.
static inline unsigned sheaf_hdf5_length_size(int descriptor, off_t size) {
  unsigned char head[16];
  for (off_t start = 0; size - start >= (off_t)sizeof head; start = start == 0 ? 512 : 2 * start) {
    if (pread(descriptor, head, sizeof head, start) != (ssize_t)sizeof head) break;
    if (memcmp(head, "\211HDF\r\n\032\n", 8) == 0) return head[8] < 2 ? head[14] : head[10];
  }
  return 8;
}

/// The library goes through the free space of a group's heap of names and remembers every piece of it, for ever where
/// the list of them comes back to itself. Who only reads needs none of it: in a heap's header (III.D), which `bytes`
/// may be, the list becomes the empty one.
static inline void sheaf_hdf5_forget_free_space(const sheaf_hdf5_file *file, char *bytes, size_t size) {
  size_t head = 8 + file->length_size;
  if (size <= head + file->length_size || memcmp(bytes, "HEAP", 4) != 0) return;
  memset(bytes + head, 0, file->length_size);
  bytes[head] = 1;
}

static inline H5FD_t *sheaf_hdf5_driver_open(const char *name, unsigned flags, hid_t access, haddr_t largest_address) {
  (void)access;
  (void)largest_address;
  if (flags & (H5F_ACC_RDWR | H5F_ACC_TRUNC | H5F_ACC_CREAT)) return NULL;
  int descriptor = open(name, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  struct stat status;
  sheaf_hdf5_file *file = fstat(descriptor, &status) == 0 ? (sheaf_hdf5_file *)calloc(1, sizeof *file) : NULL;
  if (!file) {
    close(descriptor);
    return NULL;
  }
  file->descriptor = descriptor;
  file->end_of_file = (haddr_t)status.st_size;
  file->length_size = sheaf_hdf5_length_size(descriptor, status.st_size);
  file->device = status.st_dev;
  file->inode = status.st_ino;
  return &file->public_part;
}

static inline herr_t sheaf_hdf5_driver_close(H5FD_t *any) {
  sheaf_hdf5_file *file = (sheaf_hdf5_file *)any;
  close(file->descriptor);
  free(file);
  return 0;
}

static inline int sheaf_hdf5_driver_compare(const H5FD_t *any, const H5FD_t *other) {
  const sheaf_hdf5_file *a = (const sheaf_hdf5_file *)any, *b = (const sheaf_hdf5_file *)other;
  if (a->device != b->device) return a->device < b->device ? -1 : 1;
  if (a->inode != b->inode) return a->inode < b->inode ? -1 : 1;
  return 0;
}

static inline herr_t sheaf_hdf5_driver_query(const H5FD_t *any, unsigned long *flags) {
  (void)any;
  // None of the library's own buffers between it and the file: what it asks for is what is read.
  *flags = 0;
  return 0;
}

static inline haddr_t sheaf_hdf5_driver_end_of_addresses(const H5FD_t *any, H5FD_mem_t type) {
  (void)type;
  return ((const sheaf_hdf5_file *)any)->end_of_addresses;
}

static inline herr_t sheaf_hdf5_driver_set_end_of_addresses(H5FD_t *any, H5FD_mem_t type, haddr_t address) {
  (void)type;
  ((sheaf_hdf5_file *)any)->end_of_addresses = address;
  return 0;
}

static inline haddr_t sheaf_hdf5_driver_end_of_file(const H5FD_t *any, H5FD_mem_t type) {
  (void)type;
  return ((const sheaf_hdf5_file *)any)->end_of_file;
}

static inline herr_t sheaf_hdf5_driver_handle(H5FD_t *any, hid_t access, void **handle) {
  (void)access;
  *handle = any;
  return 0;
}

static inline herr_t sheaf_hdf5_driver_read(H5FD_t *any, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                                            void *buffer) {
  (void)transfer;
  sheaf_hdf5_file *file = (sheaf_hdf5_file *)any;
  if (address > file->end_of_file || size > file->end_of_file - address) return -1;
  if (file->noting && type == H5FD_MEM_DRAW) {
    if (file->noting == 2) return -1;
    file->noted += 1;
    file->noted_offset = address;
    file->noted_size = size;
    return 0;
  }
  char *target = (char *)buffer;
  size_t done = 0;
  while (done < size) {
    ssize_t count = pread(file->descriptor, target + done, size - done, (off_t)(address + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    done += (size_t)count;
  }
  if (type == H5FD_MEM_LHEAP) sheaf_hdf5_forget_free_space(file, target, size);
  return 0;
}

static inline herr_t sheaf_hdf5_driver_write(H5FD_t *any, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size,
                                             const void *buffer) {
  (void)any;
  (void)type;
  (void)transfer;
  (void)address;
  (void)size;
  (void)buffer;
  return -1;
}

static const H5FD_class_t sheaf_hdf5_driver_class = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    // From the range that HDF5 leaves to drivers nobody registered.
    .value = (H5FD_class_value_t)300,
#endif
    .name = "sheaf",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_STRONG,
    .open = sheaf_hdf5_driver_open,
    .close = sheaf_hdf5_driver_close,
    .cmp = sheaf_hdf5_driver_compare,
    .query = sheaf_hdf5_driver_query,
    .get_eoa = sheaf_hdf5_driver_end_of_addresses,
    .set_eoa = sheaf_hdf5_driver_set_end_of_addresses,
    .get_eof = sheaf_hdf5_driver_end_of_file,
    .get_handle = sheaf_hdf5_driver_handle,
    .read = sheaf_hdf5_driver_read,
    .write = sheaf_hdf5_driver_write,
    .fl_map = H5FD_FLMAP_SINGLE,
};

/// A file access property list that opens files by this driver, without the library's cache of chunks: a chunk that was
/// never written would look like one that was, once it is in there.
static inline hid_t sheaf_hdf5_file_access(void) {
  static hid_t driver = H5I_INVALID_HID;
  if (driver < 0) driver = H5FDregister(&sheaf_hdf5_driver_class);
  hid_t access = driver < 0 ? H5I_INVALID_HID : H5Pcreate(H5P_FILE_ACCESS);
  if (access >= 0 && (H5Pset_driver(access, driver, NULL) < 0 || H5Pset_cache(access, 0, 1, 0, 0) < 0)) {
    H5Pclose(access);
    return H5I_INVALID_HID;
  }
  return access;
}

/// Where one chunk lies in the file.
typedef struct {
  uint64_t offset;
  /// Zero when the chunk was never written.
  uint64_t size;
  /// Bit i tells that filter i was left out for this chunk.
  uint32_t filter_mask;
} sheaf_hdf5_chunk;

/// Whether the element at `position` reads as the fill value without anything being read, which is how a chunk that was
/// never written differs from one whose index is damaged. `type` is the dataset's own, of at most 16 bytes.
static inline int sheaf_hdf5_is_absent(sheaf_hdf5_file *own, hid_t dataset, hid_t type, const hsize_t *position) {
  char element[16];
  hsize_t ones[H5S_MAX_RANK];
  for (int axis = 0; axis < H5S_MAX_RANK; axis++) ones[axis] = 1;
  hid_t space = H5Dget_space(dataset), one = H5Screate(H5S_SCALAR);
  own->noting = 2;
  int is_read = space >= 0 && one >= 0 && H5Tget_size(type) <= sizeof element &&
                H5Sselect_hyperslab(space, H5S_SELECT_SET, position, NULL, ones, NULL) >= 0 &&
                H5Dread(dataset, type, one, space, H5P_DEFAULT, element) >= 0;
  own->noting = 0;
  if (one >= 0) H5Sclose(one);
  if (space >= 0) H5Sclose(space);
  return is_read;
}

/// Finds the chunk whose first element is `position`; below zero when its index is damaged.
static inline int sheaf_hdf5_find_chunk(hid_t file, hid_t dataset, hid_t type, const hsize_t *position,
                                        sheaf_hdf5_chunk *chunk) {
  chunk->offset = chunk->size = chunk->filter_mask = 0;
  void *handle = NULL;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || !handle) return -1;
  sheaf_hdf5_file *own = (sheaf_hdf5_file *)handle;
  hsize_t size = 0;
  if (H5Dget_chunk_storage_size(dataset, position, &size) < 0 || size == 0)
    return sheaf_hdf5_is_absent(own, dataset, type, position) ? 0 : -1;
  char nothing = 0;
  own->noted = 0;
  own->noting = 1;
  herr_t status = H5Dread_chunk(dataset, H5P_DEFAULT, position, &chunk->filter_mask, &nothing);
  own->noting = 0;
  if (status < 0 || own->noted != 1 || own->noted_size != size) return -1;
  chunk->offset = own->noted_offset;
  chunk->size = size;
  return 0;
}
