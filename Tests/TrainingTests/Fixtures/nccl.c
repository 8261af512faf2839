// Stands in for libnccl.so.2 where there is no graphics card: the same functions, over MPI and host memory.
//
// STAND_IN_LOG      each rank appends a line for each all-reduce to this path with its number behind
// STAND_IN_FAILURE  "connect" or "reduce": rank 1 reports an error there, when reducing in its fifth call; "later": it
//                   finds after its fifth that what was begun will not end

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct ncclComm {
  MPI_Comm ranks;
  int rank;
  int calls;
} *ncclComm_t;
typedef struct {
  char internal[128];
} ncclUniqueId;

static int fails(const char *where, int rank) {
  const char *failure = getenv("STAND_IN_FAILURE");
  return rank == 1 && failure != NULL && strcmp(failure, where) == 0;
}

const char *ncclGetErrorString(int result) {
  switch (result) {
    case 2: return "unhandled system error";
    case 4: return "invalid argument";
    case 6: return "remote process exited";
    default: return "unhandled cuda error";
  }
}

int ncclGetUniqueId(ncclUniqueId *id) {
  for (int i = 0; i < 128; i++) id->internal[i] = (char)(i * 37 + 11);
  return 0;
}

int ncclCommInitRank(ncclComm_t *made, int ranks, ncclUniqueId id, int rank) {
  ncclUniqueId expected;
  ncclGetUniqueId(&expected);
  if (memcmp(&id, &expected, sizeof id) != 0) return 4;
  ncclComm_t comm = calloc(1, sizeof *comm);
  int size = 0;
  MPI_Comm_dup(MPI_COMM_WORLD, &comm->ranks);
  MPI_Comm_size(comm->ranks, &size);
  MPI_Comm_rank(comm->ranks, &comm->rank);
  if (size != ranks || comm->rank != rank) return 4;
  *made = comm;
  return fails("connect", rank) ? 2 : 0;
}

int ncclAllReduce(const void *from, void *to, size_t count, int type, int operation, ncclComm_t comm, void *stream) {
  const int float32 = 7, sum = 0;
  if (from != to || type != float32 || operation != sum || stream != NULL) return 4;
  comm->calls += 1;
  if (comm->calls == 5 && fails("reduce", comm->rank)) return 1;
  const char *log = getenv("STAND_IN_LOG");
  if (log != NULL) {
    char path[4096];
    snprintf(path, sizeof path, "%s%d", log, comm->rank);
    FILE *file = fopen(path, "a");
    fprintf(file, "%zu\n", count);
    fclose(file);
  }
  return MPI_Allreduce(MPI_IN_PLACE, to, (int)count, MPI_FLOAT, MPI_SUM, comm->ranks) == MPI_SUCCESS ? 0 : 2;
}

int ncclCommGetAsyncError(ncclComm_t comm, int *found) {
  *found = comm->calls >= 5 && fails("later", comm->rank) ? 6 : 0;
  return 0;
}

int ncclCommAbort(ncclComm_t comm) {
  free(comm);
  return 0;
}

int ncclCommDestroy(ncclComm_t comm) {
  free(comm);
  return 0;
}
