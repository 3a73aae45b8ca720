/**
 * Two ways to censor an offer that other choices of a gossip message's id would open: an id made of claims lets a stranger
 * make the same claims first, an id without the topic lets it say the true bytes where they do not belong.
 */
import { peerIdFromString } from '@libp2p/peer-id'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type Topic, topicId, type Verdict } from '../../../protocols/kernel/topic.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { encodeSigned, openSigned } from '../../../protocols/statements/signed.ts'
import { offerHeadType } from '../../../protocols/statements/struct-types.ts'
import { type Offer, signOffer } from '../../../protocols/wire/offer/offer.ts'
import { type OfferBody, offerShard } from '../../../protocols/wire/offer/offer-body.ts'
import { offerTopic } from '../../../protocols/wire/offer/offer-topic.ts'
import { type MeshNode, meshNode, star, withoutAdverts } from '../../support/nodes/mesh-nodes.ts'
import { cast, digestOf, domain } from '../../support/statement-vectors/cast.ts'

const FORGED = 1_000

const body: OfferBody = {
  region: 'eu-west',
  gpuClass: 'inference',
  models: [{ short: digestOf('model').slice(0, 8), base: credits(100n) }],
  jobs: 0,
  jobsMax: 4,
  chunkCredits: credits(1_000n),
  windowChunks: 4,
  table: toHex(digestOf('table')) as Hash32,
}
const SHARD = offerShard(body)
const OTHER_SHARD = 'us-east/inference'

const offer = (sequence: bigint, change: Partial<OfferBody> = {}, by = cast.operator): Offer =>
  signOffer(domain, by.signer, { ...body, ...change }, sequence, Date.now())

/**
 * The author's next sequence, said by a stranger: signed with its own key in the author's name, under its own key, or the
 * genuine message itself with its signature spoilt. All differ, so every one is a message of its own.
 */
function forgery(genuine: Offer, i: number): Uint8Array {
  const { sequence } = genuine.head
  if (i % 3 === 2) {
    const spoilt = genuine.bytes.slice()
    for (let left = i, at = spoilt.length - 1; left > 0; left >>= 8, at--) spoilt[at]! ^= left & 0xff
    return spoilt
  }
  const theirs = openSigned(domain, offerHeadType, offer(sequence, { jobs: i }, cast.stranger).bytes)
  const value = { ...theirs.value, operator: genuine.miner }
  const signature = cast.stranger.signer.sign(domain.digest(offerHeadType, value))
  const publicKey = i % 3 === 0 ? cast.operator.signer.publicKey : theirs.publicKey
  return encodeSigned(offerHeadType, { ...theirs, value, publicKey, signature })
}

interface Listener {
  readonly node: MeshNode
  /** Delivered, in order. */
  readonly heard: Offer[]
  /** What the judge said of each message, by topic id. */
  readonly verdicts: { readonly topicId: string; readonly verdict: Verdict }[]
}

let nodes: AsyncDisposableStack

beforeEach(() => {
  nodes = new AsyncDisposableStack()
})

afterEach(() => nodes.disposeAsync())

const start = (count: number): Promise<MeshNode[]> =>
  Promise.all(Array.from({ length: count }, async () => nodes.use(await meshNode({ network: 'local' }))))

/** One judge with one memory for all shards, as a node has it. */
function listen(node: MeshNode, ...shards: readonly string[]): Listener {
  const law = offerTopic(domain, new HighestSeen())
  const listener: Listener = { node, heard: [], verdicts: [] }
  const topic: Topic<Offer> = {
    ...law,
    judge(data, context) {
      const judged = law.judge(data, context)
      listener.verdicts.push({ topicId: context.topicId, verdict: judged.verdict })
      return judged
    },
  }
  for (const shard of shards) node.network.subscribe(topic, shard, (heard) => listener.heard.push(heard))
  return listener
}

const idOf = (shard: string): string => topicId(domain.tag, { name: 'offer', major: 1 }, shard)
const publish = ({ network }: MeshNode, shard: string, data: Uint8Array): Promise<number> =>
  network.publish(offerTopic(domain, new HighestSeen()), shard, data)

/** Until each of `others` is in the mesh of `node`: messages go both ways without being asked for. */
async function meshed(node: MeshNode, shard: string, others: readonly MeshNode[]): Promise<void> {
  const { gossip } = node.network.libp2p.services as unknown as { gossip: { getMeshPeers(topic: string): string[] } }
  const wanted = others.map(({ network }) => network.self)
  await expect.poll(() => gossip.getMeshPeers(idOf(shard)), { interval: 20 }).toEqual(expect.arrayContaining(wanted))
}

/** Until `listener` was handed `genuine`. */
async function heardBy({ heard }: Listener, { hash }: Offer): Promise<void> {
  await expect.poll(() => heard.some((one) => one.hash === hash), { interval: 5 }).toBe(true)
}

describe('an offer whose next sequence a stranger claims first', () => {
  it('is accepted after 1,000 forgeries, each of them rejected and none remembered', () => {
    const seen = new HighestSeen()
    const topic = offerTopic(domain, seen)
    const genuine = offer(BigInt(Date.now()))
    const context = { topicId: idOf(SHARD), nowMs: Date.now(), from: cast.stranger.signer.address as never }
    for (let i = 0; i < FORGED; i++) expect(topic.judge(forgery(genuine, i), context).verdict).toBe('reject')
    expect(seen.size).toBe(0)
    expect(topic.judge(genuine.bytes, context).value?.hash).toBe(genuine.hash)
  })

  it('is not delayed by 1,000 forgeries of two neighbours, before it and while it travels', async () => {
    // Five nodes: four neighbours at most, all of whom gossipsub takes into its mesh, whatever it draws and the DHT connects.
    const [hub, author, victim, ...attackers] = (await start(5)) as [MeshNode, MeshNode, MeshNode, ...MeshNode[]]
    await star([hub, author, victim, ...attackers])
    await star([victim, ...attackers])
    const [atHub, atVictim] = [listen(hub, SHARD), listen(victim, SHARD)]
    for (const node of [author, ...attackers]) listen(node, SHARD)
    await meshed(victim, SHARD, [hub, ...attackers])
    await meshed(hub, SHARD, [author, victim])

    const first = offer(BigInt(Date.now()))
    await publish(author, SHARD, first.bytes)
    await heardBy(atVictim, first)
    for (const node of [hub, author, victim, ...attackers]) withoutAdverts(node)
    const genuine = offer(first.head.sequence + 1n)
    const forged = Array.from({ length: FORGED }, (_, i) => forgery(genuine, i))
    const half = FORGED / 2
    const flood = (from: number, to: number): Promise<unknown> =>
      Promise.all(
        forged.slice(from, to).map((data, i) => publish(attackers[i % attackers.length]!, SHARD, data).catch(() => 0)),
      )
    await flood(0, half)
    // The claims stand before the genuine message is made.
    const faults = ({ network }: MeshNode): number => victim.network.figures(network.self)?.faults ?? 0
    await expect.poll(() => Math.max(...attackers.map(faults)), { interval: 5 }).toBeGreaterThan(0)
    const flooding = flood(half, FORGED)
    await publish(author, SHARD, genuine.bytes)
    await flooding
    await heardBy(atVictim, genuine)
    // The senders paid, the neighbour that carried the genuine message did not.
    expect(atVictim.heard.map(({ hash }) => hash)).toEqual([first.hash, genuine.hash])
    expect(atHub.heard.map(({ hash }) => hash)).toEqual([first.hash, genuine.hash])
    expect(faults(hub)).toBe(0)
    expect(hub.network.figures(author.network.self)?.faults ?? 0).toBe(0)
  })
})

describe('an offer whose genuine bytes a stranger publishes first on another topic', () => {
  it('is not delayed on its own', async () => {
    const [hub, author, victim, attacker] = (await start(4)) as [MeshNode, MeshNode, MeshNode, MeshNode]
    await star([hub, author, victim, attacker])
    await attacker.network.connect(victim.network.self, victim.network.addresses())
    const [atHub, atVictim] = [listen(hub, SHARD, OTHER_SHARD), listen(victim, SHARD, OTHER_SHARD)]
    listen(attacker, SHARD, OTHER_SHARD)
    listen(author, SHARD)
    await meshed(victim, OTHER_SHARD, [attacker, hub])
    await meshed(hub, OTHER_SHARD, [attacker, victim])
    await meshed(victim, SHARD, [attacker, hub])
    await meshed(hub, SHARD, [author, victim])

    const genuine = offer(BigInt(Date.now()))
    expect(await publish(attacker, OTHER_SHARD, genuine.bytes)).toBe(2)
    // Both have judged it there, and have its bytes behind them.
    for (const { verdicts } of [atHub, atVictim])
      await expect.poll(() => verdicts, { interval: 5 }).toEqual([{ topicId: idOf(OTHER_SHARD), verdict: 'reject' }])
    for (const node of [hub, author, victim, attacker]) withoutAdverts(node)
    await publish(author, SHARD, genuine.bytes)
    await heardBy(atVictim, genuine)
    expect(atVictim.heard).toHaveLength(1)
    expect(atVictim.verdicts.at(-1)).toEqual({ topicId: idOf(SHARD), verdict: 'accept' })
    expect(victim.network.figures(hub.network.self)?.faults ?? 0).toBe(0)
    expect(hub.network.figures(author.network.self)?.faults ?? 0).toBe(0)
    expect(victim.network.libp2p.getConnections(peerIdFromString(attacker.network.self))).not.toEqual([])
  })
})
