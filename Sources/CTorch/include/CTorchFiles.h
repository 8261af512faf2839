#ifndef SHEAF_CTORCH_FILES_H
#define SHEAF_CTORCH_FILES_H

// TorchScript modules, and the zip archives in which PyTorch keeps checkpoints.

#include "CTorchTensors.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTorchModule CTorchModule;
typedef struct CTorchArchiveReader CTorchArchiveReader;
typedef struct CTorchArchiveWriter CTorchArchiveWriter;

// MARK: TorchScript

CTorchStatus ctorch_module_load(const char *path, const char *device, CTorchModule **out);
/// Runs `forward(input)`. Of a tuple or list the first tensor is returned.
CTorchStatus ctorch_module_forward(CTorchModule *module, const CTorchTensor *input, CTorchTensor **out);
/// Counts the parameters that have infinite values or NaN, and writes the name of the first.
CTorchStatus ctorch_module_not_finite(CTorchModule *module, int32_t *count, char *name, size_t capacity);
void ctorch_module_free(CTorchModule *module);

// MARK: Archives (zip files of torch.save and TorchScript: named records)

CTorchStatus ctorch_archive_open(const char *path, CTorchArchiveReader **out);
void ctorch_archive_close(CTorchArchiveReader *archive);
CTorchStatus ctorch_archive_has(CTorchArchiveReader *archive, const char *record, int32_t *has);
/// The size that the archive claims for a record.
CTorchStatus ctorch_archive_size(CTorchArchiveReader *archive, const char *record, uint64_t *byte_count);
/// Reads a record of exactly `byte_count` bytes. As in PyTorch, its checksum is not verified.
CTorchStatus ctorch_archive_read(CTorchArchiveReader *archive, const char *record, void *bytes, size_t byte_count);

/// Takes the next bytes of an archive; any result but zero means that it cannot, and it is not called again.
typedef int32_t (*CTorchArchiveCallback)(void *context, const void *bytes, size_t byte_count);
CTorchStatus ctorch_archive_create(CTorchArchiveCallback callback, void *context, CTorchArchiveWriter **out);
CTorchStatus ctorch_archive_write(CTorchArchiveWriter *archive, const char *record, const void *bytes,
                                  size_t byte_count);
CTorchStatus ctorch_archive_finish(CTorchArchiveWriter *archive);
void ctorch_archive_free(CTorchArchiveWriter *archive);

#ifdef __cplusplus
}
#endif

#endif
