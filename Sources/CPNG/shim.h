#pragma once
#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

// Reading of pixel values exactly as they are stored. libpng's simplified interface converts 16-bit values by gamma, and
// the full one reports errors by longjmp, which must not cross Swift code.

// What a PNG file holds.
typedef struct {
  png_uint_32 width;
  png_uint_32 height;
  int bitDepth;
  int colorType;
  int samplesPerPixel;
} sheaf_png_header;

typedef struct {
  jmp_buf end;
  char *text;
  size_t capacity;
} sheaf_png_failure;

static inline void sheaf_png_fail(png_structp png, png_const_charp text) {
  sheaf_png_failure *failure = (sheaf_png_failure *)png_get_error_ptr(png);
  snprintf(failure->text, failure->capacity, "%s", text);
  longjmp(failure->end, 1);
}

static inline void sheaf_png_ignore(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

// Reads the header and, unless `pixels` is null, all rows: samples of 8 bits, or of 16 in the machine's byte order (those
// of fewer bits are widened without change of value), pixel by pixel, `rowStride` bytes from row to row. `expected` must
// then be the header, so that a file that changed cannot overrun the buffer.
//
// Returns 0, or -1 with the reason in `text`.
static inline int sheaf_png_read(FILE *file, sheaf_png_header *header, const sheaf_png_header *expected,
                                 unsigned char *pixels, size_t rowStride, char *text, size_t capacity) {
  sheaf_png_failure failure = {.text = text, .capacity = capacity};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &failure, sheaf_png_fail, sheaf_png_ignore);
  if (!png) {
    snprintf(text, capacity, "out of memory");
    return -1;
  }
  png_infop info = png_create_info_struct(png);
  if (!info || setjmp(failure.end)) {
    png_destroy_read_struct(&png, info ? &info : NULL, NULL);
    return -1;
  }
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_chunk_malloc_max(png, 1 << 26);
  png_init_io(png, file);
  png_read_info(png, info);
  if (png_get_bit_depth(png, info) < 8) png_set_packing(png);
  if (png_get_bit_depth(png, info) == 16) png_set_swap(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  header->width = png_get_image_width(png, info);
  header->height = png_get_image_height(png, info);
  header->bitDepth = png_get_bit_depth(png, info);
  header->colorType = png_get_color_type(png, info);
  header->samplesPerPixel = png_get_channels(png, info);
  if (pixels) {
    if (memcmp(header, expected, sizeof *header) != 0) png_error(png, "the header has changed");
    if (png_get_rowbytes(png, info) > rowStride) png_error(png, "the rows are longer than the header says");
    for (int pass = 0; pass < passes; pass++)
      for (png_uint_32 row = 0; row < header->height; row++) png_read_row(png, pixels + row * rowStride, NULL);
    png_read_end(png, NULL);
  }
  png_destroy_read_struct(&png, &info, NULL);
  return 0;
}
