"""read_tensorstore.py ARRAY THREADS [EDGE ORIGINS-FILE]: prints seconds, as ReadStore does."""

import sys
import time
from pathlib import Path

import tensorstore as ts

path, threads = sys.argv[1], int(sys.argv[2])
start = time.perf_counter()
store = ts.open(
    {"driver": "zarr3", "kvstore": {"driver": "file", "path": path}},
    context=ts.Context({
        "data_copy_concurrency": {"limit": threads}, "file_io_concurrency": {"limit": threads},
        "cache_pool": {"total_bytes_limit": 0}}),
    read=True).result()
if len(sys.argv) == 3:
    store.read().result()
else:
    edge = int(sys.argv[3])
    origins = [tuple(map(int, line.split())) for line in Path(sys.argv[4]).read_text().splitlines()]
    pending = []
    for z, y, x in origins:
        pending.append(store[z:z + edge, y:y + edge, x:x + edge].read())
        # As many at once as keep all threads busy, as a loader would.
        if len(pending) == 2 * threads:
            pending.pop(0).result()
    for future in pending:
        future.result()
print(time.perf_counter() - start)
