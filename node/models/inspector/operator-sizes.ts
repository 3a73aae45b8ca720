/** How many elements an operator makes for certain, from the constants among its inputs and attributes. */
import type { Definition } from './names.ts'
import type { ScannedNode } from './scanned.ts'

type Sizing = (operands: Operands) => number

/** What a node's inputs and attributes say for certain. */
class Operands {
  readonly #node: ScannedNode
  readonly #inputs: readonly (Definition | undefined)[]

  constructor(node: ScannedNode, inputs: readonly (Definition | undefined)[]) {
    this.#node = node
    this.#inputs = inputs
  }

  /** Elements of an input; one where nothing is known. */
  size(index: number): number {
    return this.#inputs[index]?.elements ?? 1
  }

  get sizes(): readonly number[] {
    return this.#node.inputs.map((_, index) => this.size(index))
  }

  numbers(index: number): readonly number[] {
    const constant = this.#inputs[index]?.constant
    return constant?.kind === 'numbers' ? constant.values : []
  }

  attribute(name: string): readonly number[] {
    return this.#node.attributes.find((attribute) => attribute.name === name)?.numbers ?? []
  }
}

/** Product of what asks for elements; 0 (as the input has it), -1 (whatever fits) and what is no number ask for nothing. */
const product = (values: readonly number[]): number => values.reduce((all, value) => (value > 0 ? all * value : all), 1)

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)

/** Pads come as all beginnings, then all ends; each axis holds one element at least. */
function padded(pads: readonly number[]): number {
  const axes = Math.floor(pads.length / 2)
  let elements = 1
  for (let axis = 0; axis < axes; axis++) elements *= 1 + Math.max(0, pads[axis]! + pads[axis + axes]!)
  return elements
}

function range(operands: Operands): number {
  const [start, limit, delta] = [0, 1, 2].map((index) => operands.numbers(index)[0])
  if (start === undefined || limit === undefined || delta === undefined || delta === 0) return 1
  return Math.max(0, Math.ceil((limit - start) / delta))
}

const first: Sizing = (operands) => operands.size(0)
const largest: Sizing = (operands) => Math.max(...operands.sizes)
const window: Sizing = (operands) =>
  Math.max(padded(operands.attribute('pads')), product(operands.attribute('output_shape')))

const sizings = new Map<string, Sizing>(
  Object.entries({
    BlackmanWindow: (operands) => product(operands.numbers(0)),
    CenterCropPad: (operands) => product(operands.numbers(1)),
    Col2Im: (operands) => product(operands.numbers(1)),
    Concat: (operands) => sum(operands.sizes),
    ConstantOfShape: (operands) => product(operands.numbers(0)),
    Conv: window,
    ConvTranspose: window,
    ConvInteger: window,
    QLinearConv: window,
    DFT: (operands) => product(operands.numbers(1)),
    Expand: (operands) => Math.max(product(operands.numbers(1)), operands.size(0)),
    HammingWindow: (operands) => product(operands.numbers(0)),
    HannWindow: (operands) => product(operands.numbers(0)),
    MelWeightMatrix: (operands) => product(operands.numbers(0)) * (1 + Math.floor(product(operands.numbers(1)) / 2)),
    Multinomial: (operands) => product(operands.attribute('sample_size')),
    OneHot: (operands) => product(operands.numbers(1)) * operands.size(0),
    Pad: (operands) =>
      Math.max(padded(operands.numbers(1)), padded(operands.attribute('pads')), padded(operands.attribute('paddings'))),
    RandomNormal: (operands) => product(operands.attribute('shape')),
    RandomUniform: (operands) => product(operands.attribute('shape')),
    Range: range,
    Resize: (operands) => Math.max(product(operands.numbers(3)), product(operands.numbers(2)) * operands.size(0)),
    // The texts' length grows, not their number; for memory it is the same.
    StringConcat: (operands) => sum(operands.sizes),
    Tile: (operands) => product(operands.numbers(1)) * operands.size(0),
    Upsample: (operands) =>
      Math.max(product(operands.numbers(1)), product(operands.attribute('scales'))) * operands.size(0),
    AveragePool: window,
    LpPool: window,
    MaxPool: window,
  } satisfies Record<string, Sizing>),
)

/** Operators whose output has the elements of their first input. */
const ofFirst =
  'Abs Cast CastLike Ceil Clip Cos CumSum DepthToSpace DequantizeLinear Dropout Elu Erf Exp Flatten Floor Gelu HardSigmoid ' +
  'Identity LeakyRelu Log LogSoftmax Neg Not QuantizeLinear RandomNormalLike RandomUniformLike Reciprocal Relu Reshape Round ' +
  'Selu Sigmoid Sign Sin Softmax Softplus SpaceToDepth Sqrt Squeeze Tanh Transpose Unsqueeze'
/** Operators whose output has the elements of their largest input, or more. */
const ofLargest = 'Add And Div Equal Greater Less Max Mean Min Mod Mul Or Pow Sub Sum Where Xor'
for (const op of ofFirst.split(' ')) sizings.set(op, first)
for (const op of ofLargest.split(' ')) sizings.set(op, largest)

/** Elements of the first output: never more than there will be, where every input has one element at least. */
export function sizeOf(node: ScannedNode, inputs: readonly (Definition | undefined)[]): number {
  if (node.op === 'Constant') return node.attributes.find((attribute) => attribute.tensor)?.tensor?.elements ?? 1
  const sizing = node.domain === '' ? sizings.get(node.op) : undefined
  const elements = sizing?.(new Operands(node, inputs)) ?? 1
  // A calculation with what is no number asks for nothing that is known.
  return Number.isNaN(elements) ? 1 : elements
}
