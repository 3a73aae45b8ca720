import type { PeerFigures } from '../../network/peers/peer-ledger.ts'
import { type Command, defineCommand, flag } from '../frame/command.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { durationText } from '../screen/durations.ts'
import { countText, UNKNOWN } from '../screen/numbers.ts'
import { type Column, table } from '../screen/table.ts'

interface PeersJson {
  readonly self: string
  readonly peers: readonly {
    readonly peer: string
    readonly role: string
    readonly miner?: string
    readonly models?: number
    readonly jobs?: number
    readonly claim?: string
    readonly isBarred?: boolean
    readonly figures?: PeerFigures
  }[]
}

type PeerJson = PeersJson['peers'][number]

export const peersCommand: Command = defineCommand({
  name: 'peers',
  group: 'network',
  summary: 'list the peers that are connected',
  about:
    'Asks the running node; without one it joins as a light peer and shows whom it met. With --json: {"self", "peers": ' +
    '[{"peer", "role", "miner", "models", "jobs", "claim", "isBarred", "figures"}]}; miner, models, jobs, claim and isBarred only where an ' +
    'offer of it is known. "isBarred": it is asked nothing, for it was found to lie (aitbc audits, aitbc evidence). "claim" is what probes of ' +
    'this node say of what its profile claims of its card: unproven, shown, doubted or lying. ' +
    '"figures" is what the peer has cost since it was first met: {"bytesIn", "bytesOut", "streams", "calls", "messages", ' +
    '"checks", "checkMs", "refused", "faults", "points", "queuedBytes", "windowBytes"}. Bytes are those of calls and of gossip ' +
    'messages; checks are of signatures, and checkMs what they took of the processor; refused is what was not looked at, for it ' +
    'was too much; at 95 points of faults, of which half are forgotten in ten minutes, a peer is shut out.',
  examples: [
    { line: 'aitbc peers', about: 'who is connected' },
    { line: 'aitbc peers --costs', about: 'what each of them has cost' },
    { line: 'aitbc peers --json | jq ".peers | length"', about: 'how many' },
  ],
  options: { costs: flag('Shows what each peer has cost instead of what it offers.') },
  settings: ['entryPeers', 'passphraseFile'],
  async run(context) {
    const { reachMesh } = await import('../node/node-access.ts')
    await using node = await reachMesh(context)
    // A light peer that just joined knows its door only: looking for miners is how it meets others.
    if (node.via === 'light peer') await node.call('models')
    const found = await node.call<PeersJson>('peers')
    const { out } = context
    await out.print(found, () =>
      found.peers.length === 0
        ? 'No peer is connected.'
        : table(found.peers, context.options.costs ? COSTS : OFFERS, {
            width: out.width,
            styleTitle: out.style.dim,
          }),
    )
  },
})

const OFFERS: readonly Column<PeerJson>[] = [
  { title: 'PEER', cell: ({ peer }) => peer },
  { title: 'ROLE', cell: ({ role, isBarred }) => (isBarred === true ? `${role}, barred` : role) },
  { title: 'MODELS', cell: ({ models }) => countText(models), align: 'right' },
  { title: 'JOBS', cell: ({ jobs }) => countText(jobs), align: 'right' },
  { title: 'CLAIM', cell: ({ claim }) => claim ?? UNKNOWN },
  { title: 'OPERATOR', cell: ({ miner }) => miner ?? UNKNOWN, mayCut: true },
]

const COSTS: readonly Column<PeerJson>[] = [
  { title: 'PEER', cell: ({ peer }) => peer, mayCut: true },
  { title: 'IN', cell: ({ figures }) => bytesText(figures?.bytesIn), align: 'right' },
  { title: 'OUT', cell: ({ figures }) => bytesText(figures?.bytesOut), align: 'right' },
  { title: 'STREAMS', cell: ({ figures }) => countText(figures?.streams), align: 'right' },
  { title: 'CALLS', cell: ({ figures }) => countText(figures?.calls), align: 'right' },
  { title: 'GOSSIP', cell: ({ figures }) => countText(figures?.messages), align: 'right' },
  { title: 'CHECKS', cell: ({ figures }) => countText(figures?.checks), align: 'right' },
  { title: 'CPU', cell: ({ figures }) => durationText(figures?.checkMs), align: 'right' },
  { title: 'MEMORY', cell: ({ figures }) => bytesText(memoryOf(figures)), align: 'right' },
  { title: 'REFUSED', cell: ({ figures }) => countText(figures?.refused), align: 'right' },
  { title: 'FAULTS', cell: ({ figures }) => countText(figures?.faults), align: 'right' },
]

const memoryOf = (figures: PeerFigures | undefined): number | undefined =>
  figures === undefined ? undefined : figures.queuedBytes + figures.windowBytes
