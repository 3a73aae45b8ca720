/** How a network on this machine stands: a line for each of its nodes, or all of it in one line. */
import { unitsText } from '../../node/cli/screen/credit-amounts.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import { amountOf, countText, UNKNOWN } from '../../node/cli/screen/numbers.ts'
import { table } from '../../node/cli/screen/table.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import type { Testnet } from './create-testnet.ts'

interface Row {
  readonly node: string
  readonly serves: string
  readonly price: string
  readonly peers: number
  readonly jobs: string
  readonly money: string
}

/** @param upMs since the network is up */
export function networkView(net: Testnet, upMs: number): readonly string[] {
  const rows: readonly Row[] = [
    {
      node: 'bootstrap peer',
      serves: UNKNOWN,
      price: UNKNOWN,
      peers: net.door.network.connectedPeers().length,
      jobs: UNKNOWN,
      money: UNKNOWN,
    },
    ...net.miners.map(minerRow),
    clientRow(net.client),
  ]
  const lines = table(rows, [
    { title: `UP ${durationText(Math.floor(upMs / 1_000) * 1_000)}`, cell: ({ node }) => node },
    { title: 'PEERS', cell: ({ peers }) => countText(peers), align: 'right' },
    { title: 'SERVES', cell: ({ serves }) => serves },
    { title: 'PRICE', cell: ({ price }) => price, align: 'right' },
    { title: 'JOBS', cell: ({ jobs }) => jobs },
    { title: 'MONEY', cell: ({ money }) => money },
  ])
  return lines.split('\n')
}

/** Only what changes by what people do. */
export const networkLine = (net: Testnet): string =>
  [totalsText(net), ...net.miners.map((miner) => `${miner.settings.name}: ${doneText(miner)}`)].join(' · ')

/** `3 answers, 0.0035 spent`. */
export function totalsText(net: Testnet): string {
  const { requests, spent } = net.client.state()
  return `${amountOf(requests.answered, 'answer')}, ${unitsText(spent.promised)} spent`
}

function minerRow(miner: RunningNode): Row {
  const { earned } = miner.state()
  const { name, models } = miner.settings
  return {
    node: name,
    serves: models.join(', '),
    price: pricesText(miner),
    peers: miner.mesh.connectedPeers().length,
    jobs: doneText(miner),
    money: `${unitsText(earned.due)} earned, ${unitsText(earned.redeemed)} paid`,
  }
}

/** What it asks now: one price, or from the least to the most where its models cost differently. */
function pricesText({ miner }: RunningNode): string {
  const bases = [...new Set(miner?.models.prices().values() ?? [])].sort((a, b) => (a < b ? -1 : 1))
  const shown = [bases[0], bases.at(-1)].filter((each) => each !== undefined).map(unitsText)
  return shown.length === 0 ? UNKNOWN : [...new Set(shown)].join(' to ')
}

function doneText(miner: RunningNode): string {
  const { finished, running } = miner.state().jobs
  return `${countText(finished)} done${running > 0 ? `, ${countText(running)} now` : ''}`
}

function clientRow(client: RunningNode): Row {
  const { requests, spent } = client.state()
  const failed = Object.values(requests.failed).reduce((sum, count) => sum + count, 0)
  return {
    node: 'client',
    serves: UNKNOWN,
    price: UNKNOWN,
    peers: client.mesh.connectedPeers().length,
    jobs: `${countText(requests.answered)} answered${failed > 0 ? `, ${countText(failed)} failed` : ''}`,
    money: `${unitsText(spent.promised)} spent`,
  }
}
