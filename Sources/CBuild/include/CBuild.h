#ifndef SHEAF_CBUILD_H
#define SHEAF_CBUILD_H

// Facts that are fixed when the program is built. Only the executables import this, so that a new commit recompiles their
// main files and nothing else.

/// The abbreviated git commit that was built, as the Makefile passes it; empty when unknown.
const char *sheaf_build_commit(void);
/// The version of the libtorch that was compiled against, for example "2.13.0"; empty when there was none.
const char *sheaf_build_libtorch_version(void);
/// The directory of that libtorch, with include/ and lib/.
const char *sheaf_build_libtorch_directory(void);

#endif
