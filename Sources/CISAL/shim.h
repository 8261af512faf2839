#pragma once
#include <isa-l/crc.h>
#include <isa-l/crc64.h>
#include <isa-l/igzip_lib.h>

/// A product of macros, which Swift does not import.
static const unsigned sheaf_isal_level2_bytes = ISAL_DEF_LVL2_DEFAULT;
