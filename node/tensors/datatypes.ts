/** Names of the Open Inference Protocol (KServe v2) for our types. It has none for 4 bits; those are ours. */
import type { TensorType } from '../../protocols/wire/job/tensor.ts'

export const datatypeOf: Readonly<Record<TensorType, string>> = {
  float32: 'FP32',
  float64: 'FP64',
  float16: 'FP16',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  bool: 'BOOL',
  string: 'BYTES',
  int4: 'INT4',
  uint4: 'UINT4',
}
