#!/bin/sh
# Remakes generated/onnx-ml_pb.ts from onnx-ml.proto. Needs `protoc` (Debian: protobuf-compiler) and the installed npm packages.
set -eu
cd "$(dirname "$0")"
protoc --proto_path=. \
  --plugin=protoc-gen-es=../../../node_modules/.bin/protoc-gen-es \
  --es_out=generated --es_opt=target=ts,import_extension=ts,erasable_syntax=true \
  onnx-ml.proto
