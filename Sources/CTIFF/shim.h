#pragma once
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tiffio.h>

// What Swift cannot call itself: variadic functions and handlers that take a va_list.

/// The first error message of one TIFF handle. Later ones are mostly consequences of the first.
typedef struct {
  char text[512];
} sheaf_tiff_message;

static inline int sheaf_tiff_keep_message(TIFF *tiff, void *user, const char *module, const char *format,
                                          va_list values) {
  (void)tiff;
  (void)module;
  sheaf_tiff_message *message = (sheaf_tiff_message *)user;
  if (message->text[0] == 0) vsnprintf(message->text, sizeof message->text, format, values);
  return 1;
}

static inline int sheaf_tiff_drop_message(TIFF *tiff, void *user, const char *module, const char *format,
                                          va_list values) {
  (void)tiff;
  (void)user;
  (void)module;
  (void)format;
  (void)values;
  return 1;
}

/// Opens a descriptor, which the handle then owns and closes. Errors go to `message`, warnings nowhere: nothing is
/// printed and no global handler is touched, so that threads do not see each other's messages.
static inline TIFF *sheaf_tiff_open(int descriptor, const char *name, const char *mode, sheaf_tiff_message *message,
                                    tmsize_t largest_allocation) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetErrorHandlerExtR(options, sheaf_tiff_keep_message, message);
  TIFFOpenOptionsSetWarningHandlerExtR(options, sheaf_tiff_drop_message, NULL);
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, largest_allocation);
  TIFF *tiff = TIFFFdOpenExt(descriptor, name, mode, options);
  TIFFOpenOptionsFree(options);
  return tiff;
}

static inline int sheaf_tiff_get_u32(TIFF *tiff, uint32_t tag, uint32_t *value) {
  return TIFFGetField(tiff, tag, value);
}

/// The default of the specification when the tag is absent.
static inline int sheaf_tiff_get_u16(TIFF *tiff, uint32_t tag, uint16_t *value) {
  return TIFFGetFieldDefaulted(tiff, tag, value);
}

static inline int sheaf_tiff_get_u32_defaulted(TIFF *tiff, uint32_t tag, uint32_t *value) {
  return TIFFGetFieldDefaulted(tiff, tag, value);
}

static inline int sheaf_tiff_get_float(TIFF *tiff, uint32_t tag, float *value) {
  return TIFFGetField(tiff, tag, value);
}

static inline const char *sheaf_tiff_get_text(TIFF *tiff, uint32_t tag) {
  const char *text = NULL;
  return TIFFGetField(tiff, tag, &text) ? text : NULL;
}

static inline int sheaf_tiff_set_integer(TIFF *tiff, uint32_t tag, uint32_t value) {
  return TIFFSetField(tiff, tag, value);
}

static inline int sheaf_tiff_set_double(TIFF *tiff, uint32_t tag, double value) {
  return TIFFSetField(tiff, tag, value);
}

static inline int sheaf_tiff_set_text(TIFF *tiff, uint32_t tag, const char *value) {
  return TIFFSetField(tiff, tag, value);
}

static inline int sheaf_tiff_is_configured(uint16_t compression) { return TIFFIsCODECConfigured(compression); }
