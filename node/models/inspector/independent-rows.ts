/**
 * Whether the rows of a model's batch axis know nothing of each other, by its graph: then jobs of several clients may be computed in
 * one run. A list of what is known to keep rows apart; what is not on it may mix them (DynamicQuantizeLinear takes its scale over
 * the whole batch) and is not shared. Whoever goes by it tries the model too (node/work/queue/batch-trial.ts).
 */
import type { ScannedAttribute, ScannedModel, ScannedNode } from './scanned.ts'

/** A value of the graph: the same for every row, or one whose first axis is the batch. */
type Value =
  | { readonly kind: 'constant'; readonly dims?: readonly number[]; readonly values?: readonly number[] }
  | { readonly kind: 'rows'; readonly rank: number }
type Rows = Extract<Value, { kind: 'rows' }>
type Constant = Extract<Value, { kind: 'constant' }>

interface Call {
  readonly node: ScannedNode
  /** As the node names them; `undefined` for one that it leaves out. */
  readonly inputs: readonly (Value | undefined)[]
}

const UNKNOWN: Constant = { kind: 'constant' }

const attributeOf = ({ node }: Call, name: string): ScannedAttribute | undefined =>
  node.attributes.find((attribute) => attribute.name === name)
const numberOf = (call: Call, name: string, otherwise: number): number =>
  attributeOf(call, name)?.numbers?.[0] ?? otherwise

const isRows = (value: Value | undefined): value is Rows => value?.kind === 'rows'
const isConstant = (value: Value | undefined): value is Constant | undefined => !isRows(value)
const rows = (rank: number): Rows | undefined => (rank >= 1 ? { kind: 'rows', rank } : undefined)

/** Only the first input has rows. */
function onlyFirst({ inputs }: Call, rankMin = 1): Rows | undefined {
  const [first, ...others] = inputs
  return isRows(first) && first.rank >= rankMin && others.every(isConstant) ? first : undefined
}

/** A constant beside rows is the same for each of them: it has fewer axes, or one element along the first. */
const isSpread = ({ dims }: Constant, rank: number): boolean =>
  dims !== undefined && (dims.length < rank || (dims.length === rank && dims[0] === 1))

function spreads({ inputs }: Call): Rows | undefined {
  const rank = inputs.find(isRows)?.rank
  if (rank === undefined) return undefined
  return inputs.every((value) =>
    value === undefined ? true : isRows(value) ? value.rank === rank : isSpread(value, rank),
  )
    ? { kind: 'rows', rank }
    : undefined
}

/** An axis that is counted from the end, too; true where it is the batch. */
const isBatch = (axis: number, rank: number): boolean => axis === 0 || axis === -rank

const axesOf = (call: Call, place: number): readonly number[] | undefined => {
  const value = call.inputs[place]
  if (value?.kind === 'constant') return value.values
  return attributeOf(call, 'axes')?.numbers
}

const alongAxis = (call: Call, otherwise: number): Rows | undefined => {
  const first = onlyFirst(call, 2)
  return first === undefined || isBatch(numberOf(call, 'axis', otherwise), first.rank) ? undefined : first
}

/** One scale for all, or one for each place of another axis. */
function scaled(call: Call): Rows | undefined {
  const first = onlyFirst(call)
  const scale = call.inputs[1]
  if (first === undefined || scale?.kind !== 'constant' || scale.dims === undefined) return undefined
  const isOne = scale.dims.reduce((count, dim) => count * dim, 1) === 1
  return isOne || !isBatch(numberOf(call, 'axis', 1), first.rank) ? first : undefined
}

function product(call: Call): Rows | undefined {
  const [a, b] = call.inputs
  if (!isRows(a) || a.rank < 2 || !call.inputs.slice(2).every(isConstant)) return undefined
  if (isRows(b)) return a.rank >= 3 && b.rank === a.rank ? a : undefined
  return b?.dims !== undefined && b.dims.length <= 2 ? a : undefined
}

function quantisedProduct(call: Call): Rows | undefined {
  const first = onlyFirst(call, 2)
  const weights = call.inputs[3]
  return first !== undefined && weights?.kind === 'constant' && weights.dims?.length === 2 ? first : undefined
}

function general(call: Call): Rows | undefined {
  const first = onlyFirst(call, 2)
  const added = call.inputs[2]
  if (first?.rank !== 2 || numberOf(call, 'transA', 0) !== 0) return undefined
  return added === undefined || (added.kind === 'constant' && isSpread(added, 2)) ? first : undefined
}

function reduced(call: Call): Rows | undefined {
  const first = onlyFirst(call, 2)
  const axes = axesOf(call, 1)
  if (first === undefined || axes === undefined || axes.length === 0) return undefined
  if (axes.some((axis) => isBatch(axis, first.rank))) return undefined
  return numberOf(call, 'keepdims', 1) === 0 ? rows(first.rank - axes.length) : first
}

function reshaped(call: Call): Rows | undefined {
  const shape = call.inputs[1]
  if (onlyFirst(call) === undefined || shape?.kind !== 'constant' || shape.values === undefined) return undefined
  const [first, ...others] = shape.values
  if (numberOf(call, 'allowzero', 0) !== 0) return undefined
  const keeps = first === 0 && others.filter((dim) => dim === -1).length <= 1
  return keeps || (first === -1 && others.every((dim) => dim > 0)) ? rows(shape.values.length) : undefined
}

function gathered(call: Call): Rows | undefined {
  const [data, indices] = call.inputs
  const axis = numberOf(call, 'axis', 0)
  if (isRows(indices) && data?.kind === 'constant' && data.dims !== undefined)
    return axis === 0 ? rows(indices.rank + data.dims.length - 1) : undefined
  if (!isRows(data) || indices?.kind !== 'constant' || indices.dims === undefined || isBatch(axis, data.rank))
    return undefined
  return rows(data.rank + indices.dims.length - 1)
}

function squeezed(call: Call, by: 1 | -1): Rows | undefined {
  const first = onlyFirst(call)
  const axes = axesOf(call, 1)
  if (first === undefined || axes === undefined) return undefined
  const rank = first.rank + by * axes.length
  return axes.some((axis) => isBatch(axis, by === 1 ? rank : first.rank)) ? undefined : rows(rank)
}

function joined(call: Call): Rows | undefined {
  const [first] = call.inputs
  if (!isRows(first) || isBatch(numberOf(call, 'axis', 0), first.rank)) return undefined
  return call.inputs.every((value) => isRows(value) && value.rank === first.rank) ? first : undefined
}

function sliced(call: Call): Rows | undefined {
  const first = onlyFirst(call)
  const axes = axesOf(call, 3)
  return first !== undefined && axes !== undefined && !axes.some((axis) => isBatch(axis, first.rank))
    ? first
    : undefined
}

function transposed(call: Call): Rows | undefined {
  const first = onlyFirst(call)
  return attributeOf(call, 'perm')?.numbers?.[0] === 0 ? first : undefined
}

/** BatchNormalization in training takes mean and variance over the batch. */
const spatial = (call: Call): Rows | undefined =>
  numberOf(call, 'training_mode', 0) === 0 ? onlyFirst(call, 3) : undefined
const flattened = (call: Call): Rows | undefined =>
  onlyFirst(call) !== undefined && numberOf(call, 'axis', 1) === 1 ? rows(2) : undefined

const table = (rule: (call: Call) => Rows | undefined, names: string): [string, (call: Call) => Rows | undefined][] =>
  names.split(' ').map((name) => [name, rule])

/** Operators that keep rows apart, and when; those of ONNX itself, others with their domain. */
const rules: ReadonlyMap<string, (call: Call) => Rows | undefined> = new Map([
  ...table(
    (call) => onlyFirst(call),
    'Identity Relu LeakyRelu Sigmoid Tanh Exp Log Sqrt Erf Neg Abs Floor Ceil Round Sign Clip Cast HardSigmoid HardSwish Elu Selu ' +
      'Celu Softplus Softsign Gelu Reciprocal Not com.microsoft:MatMulNBits com.microsoft:Gelu com.microsoft:QuickGelu',
  ),
  ...table(spreads, 'Add Sub Mul Div Pow Max Min PRelu Where Equal Greater Less GreaterOrEqual LessOrEqual And Or Xor'),
  ...table(scaled, 'QuantizeLinear DequantizeLinear'),
  ...table(product, 'MatMul MatMulInteger'),
  ...table(quantisedProduct, 'QLinearMatMul'),
  ...table(general, 'Gemm'),
  ...table(
    spatial,
    'Conv ConvTranspose ConvInteger QLinearConv MaxPool AveragePool GlobalMaxPool GlobalAveragePool BatchNormalization ' +
      'InstanceNormalization LRN',
  ),
  ...table((call) => alongAxis(call, -1), 'Softmax LogSoftmax LayerNormalization'),
  ...table((call) => alongAxis(call, 0), 'Split'),
  ...table(reduced, 'ReduceMean ReduceSum ReduceMax ReduceMin ReduceL2'),
  ...table(reshaped, 'Reshape'),
  ...table(flattened, 'Flatten'),
  ...table(transposed, 'Transpose'),
  ...table(joined, 'Concat'),
  ...table(gathered, 'Gather'),
  ...table(sliced, 'Slice'),
  ...table((call) => squeezed(call, 1), 'Unsqueeze'),
  ...table((call) => squeezed(call, -1), 'Squeeze'),
])

/** Makes something out of nothing that differs from run to run. */
const DRAWN = /^(Random|Bernoulli|Multinomial)/

function constantOf({ node, inputs }: Call): Constant | undefined {
  if (DRAWN.test(node.op)) return undefined
  const { tensor, numbers } = node.attributes.find(({ name }) => name.startsWith('value')) ?? {}
  if (node.op !== 'Constant') return inputs.length > 0 ? UNKNOWN : undefined
  if (tensor !== undefined)
    return { kind: 'constant', dims: tensor.dims, ...(tensor.values === undefined ? {} : { values: tensor.values }) }
  return numbers === undefined ? UNKNOWN : { kind: 'constant', dims: [numbers.length], values: numbers }
}

/**
 * True where every input and output begins with an axis that is chosen per call, and nothing in between mixes what lies along it.
 * False says no more than that it is not known.
 */
export function hasIndependentRows({ graph, graphs, functions }: ScannedModel): boolean {
  if (graphs.length > 1 || functions.size > 0) return false
  const values = new Map<string, Value>()
  for (const { name, dims, values: known } of graph.initialisers)
    values.set(name, { kind: 'constant', dims, ...(known === undefined ? {} : { values: known }) })
  const given = graph.inputs.filter(({ name }) => !values.has(name))
  const axis = given[0]?.dims?.[0]
  if (typeof axis !== 'string') return false
  for (const { name, dims } of given) {
    // The same axis elsewhere would be a table of rows against rows.
    if (dims === undefined || dims[0] !== axis || dims.indexOf(axis, 1) > 0) return false
    values.set(name, { kind: 'rows', rank: dims.length })
  }
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((name) => (name === '' ? undefined : values.get(name)))
    const call: Call = { node, inputs }
    const isSame = inputs.every(isConstant)
    const rule = rules.get(node.domain === '' ? node.op : `${node.domain}:${node.op}`)
    const made = isSame ? constantOf(call) : rule?.(call)
    if (made === undefined) return false
    for (const name of node.outputs) values.set(name, made)
  }
  return graph.outputs.every(({ name, dims }) => isRows(values.get(name)) && typeof dims?.[0] === 'string')
}
