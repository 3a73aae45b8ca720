/** Models as people read them: those of the network, and those on this disk. */
import type { CopyJson } from '../../control/methods/content-methods.ts'
import type { Output } from '../frame/output.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { amountOf, countText, shareText } from '../screen/numbers.ts'
import { table } from '../screen/table.ts'
import type { ModelsJson, SpecJson } from './models-command.ts'

export interface CopiesJson {
  readonly models: readonly CopyJson[]
}

export function networkText(
  { served, network }: ModelsJson,
  { width, style }: Pick<Output, 'width' | 'style'>,
): string {
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
    { width, styleTitle: style.dim },
  )
  return [...own, rows, `${amountOf(network.length, 'model')}; prices in the token's unit per inference.`].join('\n')
}

const specText = ({ name, type, dims }: SpecJson): string =>
  `${name}: ${type} [${dims.map((dim) => (dim === '' ? '?' : dim)).join(', ')}]`

export function copiesText({ models }: CopiesJson, { width, style }: Pick<Output, 'width' | 'style'>): string {
  if (models.length === 0) {
    return 'No model is on this disk beside those that are shipped. Get one with aitbc models pull, or aitbc models add.'
  }
  const rows = table(
    models,
    [
      { title: 'MODEL', cell: ({ name }) => name, mayCut: true },
      { title: 'SIZE', cell: ({ bytes }) => bytesText(bytes), align: 'right' },
      {
        title: 'HERE',
        cell: ({ whole, bytesHere, bytes }) => (whole ? 'whole' : shareText(bytesHere / bytes)),
        align: 'right',
      },
      { title: 'IN USE', cell: ({ uses }) => (uses.length === 0 ? 'no' : uses.join(', ')) },
      { title: 'ID', cell: ({ id }) => id },
    ],
    { width, styleTitle: style.dim },
  )
  const bytes = models.reduce((sum, { bytesHere }) => sum + bytesHere, 0)
  return [rows, `${amountOf(models.length, 'model')}, ${bytesText(bytes)} on this disk.`].join('\n')
}
