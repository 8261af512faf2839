// The zip archives in which PyTorch keeps checkpoints, with libtorch's own reader and writer.

#include "CTorchFiles.h"
#include "Shim.hpp"

#include <caffe2/serialize/inline_container.h>

#include <memory>

using namespace sheaf;

struct CTorchArchiveReader {
  caffe2::serialize::PyTorchStreamReader reader;
};

struct CTorchArchiveWriter {
  CTorchArchiveCallback callback;
  void *context;
  /// Nothing more is passed on: the library writes the end of the archive even after a failure.
  bool isEnded = false;
  caffe2::serialize::PyTorchStreamWriter writer;

  CTorchArchiveWriter(CTorchArchiveCallback callback, void *context)
      : callback(callback), context(context), writer([this](const void *bytes, size_t count) -> size_t {
          if (isEnded || this->callback(this->context, bytes, count) == 0) return count;
          isEnded = true;
          return 0;
        }) {}

  ~CTorchArchiveWriter() { isEnded = true; }
};

namespace {

/// Whatever libtorch rejects here is the fault of the file, exhausted memory excepted.
template <typename Body>
CTorchStatus archived(Body &&body) noexcept {
  return guarded([&] {
    try {
      body();
    } catch (const c10::OutOfMemoryError &) {
      throw;
    } catch (const c10::Error &error) {
      throw Failure{CTORCH_FILE, error.what_without_backtrace()};
    } catch (const std::logic_error &error) {
      throw Failure{CTORCH_FILE, error.what()};
    }
  });
}

}  // namespace

CTorchStatus ctorch_archive_open(const char *path, CTorchArchiveReader **out) {
  return archived([&] { *out = new CTorchArchiveReader{caffe2::serialize::PyTorchStreamReader(std::string(path))}; });
}

void ctorch_archive_close(CTorchArchiveReader *archive) { delete archive; }

CTorchStatus ctorch_archive_has(CTorchArchiveReader *archive, const char *record, int32_t *has) {
  return archived([&] { *has = archive->reader.hasRecord(record) ? 1 : 0; });
}

CTorchStatus ctorch_archive_size(CTorchArchiveReader *archive, const char *record, uint64_t *byte_count) {
  return archived([&] { *byte_count = archive->reader.getRecordSize(record); });
}

CTorchStatus ctorch_archive_read(CTorchArchiveReader *archive, const char *record, void *bytes, size_t byte_count) {
  return archived([&] { archive->reader.getRecord(record, bytes, byte_count); });
}

CTorchStatus ctorch_archive_create(CTorchArchiveCallback callback, void *context, CTorchArchiveWriter **out) {
  return archived([&] { *out = new CTorchArchiveWriter(callback, context); });
}

CTorchStatus ctorch_archive_write(CTorchArchiveWriter *archive, const char *record, const void *bytes,
                                  size_t byte_count) {
  return archived([&] { archive->writer.writeRecord(record, bytes, byte_count); });
}

CTorchStatus ctorch_archive_finish(CTorchArchiveWriter *archive) {
  return archived([&] { archive->writer.writeEndOfFile(); });
}

void ctorch_archive_free(CTorchArchiveWriter *archive) { delete archive; }
