import { describe, expect, it } from 'vitest'
import { kernelClassText, parseKernelClass } from '../../../node/engines/kernel-class.ts'
import { plainReason } from '../../../node/engines/onnx/plain-reason.ts'
import { dimensionName } from '../../../protocols/wire/job/dimension-name.ts'

describe('a kernel class', () => {
  const text = 'onnxruntime/1.30.0/cpu/fp32/x64'
  const parts = { engine: 'onnxruntime', version: '1.30.0', kernels: 'cpu', precision: 'fp32', card: 'x64' } as const

  it('has one spelling', () => {
    expect(kernelClassText(parts)).toBe(text)
    expect(parseKernelClass(text)).toEqual(parts)
  })

  it('has no part that could be read as another', () => {
    for (const card of ['', 'a/b', 'X64', 'a b', '-', 'x'.repeat(49)])
      expect(() => kernelClassText({ ...parts, card })).toThrow(RangeError)
    for (const other of [`${text}/`, text.toUpperCase(), 'onnxruntime/1.30.0/cpu/fp32', text.replace('fp32', 'fp31')])
      expect(parseKernelClass(other)).toBeUndefined()
  })
})

describe('a dimension', () => {
  it('keeps a short name, and the beginning of a long one in 64 bytes', () => {
    expect(dimensionName('batch')).toBe('batch')
    expect(dimensionName(undefined)).toBe('')
    expect(dimensionName('u\u0308')).toBe('ü')
    for (const long of [
      'n'.repeat(100),
      '漢'.repeat(40),
      '👍'.repeat(30),
      `${'n'.repeat(47)}👍👍`,
      'e\u0301'.repeat(64),
    ]) {
      const name = dimensionName(long)
      expect(Buffer.byteLength(name)).toBeLessThanOrEqual(64)
      expect(name.endsWith('…')).toBe(true)
      expect([name.isWellFormed(), name.normalize('NFC')]).toEqual([true, name])
    }
  })
})

describe('a reason of the runtime', () => {
  // As onnxruntime 1.30 says them.
  const BROADCAST =
    "Non-zero status code returned while running Add node. Name:'' Status Message: /onnxruntime_src/onnxruntime/core/providers/" +
    'cpu/math/element_wise_ops.h:563 void onnxruntime::BroadcastIterator::Init(ptrdiff_t, ptrdiff_t) axis == 1 || axis == ' +
    'largest was false. Attempting to broadcast an axis by a dimension other than 1. 2 by 3\n'
  const VERSION =
    'Load model from /home/me/models/secret.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:202 ' +
    'onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&, const onnxruntime::logging::Logger&) ' +
    'Unsupported model IR version: 14, max supported IR version: 13\n'
  const SCALER =
    'Exception during initialization: /onnxruntime_src/onnxruntime/core/providers/cpu/ml/scaler.cc:69 ' +
    'onnxruntime::ml::ScalerOp<T>::ScalerOp(const onnxruntime::OpKernelInfo&) [with T = float] !scale_.empty() was false. ' +
    'Empty scale in attributes\n'

  it.each([
    [BROADCAST, 'Attempting to broadcast an axis by a dimension other than 1. 2 by 3'],
    [VERSION, 'Unsupported model IR version: 14, max supported IR version: 13'],
    [SCALER, 'Empty scale in attributes'],
    ['Load model from /a/b.onnx failed:Protobuf parsing failed.', 'Protobuf parsing failed.'],
    ['matmul_helper.h:59 Compute MatMul dimension mismatch', 'Compute MatMul dimension mismatch'],
    ['a.cc:1 void f(int)::<lambda(long int, long int)> index out of bounds', 'index out of bounds'],
    ['a.cc:1 void f(int', 'void f(int'],
    ['a \u001b[31mred\u0000 word', 'a [31mred word'],
  ])('is a sentence without places in its source (%#)', (message, plain) => {
    expect(plainReason(message)).toBe(plain)
  })

  it('is short', () => {
    expect(plainReason('x'.repeat(10_000)).length).toBeLessThanOrEqual(303)
  })
})
