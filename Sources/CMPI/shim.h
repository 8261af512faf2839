#pragma once
#include <mpi.h>

// Swift cannot import macros that expand to casts of global symbols, so each one Sheaf uses gets a function.

static inline MPI_Comm sheaf_mpi_comm_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Info sheaf_mpi_info_null(void) { return MPI_INFO_NULL; }
static inline MPI_Errhandler sheaf_mpi_errors_return(void) { return MPI_ERRORS_RETURN; }

static inline MPI_Datatype sheaf_mpi_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype sheaf_mpi_float(void) { return MPI_FLOAT; }
static inline MPI_Datatype sheaf_mpi_double(void) { return MPI_DOUBLE; }
static inline MPI_Datatype sheaf_mpi_int32(void) { return MPI_INT32_T; }
static inline MPI_Datatype sheaf_mpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Datatype sheaf_mpi_uint8(void) { return MPI_UINT8_T; }
static inline MPI_Datatype sheaf_mpi_uint16(void) { return MPI_UINT16_T; }
static inline MPI_Datatype sheaf_mpi_uint32(void) { return MPI_UINT32_T; }
static inline MPI_Datatype sheaf_mpi_uint64(void) { return MPI_UINT64_T; }

static inline MPI_Op sheaf_mpi_sum(void) { return MPI_SUM; }
static inline MPI_Op sheaf_mpi_max(void) { return MPI_MAX; }
static inline MPI_Op sheaf_mpi_min(void) { return MPI_MIN; }

static inline void *sheaf_mpi_in_place(void) { return MPI_IN_PLACE; }
static inline MPI_Status *sheaf_mpi_status_ignore(void) { return MPI_STATUS_IGNORE; }

static inline int sheaf_mpi_thread_multiple(void) { return MPI_THREAD_MULTIPLE; }
static inline int sheaf_mpi_thread_serialized(void) { return MPI_THREAD_SERIALIZED; }
static inline int sheaf_mpi_thread_funneled(void) { return MPI_THREAD_FUNNELED; }
static inline int sheaf_mpi_comm_type_shared(void) { return MPI_COMM_TYPE_SHARED; }
static inline int sheaf_mpi_any_source(void) { return MPI_ANY_SOURCE; }
static inline int sheaf_mpi_any_tag(void) { return MPI_ANY_TAG; }
static inline int sheaf_mpi_max_error_string(void) { return MPI_MAX_ERROR_STRING; }
static inline int sheaf_mpi_max_library_version_string(void) { return MPI_MAX_LIBRARY_VERSION_STRING; }
