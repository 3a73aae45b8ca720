/** A network with honest miners of small models, for one file of tests. */
import { createTestnet, type Testnet, type TestnetOptions } from '../../bootstrap/localnet/create-testnet.ts'
import type { ModelId } from '../../protocols/kernel/ids.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import type { TableModel } from '../../protocols/wire/offer/offer-table.ts'
import { ModelFolder } from './model-folder.ts'
import { tensorOf } from './tensor-of.ts'

export interface JobNetwork extends AsyncDisposable {
  readonly net: Testnet
  /** By name: of a model that was given. */
  model(name: string): TableModel
  id(name: string): ModelId
  /** Of a model's file, for nodes that are started later. */
  path(name: string): string
}

/** Every miner serves all of the models, and differs by its own settings. */
export async function jobNetwork(
  models: Readonly<Record<string, Uint8Array>>,
  options: TestnetOptions = {},
): Promise<JobNetwork> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(new ModelFolder())
  const paths = new Map(Object.entries(models).map(([name, bytes]) => [name, folder.add(name, bytes).path]))
  const all = [...paths.values()]
  const miners = (options.miners ?? [{}]).map((own) => ({ models: all, engineThreads: 1, ...own }))
  const net = stack.use(await createTestnet(miners.length, { ...options, miners }))
  const table = net.miners[0]!.miner!.models.table()
  const model = (wanted: string): TableModel => table.find(({ name }) => name === wanted)!
  const owned = stack.move()
  return {
    net,
    model,
    id: (name) => model(name).id,
    path: (name) => paths.get(name)!,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** The bytes 0, 1, 2 ... as the input `x` of an identity model over `uint8 [n]`. */
export function bytesInput(length: number, from = 0): Tensor {
  return tensorOf(
    'x',
    'uint8',
    [length],
    new Uint8Array(length).map((_, i) => i + from),
  )
}
