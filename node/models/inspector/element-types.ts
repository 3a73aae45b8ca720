/** Element types by their number in ONNX. */
import type { TensorType } from '../../../protocols/wire/job/tensor.ts'

export interface ElementType {
  readonly name: string
  /** 0 = variable. */
  readonly bits: number
  /** Present where a tensor of it can be an input or an output of a job. */
  readonly tensorType?: TensorType
}

/** What the runtime's binding can neither take nor give has no `tensorType`: tried with onnxruntime-node 1.30. */
const byNumber: Readonly<Record<number, ElementType>> = {
  1: { name: 'float32', bits: 32, tensorType: 'float32' },
  2: { name: 'uint8', bits: 8, tensorType: 'uint8' },
  3: { name: 'int8', bits: 8, tensorType: 'int8' },
  4: { name: 'uint16', bits: 16, tensorType: 'uint16' },
  5: { name: 'int16', bits: 16, tensorType: 'int16' },
  6: { name: 'int32', bits: 32, tensorType: 'int32' },
  7: { name: 'int64', bits: 64, tensorType: 'int64' },
  8: { name: 'string', bits: 0, tensorType: 'string' },
  9: { name: 'bool', bits: 8, tensorType: 'bool' },
  10: { name: 'float16', bits: 16, tensorType: 'float16' },
  11: { name: 'float64', bits: 64, tensorType: 'float64' },
  12: { name: 'uint32', bits: 32, tensorType: 'uint32' },
  13: { name: 'uint64', bits: 64, tensorType: 'uint64' },
  14: { name: 'complex64', bits: 64 },
  15: { name: 'complex128', bits: 128 },
  16: { name: 'bfloat16', bits: 16 },
  17: { name: 'float8e4m3fn', bits: 8 },
  18: { name: 'float8e4m3fnuz', bits: 8 },
  19: { name: 'float8e5m2', bits: 8 },
  20: { name: 'float8e5m2fnuz', bits: 8 },
  21: { name: 'uint4', bits: 4 },
  22: { name: 'int4', bits: 4 },
  23: { name: 'float4e2m1', bits: 4 },
  24: { name: 'float8e8m0', bits: 8 },
  25: { name: 'uint2', bits: 2 },
  26: { name: 'int2', bits: 2 },
}

export const elementType = (number: number): ElementType | undefined => byNumber[number]
