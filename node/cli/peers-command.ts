import { type Command, defineCommand } from './command.ts'
import { countText, UNKNOWN } from './numbers.ts'
import { table } from './table.ts'

interface PeersJson {
  readonly self: string
  readonly peers: readonly {
    readonly peer: string
    readonly role: string
    readonly miner?: string
    readonly models?: number
    readonly jobs?: number
  }[]
}

export const peersCommand: Command = defineCommand({
  name: 'peers',
  group: 'network',
  summary: 'list the peers that are connected',
  about:
    'Asks the running node; without one it joins as a light peer and shows whom it met. With --json: {"self", "peers": ' +
    '[{"peer", "role", "miner", "models", "jobs", "figures"}]}; miner and what follows only where an offer of it is known.',
  examples: [
    { line: 'aitbc peers', about: 'who is connected' },
    { line: 'aitbc peers --json | jq ".peers | length"', about: 'how many' },
  ],
  settings: ['entryPeers'],
  async run(context) {
    const { reachMesh } = await import('./node-access.ts')
    await using node = await reachMesh(context)
    // A light peer that just joined knows its door only: looking for miners is how it meets others.
    if (node.via === 'light peer') await node.call('models')
    const found = await node.call<PeersJson>('peers')
    const { out } = context
    await out.print(found, () =>
      found.peers.length === 0
        ? 'No peer is connected.'
        : table(
            found.peers,
            [
              { title: 'PEER', cell: ({ peer }) => peer },
              { title: 'ROLE', cell: ({ role }) => role },
              { title: 'MODELS', cell: ({ models }) => countText(models), align: 'right' },
              { title: 'JOBS', cell: ({ jobs }) => countText(jobs), align: 'right' },
              { title: 'OPERATOR', cell: ({ miner }) => miner ?? UNKNOWN, mayCut: true },
            ],
            { width: out.width, styleTitle: out.style.dim },
          ),
    )
  },
})
