#!/bin/sh
# Remakes generated/onnx-ml_pb.ts from onnx-ml.proto. Needs `protoc` (Debian: protobuf-compiler). Its plugin is fetched for this
# run: 36 MB with a TypeScript of its own are too much for everybody's `npm ci`. Its version is that of the header it writes.
set -eu
cd "$(dirname "$0")"
npx --yes --package=@bufbuild/protoc-gen-es@2.13.0 -- \
  protoc --proto_path=. --es_out=generated --es_opt=target=ts,import_extension=ts,erasable_syntax=true onnx-ml.proto
