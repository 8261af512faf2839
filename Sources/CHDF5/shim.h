#pragma once
#include <hdf5.h>
#include <string.h>

// What Swift cannot use itself: macros with casts or calls inside, and names whose meaning depends on the version.

/// Once, before anything else: without it the library closes itself while other threads may still be reading.
static inline void sheaf_hdf5_prepare(void) {
  H5dont_atexit();
  H5open();
}

/// Errors of the calling thread are kept, not printed.
static inline void sheaf_hdf5_keep_errors(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

typedef struct {
  char text[256];
} sheaf_hdf5_message;

static inline herr_t sheaf_hdf5_first_message(unsigned number, const H5E_error2_t *error, void *user) {
  (void)number;
  sheaf_hdf5_message *message = (sheaf_hdf5_message *)user;
  if (message->text[0] == 0 && error->desc) strncpy(message->text, error->desc, sizeof message->text - 1);
  return 0;
}

/// What the innermost function said about the last failure; the outer ones mostly repeat it in other words.
static inline sheaf_hdf5_message sheaf_hdf5_last_message(void) {
  sheaf_hdf5_message message = {{0}};
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, sheaf_hdf5_first_message, &message);
  return message;
}

static inline hid_t sheaf_hdf5_open_file(const char *path, hid_t access) {
  return H5Fopen(path, H5F_ACC_RDONLY, access);
}

static inline herr_t sheaf_hdf5_follow_nothing(const char *file, const char *group, const char *target,
                                               const char *object, unsigned *flags, hid_t access, void *user) {
  (void)file;
  (void)group;
  (void)target;
  (void)object;
  (void)flags;
  (void)access;
  (void)user;
  return -1;
}

/// How links are followed: never into another file.
static inline hid_t sheaf_hdf5_link_access(void) {
  hid_t access = H5Pcreate(H5P_LINK_ACCESS);
  if (access >= 0) H5Pset_elink_cb(access, sheaf_hdf5_follow_nothing, NULL);
  return access;
}

enum {
  SHEAF_HDF5_LINK_DAMAGED = -1,
  SHEAF_HDF5_LINK_ABSENT = 0,
  SHEAF_HDF5_LINK_INSIDE = 1,
  SHEAF_HDF5_LINK_OUTSIDE = 2
};

/// A file's name and the path of an object in it.
typedef struct {
  char file[4096];
  char object[1024];
} sheaf_hdf5_target;

/// What the last component of `path` is; for a link into another file, `target` gets what it names.
static inline int sheaf_hdf5_link(hid_t file, const char *path, hid_t access, sheaf_hdf5_target *target) {
  htri_t exists = H5Lexists(file, path, access);
  if (exists <= 0) return exists < 0 ? SHEAF_HDF5_LINK_DAMAGED : SHEAF_HDF5_LINK_ABSENT;
  H5L_info_t information;
  if (H5Lget_info(file, path, &information, access) < 0) return SHEAF_HDF5_LINK_DAMAGED;
  if (information.type == H5L_TYPE_HARD || information.type == H5L_TYPE_SOFT) return SHEAF_HDF5_LINK_INSIDE;
  char value[sizeof *target];
  const char *name = NULL, *object = NULL;
  if (information.type == H5L_TYPE_EXTERNAL && information.u.val_size <= sizeof value &&
      H5Lget_val(file, path, value, sizeof value, access) >= 0 &&
      H5Lunpack_elink_val(value, information.u.val_size, NULL, &name, &object) >= 0) {
    strncpy(target->file, name, sizeof target->file - 1);
    strncpy(target->object, object, sizeof target->object - 1);
  }
  return SHEAF_HDF5_LINK_OUTSIDE;
}

/// Called with a name and whether a dataset has it; other than 0 ends the listing.
typedef int (*sheaf_hdf5_visitor)(const char *name, int is_dataset, void *user);

typedef struct {
  sheaf_hdf5_visitor visitor;
  void *user;
} sheaf_hdf5_visit;

static inline herr_t sheaf_hdf5_visit_link(hid_t group, const char *name, const H5L_info_t *information, void *user) {
  (void)group;
  (void)information;
  sheaf_hdf5_visit *visit = (sheaf_hdf5_visit *)user;
  return visit->visitor(name, 0, visit->user);
}

/// The names in a group, its own only.
static inline herr_t sheaf_hdf5_list(hid_t group, sheaf_hdf5_visitor visitor, void *user) {
  sheaf_hdf5_visit visit = {visitor, user};
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, sheaf_hdf5_visit_link, &visit);
}

static inline herr_t sheaf_hdf5_visit_object(hid_t group, const char *name, const H5O_info_t *information, void *user) {
  (void)group;
  sheaf_hdf5_visit *visit = (sheaf_hdf5_visit *)user;
  return visit->visitor(name, information->type == H5O_TYPE_DATASET, visit->user);
}

/// The paths of everything below a group, each object once, in order of names.
static inline herr_t sheaf_hdf5_walk(hid_t group, sheaf_hdf5_visitor visitor, void *user) {
  sheaf_hdf5_visit visit = {visitor, user};
#if H5_VERSION_GE(1, 12, 0)
  return H5Ovisit3(group, H5_INDEX_NAME, H5_ITER_INC, sheaf_hdf5_visit_object, &visit, H5O_INFO_BASIC);
#else
  return H5Ovisit(group, H5_INDEX_NAME, H5_ITER_INC, sheaf_hdf5_visit_object, &visit);
#endif
}

/// A string of variable length as it stands in the file: its length, and the number of an object in the collection of
/// the global heap at an address (HDF5 File Format Specification, III.E and IV.A.2.d).
typedef struct {
  uint32_t length;
  uint64_t address;
  uint32_t index;
} sheaf_hdf5_reference;

/// Leaves a reference as it is, where the library would follow it. HDF5 1.10 follows it without a look at the index or
/// the size of the object, and so crashes on damaged files.
static inline herr_t sheaf_hdf5_keep_reference(hid_t from, hid_t to, H5T_cdata_t *state, size_t count, size_t stride,
                                               size_t background_stride, void *buffer, void *background,
                                               hid_t transfer) {
  (void)count;
  (void)stride;
  (void)background_stride;
  (void)buffer;
  (void)background;
  (void)transfer;
  if (state->command != H5T_CONV_INIT) return 0;
  state->need_bkg = H5T_BKG_NO;
  return H5Tis_variable_str(from) > 0 && H5Tget_class(to) == H5T_OPAQUE && H5Tget_size(to) == 16 ? 0 : -1;
}

/// At most this many strings of variable length are read from one attribute.
enum { SHEAF_HDF5_MOST_TEXTS = 32 };

/// Reads the references of an attribute of `count` strings of variable length.
static inline int sheaf_hdf5_read_references(hid_t attribute, hid_t type, sheaf_hdf5_reference *references,
                                             size_t count) {
  static hid_t opaque = H5I_INVALID_HID;
  if (opaque < 0) {
    opaque = H5Tcreate(H5T_OPAQUE, 16);
    if (opaque < 0 || H5Tregister(H5T_PERS_SOFT, "sheaf", type, opaque, sheaf_hdf5_keep_reference) < 0) return -1;
  }
  unsigned char all[64 * SHEAF_HDF5_MOST_TEXTS] = {0};
  if (count > SHEAF_HDF5_MOST_TEXTS || H5Aread(attribute, opaque, all) < 0) return -1;
  for (size_t number = 0; number < count; number++) {
    const unsigned char *bytes = all + 16 * number;
    sheaf_hdf5_reference *reference = references + number;
    reference->length = reference->index = 0;
    reference->address = 0;
    for (int i = 3; i >= 0; i--) reference->length = reference->length << 8 | bytes[i];
    for (int i = 7; i >= 0; i--) reference->address = reference->address << 8 | bytes[4 + i];
    for (int i = 3; i >= 0; i--) reference->index = reference->index << 8 | bytes[12 + i];
  }
  return 0;
}

/// How many bytes addresses have in a file, and where address 0 is in it.
static inline int sheaf_hdf5_addressing(hid_t file, size_t *address_size, uint64_t *base) {
  hid_t creation = H5Fget_create_plist(file);
  if (creation < 0) return -1;
  size_t length_size = 0;
  hsize_t user_block = 0;
  int status = H5Pget_sizes(creation, address_size, &length_size) < 0 || length_size != 8 ||
                       H5Pget_userblock(creation, &user_block) < 0
                   ? -1
                   : 0;
  H5Pclose(creation);
  *base = user_block;
  return status;
}

enum { SHEAF_HDF5_TEXT_ABSENT = -1, SHEAF_HDF5_TEXT_UNREADABLE = -2, SHEAF_HDF5_TEXT_REFERENCE = -3 };

/// Copies a text attribute to `text` and returns its length, or tells why not. An array of strings of one character
/// each, which Imaris writes, is one text; so is a single string. Of a string of variable length only the reference is
/// given.
static inline long sheaf_hdf5_text(hid_t object, const char *name, char *text, size_t limit,
                                   sheaf_hdf5_reference *reference) {
  htri_t exists = H5Aexists(object, name);
  if (exists <= 0) return exists < 0 ? SHEAF_HDF5_TEXT_UNREADABLE : SHEAF_HDF5_TEXT_ABSENT;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) return SHEAF_HDF5_TEXT_UNREADABLE;
  hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  long length = SHEAF_HDF5_TEXT_UNREADABLE;
  hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
  if (type >= 0 && count >= 0 && H5Tget_class(type) == H5T_STRING) {
    size_t size = H5Tget_size(type);
    if (count == 0) {
      length = 0;
    } else if (H5Tis_variable_str(type) > 0) {
      if (count == 1 && sheaf_hdf5_read_references(attribute, type, reference, 1) == 0)
        length = SHEAF_HDF5_TEXT_REFERENCE;
    } else if ((count == 1 || size == 1) && size > 0 && size <= limit && (size_t)count <= limit / size) {
      if (H5Aread(attribute, type, text) >= 0) length = (long)(size * (size_t)count);
    }
  }
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  H5Aclose(attribute);
  return length;
}

/// The references of an attribute that is a list of `count` strings of variable length, as h5py writes the labels of
/// dimensions; -1 when there is no such attribute.
static inline int sheaf_hdf5_texts(hid_t object, const char *name, sheaf_hdf5_reference *references, size_t count) {
  if (H5Aexists(object, name) <= 0) return -1;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) return -1;
  hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  int status = -1;
  if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0 &&
      H5Sget_simple_extent_npoints(space) == (hssize_t)count)
    status = sheaf_hdf5_read_references(attribute, type, references, count);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  H5Aclose(attribute);
  return status;
}

/// Reads an attribute of up to `limit` numbers; returns how many it has, or -1 when there is none, or it is of something
/// else or longer.
static inline int sheaf_hdf5_numbers(hid_t object, const char *name, double *values, int limit) {
  if (H5Aexists(object, name) <= 0) return -1;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute < 0) return -1;
  hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
  hssize_t count = space < 0 ? -1 : H5Sget_simple_extent_npoints(space);
  H5T_class_t kind = type < 0 ? H5T_NO_CLASS : H5Tget_class(type);
  int found = -1;
  if (count > 0 && count <= limit && (kind == H5T_FLOAT || kind == H5T_INTEGER) && H5Tget_size(type) <= 8 &&
      H5Aread(attribute, H5T_NATIVE_DOUBLE, values) >= 0)
    found = (int)count;
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  H5Aclose(attribute);
  return found;
}

/// IEEE 754 half precision, for which not every version of the library has a constant; made once, under the caller's
/// lock of the library.
static inline hid_t sheaf_hdf5_half(H5T_order_t order) {
  static hid_t made[2] = {H5I_INVALID_HID, H5I_INVALID_HID};
  hid_t *type = &made[order == H5T_ORDER_BE];
  if (*type < 0) {
    hid_t half = H5Tcopy(order == H5T_ORDER_BE ? H5T_IEEE_F32BE : H5T_IEEE_F32LE);
    // The fields first: they have to fit before the type can shrink.
    if (half < 0 || H5Tset_fields(half, 15, 10, 5, 0, 10) < 0 || H5Tset_size(half, 2) < 0 || H5Tset_ebias(half, 15) < 0)
      return H5I_INVALID_HID;
    *type = half;
  }
  return *type;
}

/// The standard types of voxels, in the order of Sheaf's `StoredType`, little-endian before big-endian.
static inline hid_t sheaf_hdf5_standard_type(int number) {
  switch (number) {
    case 0: return H5T_STD_U8LE;
    case 1: return H5T_STD_U8BE;
    case 2: return H5T_STD_I8LE;
    case 3: return H5T_STD_I8BE;
    case 4: return H5T_STD_U16LE;
    case 5: return H5T_STD_U16BE;
    case 6: return H5T_STD_I16LE;
    case 7: return H5T_STD_I16BE;
    case 8: return H5T_STD_U32LE;
    case 9: return H5T_STD_U32BE;
    case 10: return H5T_STD_I32LE;
    case 11: return H5T_STD_I32BE;
    case 12: return H5T_STD_U64LE;
    case 13: return H5T_STD_U64BE;
    case 14: return H5T_STD_I64LE;
    case 15: return H5T_STD_I64BE;
    case 16: return H5T_IEEE_F32LE;
    case 17: return H5T_IEEE_F32BE;
    case 18: return H5T_IEEE_F64LE;
    case 19: return H5T_IEEE_F64BE;
    case 20: return sheaf_hdf5_half(H5T_ORDER_LE);
    case 21: return sheaf_hdf5_half(H5T_ORDER_BE);
    default: return H5I_INVALID_HID;
  }
}

/// The number of the standard type that `type` equals, or -1.
static inline int sheaf_hdf5_type_number(hid_t type) {
  for (int number = 0; number < 22; number++)
    if (H5Tequal(type, sheaf_hdf5_standard_type(number)) > 0) return number;
  return -1;
}

enum {
  SHEAF_HDF5_COMPACT = 0,
  SHEAF_HDF5_CONTIGUOUS = 1,
  SHEAF_HDF5_CHUNKED = 2,
  /// Voxels lie in other files.
  SHEAF_HDF5_OUTSIDE = 3,
  SHEAF_HDF5_UNKNOWN = 4
};

static inline int sheaf_hdf5_layout(hid_t creation) {
  switch (H5Pget_layout(creation)) {
    case H5D_COMPACT: return SHEAF_HDF5_COMPACT;
    case H5D_CONTIGUOUS: return H5Pget_external_count(creation) == 0 ? SHEAF_HDF5_CONTIGUOUS : SHEAF_HDF5_OUTSIDE;
    case H5D_CHUNKED: return SHEAF_HDF5_CHUNKED;
    case H5D_VIRTUAL: return SHEAF_HDF5_OUTSIDE;
    default: return SHEAF_HDF5_UNKNOWN;
  }
}

/// Whether chunks that reach beyond the dataset are stored without filters.
static inline int sheaf_hdf5_leaves_edges_unfiltered(hid_t creation) {
  unsigned options = 0;
  return H5Pget_chunk_opts(creation, &options) >= 0 && (options & H5D_CHUNK_DONT_FILTER_PARTIAL_CHUNKS) != 0;
}

typedef struct {
  int identifier;
  /// The first values given to the filter; no known one has more.
  unsigned values[8];
  size_t value_count;
  char name[64];
} sheaf_hdf5_filter;

static inline int sheaf_hdf5_get_filter(hid_t creation, unsigned number, sheaf_hdf5_filter *filter) {
  unsigned flags = 0, configuration = 0;
  size_t room = sizeof filter->values / sizeof *filter->values, count = room;
  memset(filter, 0, sizeof *filter);
  filter->identifier = H5Pget_filter2(creation, number, &flags, &count, filter->values, sizeof filter->name,
                                      filter->name, &configuration);
  filter->name[sizeof filter->name - 1] = 0;
  filter->value_count = count < room ? count : room;
  return filter->identifier;
}

/// The fill value as `type`; zeros where none is defined.
static inline int sheaf_hdf5_fill_value(hid_t creation, hid_t type, void *value) {
  H5D_fill_value_t state = H5D_FILL_VALUE_UNDEFINED;
  memset(value, 0, H5Tget_size(type));
  if (H5Pfill_value_defined(creation, &state) < 0) return -1;
  return state == H5D_FILL_VALUE_UNDEFINED ? 0 : H5Pget_fill_value(creation, type, value);
}

/// Where a contiguous dataset begins in the file; UINT64_MAX when it was never written.
static inline uint64_t sheaf_hdf5_offset(hid_t dataset) {
  haddr_t offset = H5Dget_offset(dataset);
  return offset == HADDR_UNDEF ? UINT64_MAX : (uint64_t)offset;
}

/// Reads a box through the library, with whatever filters it has.
static inline int sheaf_hdf5_read_box(hid_t dataset, hid_t type, const hsize_t *start, const hsize_t *count, int rank,
                                      void *target, sheaf_hdf5_message *message) {
  hid_t space = H5Dget_space(dataset), memory = H5Screate_simple(rank, count, NULL);
  int status = space < 0 || memory < 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) < 0
                   ? -1
                   : H5Dread(dataset, type, memory, space, H5P_DEFAULT, target);
  // Closing something would forget what went wrong.
  if (status < 0) *message = sheaf_hdf5_last_message();
  if (memory >= 0) H5Sclose(memory);
  if (space >= 0) H5Sclose(space);
  return status;
}
