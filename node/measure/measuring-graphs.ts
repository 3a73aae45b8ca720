/**
 * What a card is measured with: graphs of a few hundred bytes that make large matrices of small inputs, so that neither a file nor
 * the way to the engine is measured. Their one output is a number that depends on all of the work.
 */
import { create } from '@bufbuild/protobuf'
import { int, ints, modelFile, node, valueInfo } from '../models/onnx-format/graph-pieces.ts'
import { GraphProtoSchema, type NodeProto, tensorDataType, type ValueInfoProto } from '../models/onnx-format/index.ts'

/** Products of one run, each of the one before: what making the matrices costs is lost beside them. */
export const PRODUCTS = 4
/** Passes over the buffer of one run, each reading and writing all of it. */
const PASSES = 2
/** Every byte is written once before the passes and read once behind them. */
export const COPIES_OF_BUFFER: number = 2 * PASSES + 2

export const productForms = ['fp32', 'fp16', 'int8'] as const
export type ProductForm = (typeof productForms)[number]

const { FLOAT, FLOAT16, INT8, INT64, UINT8 } = tensorDataType

/**
 * Inputs `u` [n, 1] and `v` [1, n], float32, about 1; `scale` [1], which keeps the products there. 2 n^3 operations for each of
 * {@link PRODUCTS}, in the form that is named.
 */
export function productModel(form: ProductForm): Uint8Array {
  const outer = node('Mul', ['u', 'v'], 'outer')
  const steps = form === 'int8' ? integerProducts() : floatProducts(form === 'fp16' ? FLOAT16 : FLOAT)
  return measuringModel(
    [outer, ...steps],
    [valueInfo('u', ['n', 1]), valueInfo('v', [1, 'n']), valueInfo('scale', [1])],
  )
}

function floatProducts(form: typeof FLOAT | typeof FLOAT16): NodeProto[] {
  return [
    cast('outer', form, 'x0'),
    node('Mul', ['outer', 'scale'], 'scaled'),
    cast('scaled', form, 'b'),
    ...chain((from, to) => [node('MatMul', [from, 'b'], to)]),
    cast(`x${PRODUCTS}`, FLOAT, 'last'),
  ]
}

/** Bytes by bytes into sums of 32 bits; what of a sum fits a byte is the next factor. */
function integerProducts(): NodeProto[] {
  return [
    cast('outer', UINT8, 'x0'),
    cast('outer', INT8, 'b'),
    ...chain((from, to) => [node('MatMulInteger', [from, 'b'], `sum of ${to}`), cast(`sum of ${to}`, UINT8, to)]),
    cast(`x${PRODUCTS}`, FLOAT, 'whole'),
    node('Mul', ['whole', 'scale'], 'last'),
  ]
}

const chain = (step: (from: string, to: string) => NodeProto[]): NodeProto[] =>
  Array.from({ length: PRODUCTS }, (_, i) => step(`x${i}`, `x${i + 1}`)).flat()

/** Inputs `count` [1], int64: elements of the buffer, 4 bytes each; `scale` [1], float32. */
export function memoryModel(): Uint8Array {
  const passes = Array.from({ length: PASSES }, (_, i) => node('Add', [`pass ${i}`, 'scale'], `pass ${i + 1}`))
  return measuringModel(
    [node('ConstantOfShape', ['count'], 'pass 0'), ...passes, node('Identity', [`pass ${PASSES}`], 'last')],
    [valueInfo('count', [1], INT64), valueInfo('scale', [1])],
    [0],
  )
}

const cast = (from: string, to: number, output: string): NodeProto => node('Cast', [from], output, [int('to', to)])

function measuringModel(steps: NodeProto[], inputs: ValueInfoProto[], axes: number[] = [0, 1]): Uint8Array {
  const sum = node('ReduceMean', ['last'], 'mean', [ints('axes', ...axes), int('keepdims', 0)])
  const output = [valueInfo('mean', [])]
  return modelFile(create(GraphProtoSchema, { name: 'measure', node: [...steps, sum], input: inputs, output }), '')
}
