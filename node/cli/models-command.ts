import { bytesText } from './byte-sizes.ts'
import { type Command, defineCommand } from './command.ts'
import { unitsText } from './credit-amounts.ts'
import { amountOf, countText } from './numbers.ts'
import { table } from './table.ts'

interface SpecJson {
  readonly name: string
  readonly type: string
  readonly dims: readonly (number | string)[]
}

export interface ModelJson {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly inputs: readonly SpecJson[]
  readonly outputs: readonly SpecJson[]
  readonly miners: readonly { readonly miner: string; readonly price: string; readonly kernelClass: string }[]
}

export interface ModelsJson {
  readonly served: readonly { readonly id: string; readonly name: string; readonly base: string }[]
  /** Null where the running node has no client role: then it asks nobody. */
  readonly network: readonly ModelJson[] | null
}

export const modelsCommand: Command = defineCommand({
  name: 'models',
  group: 'use',
  summary: 'list the models that miners serve, with their prices',
  about:
    'Prices are for one inference in the standard latency class. With --json: {"served": models of this node, "network": ' +
    '[{"id", "name", "bytes", "inputs", "outputs", "miners": [{"miner", "price", "kernelClass"}]}]}; amounts in credits. ' +
    '"network" is null where the running node has no client role.',
  examples: [
    { line: 'aitbc models', about: 'what can be run now' },
    { line: 'aitbc models --json', about: 'with inputs, outputs and every miner' },
  ],
  async run(context) {
    const { reachMesh } = await import('./node-access.ts')
    await using node = await reachMesh(context)
    const models = await node.call<ModelsJson>('models')
    const { out } = context
    await out.print(models, () => modelsText(models, out.width, out.style.dim))
  },
})

function modelsText({ served, network }: ModelsJson, width: number | undefined, dim: (text: string) => string): string {
  const own = served.length === 0 ? [] : [`This node serves ${served.map(({ name }) => name).join(', ')}.`]
  if (network === null) return [...own, 'It has no client role, so it does not know what others serve.'].join('\n')
  if (network.length === 0) return [...own, 'No miner offers a model right now.'].join('\n')
  const rows = table(
    network,
    [
      { title: 'MODEL', cell: ({ name }) => name, mayCut: true },
      { title: 'TAKES', cell: ({ inputs }) => inputs.map(specText).join(', '), mayCut: true },
      { title: 'SIZE', cell: ({ bytes }) => bytesText(bytes), align: 'right' },
      { title: 'MINERS', cell: ({ miners }) => countText(miners.length), align: 'right' },
      { title: 'FROM', cell: ({ miners }) => unitsText(BigInt(miners[0]?.price ?? 0)), align: 'right' },
      { title: 'ID', cell: ({ id }) => id, mayCut: true },
    ],
    { width, styleTitle: dim },
  )
  return [...own, rows, `${amountOf(network.length, 'model')}; prices in the token's unit per inference.`].join('\n')
}

const specText = ({ name, type, dims }: SpecJson): string =>
  `${name}: ${type} [${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`
