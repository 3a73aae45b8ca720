/**
 * A tiny inference whose answer is known, before an engine's models are offered to anybody. A driver that loads and computes nonsense
 * is found here, and not by a client.
 */
import { create } from '@bufbuild/protobuf'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import type { Engine, EngineLimits } from '../engines/engine.ts'
import { floatTensor, modelFile, node, valueInfo } from '../models/onnx-format/graph-pieces.ts'
import { GraphProtoSchema } from '../models/onnx-format/index.ts'
import { openMadeModel } from './open-made-model.ts'

/** Loading a driver for the first time, and compiling its kernels, takes seconds on slow machines. */
const RUN_MS_MAX = 30_000
const INNER = 64
const COLUMNS = 8
const ROWS = 4

export interface Smoke {
  /** Whose kernels computed it. */
  readonly kernelClass: string
  /** Loading and running. */
  readonly tookMs: number
}

/**
 * A layer of a network: y = max(0, x w + b). All values are small integers, so that every kernel that keeps eight bits of them has to
 * come to the same numbers.
 * @throws MeshError ENGINE_WRONG where it computes something else; what opening and running throw; CANCELLED
 */
export async function smokeInference(
  engine: Engine,
  limits: EngineLimits,
  hasher: Pick<Hasher, 'sha256'>,
  signal?: AbortSignal,
): Promise<Smoke> {
  const startedMs = performance.now()
  await using session = await openMadeModel({ engine, limits, hasher }, smokeModel(), 'fp32', signal)
  const data = new Uint8Array(Float32Array.from({ length: ROWS * INNER }, (_, i) => inputAt(i)).buffer)
  const x = { name: 'x', type: 'float32', dims: [ROWS, INNER], byteLength: data.length, data } as const
  const options = { deadlineMs: RUN_MS_MAX, ...(signal === undefined ? {} : { signal }) }
  const [y] = (await session.run([x], options)).outputs
  requireAnswer(y?.data, session.kernelClass)
  return { kernelClass: session.kernelClass, tookMs: performance.now() - startedMs }
}

const inputAt = (i: number): number => (i % 7) - 3
const weightAt = (i: number): number => (i % 5) - 2
const biasAt = (column: number): number => column - 4

function smokeModel(): Uint8Array {
  const weights = Float64Array.from({ length: INNER * COLUMNS }, (_, i) => weightAt(i))
  const biases = Float64Array.from({ length: COLUMNS }, (_, i) => biasAt(i))
  return modelFile(
    create(GraphProtoSchema, {
      name: 'smoke',
      node: [node('MatMul', ['x', 'w'], 'product'), node('Add', ['product', 'b'], 'sum'), node('Relu', ['sum'], 'y')],
      input: [valueInfo('x', ['rows', INNER])],
      output: [valueInfo('y', ['rows', COLUMNS])],
      initializer: [floatTensor('w', [INNER, COLUMNS], weights), floatTensor('b', [COLUMNS], biases)],
    }),
    '',
  )
}

function requireAnswer(data: Uint8Array | undefined, engine: string): void {
  const wrong = (what: string): MeshError =>
    new MeshError('ENGINE_WRONG', { engine, why: `of a small inference whose answer is known it gave ${what}` })
  if (data?.length !== ROWS * COLUMNS * 4) throw wrong('an answer of another size')
  const given = new DataView(data.buffer, data.byteOffset, data.length)
  for (let at = 0; at < ROWS * COLUMNS; at++) {
    const [row, column] = [Math.floor(at / COLUMNS), at % COLUMNS]
    let sum = biasAt(column)
    for (let k = 0; k < INNER; k++) sum += inputAt(row * INNER + k) * weightAt(k * COLUMNS + column)
    const right = Math.max(0, sum)
    const found = given.getFloat32(at * 4, true)
    if (found !== right) throw wrong(`${found} where ${right} is right`)
  }
}
