/** A network with honest miners of small models, for one file of tests. */
import { createTestnet, type Testnet, type TestnetOptions } from '../../../bootstrap/localnet/create-testnet.ts'
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { TableModel } from '../../../protocols/wire/offer/offer-table.ts'
import { ModelFolder } from '../engines/model-folder.ts'
import { tensorOf } from '../engines/tensor-of.ts'

export interface JobNetwork extends AsyncDisposable {
  readonly net: Testnet
  /** By name: of a model that was given. */
  model(name: string): TableModel
  id(name: string): ModelId
  /** Of a model's file, for nodes that are started later. */
  path(name: string): string
}

/** Every miner serves all of the models, or those that its settings name, and differs by its other settings. */
export async function jobNetwork(
  models: Readonly<Record<string, Uint8Array>>,
  options: TestnetOptions = {},
): Promise<JobNetwork> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(new ModelFolder())
  const files = new Map(Object.entries(models).map(([name, bytes]) => [name, folder.add(name, bytes)]))
  const miners = (options.miners ?? [{}]).map((own) => {
    const names = (own.models ?? [...files.keys()]) as readonly string[]
    return { engineThreads: 1, ...own, models: names.map((name) => files.get(name)!.path) }
  })
  const net = stack.use(await createTestnet(miners.length, { ...options, miners }))
  const table = net.miners.flatMap(({ miner }) => miner!.models.table())
  const model = (wanted: string): TableModel => table.find(({ name }) => name === wanted)!
  const owned = stack.move()
  return {
    net,
    model,
    id: (name) => files.get(name)!.id,
    path: (name) => files.get(name)!.path,
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
