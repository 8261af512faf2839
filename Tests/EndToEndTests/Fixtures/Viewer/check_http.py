"""Reads a served store as other programs do, and tries to get out of it: check_http.py PAGE STORE LABELS."""

import gzip
import http.client
import importlib.util
import json
import os
import socket
import sys
import urllib.parse
import urllib.request

import numpy as np
import tensorstore
import zarr
from numcodecs.zstd import Zstd

page, store, labels = sys.argv[1:4]
address = urllib.parse.urlparse(page)
token = address.path.strip("/")


def request(path, method="GET", **headers):
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


def raw(line):
    with socket.create_connection((address.hostname, address.port), timeout=60) as connection:
        connection.sendall(f"{line}\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = b""
        while piece := connection.recv(1 << 16):
            answer += piece
    return int(answer.split()[1]), answer


# The token.
for path in ("/", "/x/", f"/{token[:-1]}/", f"/{token}x/", "/api/state", "/data/0/zarr.json", f"//{token}/"):
    answer, body = request(path)
    assert answer.status == 404 and not body, (path, answer.status, body)
assert request(f"/{token}")[0].status == 301
answer, body = request(f"/{token}/")
assert answer.status == 200 and b"<!doctype html>" in body
assert "default-src 'self'" in answer.getheader("Content-Security-Policy")
# One document: no further file, one script, admitted by a number of this answer alone.
policy = [value.split("'nonce-")[1].split("'")[0] for value in (
    answer.getheader("Content-Security-Policy"), request(f"/{token}/")[0].getheader("Content-Security-Policy"))]
assert policy[0] != policy[1] and f'<script type="module" nonce="{policy[0]}">'.encode() in body
assert body.count(b"<script") == 2 and b"src=" not in body and b"stylesheet" not in body
assert gzip.decompress(request(f"/{token}/", Accept_Encoding="gzip")[1])[:20] == body[:20]
assert request(f"/{token}/page/viewer.js")[0].status == 404
assert request(f"/{token}/", "POST")[0].status == 405

# Nothing outside of the store.
secret = os.path.join(os.path.dirname(store), "secret.txt")
with open(secret, "w") as file:
    file.write("the secret")
link = os.path.join(store, "link.txt")
os.symlink(secret, link)
for path in ("../secret.txt", "%2e%2e/secret.txt", "..%2fsecret.txt", "0/../../secret.txt", "link.txt", "", "0", ".",
             "%2e%2e%2f%2e%2e%2fetc/passwd", "....//secret.txt", secret, "zarr.json%00", "zarr.json/"):
    status, answer = raw(f"GET /{token}/data/0/{path} HTTP/1.1")
    assert status in (400, 404) and b"the secret" not in answer, (path, answer)
os.remove(link)
assert raw(f"GET /{token}/data/99/zarr.json HTTP/1.1")[0] == 404
assert raw(f"GET /{token}/data/-1/zarr.json HTTP/1.1")[0] == 404
assert raw("GET /" + "a" * 200_000 + " HTTP/1.1")[0] in (400, 404, 414, 431)

# Byte ranges, compared with the bytes of the largest shard.
files = [os.path.join(folder, name) for folder, _, names in os.walk(store) for name in names]
shard = max((name for name in files if f"{os.sep}c{os.sep}" in name), key=os.path.getsize)
content = open(shard, "rb").read()
url = f"/{token}/data/0/" + os.path.relpath(shard, store).replace(os.sep, "/")
size = len(content)
answer, body = request(url)
assert answer.status == 200 and body == content and answer.getheader("Accept-Ranges") == "bytes"
assert answer.getheader("Access-Control-Allow-Origin") == "*"
assert "Content-Range" in answer.getheader("Access-Control-Expose-Headers")
for text, expected in (("0-0", content[:1]), ("5-99", content[5:100]), (f"{size - 3}-", content[-3:]),
                       ("-4", content[-4:]), (f"-{size + 9}", content), (f"3-{size * 9}", content[3:])):
    answer, body = request(url, Range=f"bytes={text}")
    assert answer.status == 206 and body == expected, (text, answer.status, len(body))
    first, last = answer.getheader("Content-Range").split()[1].split("/")[0].split("-")
    assert content[int(first):int(last) + 1] == expected and answer.getheader("Content-Range").endswith(f"/{size}")
    head, nothing = request(url, "HEAD", Range=f"bytes={text}")
    assert head.status == 206 and not nothing and int(head.getheader("Content-Length")) == len(expected)
for text in (f"{size}-", "-0", f"{size + 5}-{size + 9}"):
    answer, body = request(url, Range=f"bytes={text}")
    assert answer.status == 416 and answer.getheader("Content-Range") == f"bytes */{size}", (text, answer.status)
for text in ("bytes=5-2", "bytes=0-1,4-5", "items=0-1"):
    answer, body = request(url, Range=text)
    assert answer.status == 200 and body == content, text
head, nothing = request(url, "HEAD")
assert head.status == 200 and not nothing and int(head.getheader("Content-Length")) == size
answer, body = request(url, "OPTIONS", Origin="http://elsewhere", Access_Control_Request_Headers="range")
assert answer.status == 204 and "Range" in answer.getheader("Access-Control-Allow-Headers") and not body

# Other readers.
volume = zarr.open_array(os.path.join(store, "0"), mode="r")[:]
ids = zarr.open_array(os.path.join(labels, "0"), mode="r")[:]
over_http = zarr.open_group(page + "data/0/", mode="r")
assert np.array_equal(over_http["0"][:], volume)
assert np.array_equal(over_http["1"][:], zarr.open_array(os.path.join(store, "1"), mode="r")[:])
for number, expected in ((0, volume), (1, ids)):
    array = tensorstore.open({
        "driver": "zarr3", "kvstore": {"driver": "http", "base_url": page + f"data/{number}/0/"}}).result()
    assert np.array_equal(array.read().result(), expected), number

# The decoders of zarrs, below zarr-python; environments that were made before it was a peer do not have it.
if importlib.util.find_spec("zarrs"):
    with zarr.config.set({"codec_pipeline.path": "zarrs.ZarrsCodecPipeline"}):
        for number, expected in ((0, volume), (1, ids)):
            remote = zarr.storage.FsspecStore.from_url(page + f"data/{number}/0", read_only=True)
            assert np.array_equal(zarr.open_array(remote, mode="r")[:], expected), number

# Planes. What there is to show lies in the page, too.
state = json.loads(request(f"/{token}/api/state")[1])
text = request(f"/{token}/")[1].decode()
assert json.loads(text.split('id="state">')[1].split("</script>")[0]) == state
assert [layer["kind"] for layer in state["layers"]] == ["intensities", "labels"]
assert state["layers"][0]["levels"][0]["extent"] == list(volume.shape)
for layer, expected, kind in ((0, volume, "<u2"), (1, ids, "<u4")):
    for axis in range(3):
        plane = expected.shape[axis] // 3
        rows, columns = [length for other, length in enumerate(expected.shape) if other != axis]
        path = f"/{token}/api/plane/{layer}/0/{axis}/{plane}-{plane + 1}/0-1000/0-1000"
        answer, body = request(path)
        found = np.frombuffer(body, kind).reshape(rows, columns)
        assert np.array_equal(found, expected.take(plane, axis)), (layer, axis)
        for accepted, coding, decode in (("gzip", "gzip", gzip.decompress), ("gzip, zstd", "zstd", Zstd().decode)):
            answer, packed = request(path, Accept_Encoding=accepted)
            # As they are where compression spares little, as with noise.
            used = answer.getheader("Content-Encoding")
            assert used == coding or used is None and layer == 0, (layer, used)
            assert (decode(packed) if used else packed) == body and len(packed) <= len(body)
        path = f"/{token}/api/plane/{layer}/0/{axis}/{plane}-{plane + 4}/2-7/3-9"
        found = np.frombuffer(request(path)[1], kind).reshape(5, 6)
        slab = expected.take(range(plane, plane + 4), axis).max(axis)[2:7, 3:9]
        assert np.array_equal(found, slab), (layer, axis)
for path, status in (("0/0/0/0-1/0-10/0-5000", 400), ("0/0/0/0-1/9-9/0-5", 400), ("0/9/0/0-1/0-9/0-5", 400),
                     ("7/0/0/0-1/0-9/0-5", 400), ("0/0/3/0-1/0-9/0-5", 400), ("0/0/0/9999-10000/0-9/0-5", 404),
                     ("0/0/0/-5-1/0-9/0-5", 400), ("0/0/0/99999999999999999999-1/0-9/0-5", 400)):
    assert request(f"/{token}/api/plane/{path}")[0].status == status, path

# Objects.
answer = json.loads(request(f"/{token}/api/objects?sort=voxels&descending=1&count=5")[1])
sizes = [size for size in np.bincount(ids.ravel())[1:] if size]
assert [row[1] for row in answer["rows"]] == sorted(sizes, reverse=True)[:5]
first = int(answer["rows"][0][0])
assert json.loads(request(f"/{token}/api/object/{first}")[1])["row"] == answer["rows"][0]
assert request(f"/{token}/api/object/99999999")[0].status == 404
properties = json.loads(request(f"/{token}/segment-properties/info")[1])
assert properties["@type"] == "neuroglancer_segment_properties" and len(properties["inline"]["ids"]) == len(sizes)
print("ok")
