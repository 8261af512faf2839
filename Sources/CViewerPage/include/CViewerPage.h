#ifndef CVIEWERPAGE_H
#define CVIEWERPAGE_H

#include <stddef.h>

/// A file of the page, as it lies in the program.
typedef struct {
  const char *_Nullable name;
  const unsigned char *_Nullable bytes;
  size_t count;
} ViewerPageFile;

/// The files of the page; the last one has no name.
const ViewerPageFile *_Nonnull viewerPageFiles(void);

#endif
