/**
 * An upgrade does not split the mesh: a relay of yesterday stands between an author and a reader of today, and hands on what it
 * understands, what it half understands and what it cannot read, byte for byte and within the limits of any other message.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Libp2pNetwork } from '../../../node/network/libp2p-network.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { array, text, u32 } from '../../../protocols/kernel/codec.ts'
import { optional, struct } from '../../../protocols/kernel/open-codec.ts'
import { type Judged, type Topic, topicId, type Verdict } from '../../../protocols/kernel/topic.ts'
import { issueStatement, judgeStatement, type OpenStatement } from '../../../protocols/statements/envelope.ts'
import { HighestSeen } from '../../../protocols/statements/sequence.ts'
import { type StatementRow, statementKind } from '../../../protocols/statements/statement-kinds.ts'
import { type MeshNode, meshNode, type NodeOptions } from '../../support/nodes/mesh-nodes.ts'
import { cast, domain } from '../../support/statement-vectors/cast.ts'
import { READING_REGION, type Reading, readingRow } from '../../support/statement-vectors/envelope-vectors.ts'

interface Coloured extends Reading {
  readonly colour?: readonly string[]
  readonly critical?: readonly string[]
}

interface ByCard {
  readonly region: string
  readonly loads: readonly number[]
}

const words = optional(array(text(16), 4))
const { kind, lifetimeMsMax } = readingRow

/** Version 1 of a later minor version: a key that the relay does not know, and may be told that it must. */
const laterMinor: StatementRow<Coloured> = {
  kind,
  lifetimeMsMax,
  versions: {
    1: struct<Coloured>({
      region: text(16),
      load: u32,
      note: optional(text(64)),
      colour: words,
      // The codec's own word: written like any key, and read by whoever does not know `colour`.
      critical: words,
    }),
  },
}
/** Version 2: another shape altogether. */
const byCard: StatementRow<ByCard> = {
  kind,
  lifetimeMsMax,
  versions: { 2: struct<ByCard>({ region: text(16), loads: array(u32, 64) }) },
}
const otherKind: StatementRow<ByCard> = { ...byCard, kind: statementKind('card') }

type Any = Reading | Coloured | ByCard
/** What a node of today reads: all of it. */
const today = [
  { kind, lifetimeMsMax, versions: { 1: laterMinor.versions[1], 2: byCard.versions[2] } },
  otherKind,
] as unknown as readonly StatementRow<Any>[]
const yesterday: readonly StatementRow<Any>[] = [readingRow as unknown as StatementRow<Any>]

interface Heard {
  readonly open: OpenStatement<Any>
  readonly bytes: string
}

interface Listener {
  readonly heard: Heard[]
  readonly verdicts: Verdict[]
}

const BASE = { name: 'readings', major: 1 } as const
type Limits = Partial<Pick<Topic<Heard>, 'bytesMax' | 'perAuthorPerMinuteMax'>>

function readings(rows: readonly StatementRow<Any>[], verdicts: Verdict[] = [], limits: Limits = {}): Topic<Heard> {
  const seen = new HighestSeen()
  return {
    ...BASE,
    bytesMax: 1_024,
    perAuthorPerMinuteMax: 100,
    ...limits,
    judge(data, { topicId: id, nowMs }): Judged<Heard> {
      const belongs = ({ region }: Any): boolean => topicId(domain.tag, BASE, region) === id
      const { value, ...judged } = judgeStatement(data, { domain, nowMs, rows, seen, topicId: id, belongs })
      verdicts.push(judged.verdict)
      return value === undefined ? judged : { ...judged, value: { open: value, bytes: toHex(data) } }
    },
  }
}

let nodes: AsyncDisposableStack
let relay: MeshNode
let author: MeshNode
let reader: MeshNode

/** Author and reader listen nowhere, so that all there is between them is the relay. */
beforeEach(async () => {
  nodes = new AsyncDisposableStack()
  const start = async (options: NodeOptions = {}): Promise<MeshNode> =>
    nodes.use(await meshNode({ network: 'local', ...options }))
  relay = await start()
  author = await start({ listen: [] })
  reader = await start({ listen: [] })
  for (const { network } of [author, reader]) await network.connect(relay.network.self, relay.network.addresses())
})

afterEach(() => nodes.disposeAsync())

function listen({ network }: MeshNode, rows: readonly StatementRow<Any>[], limits: Limits = {}): Listener {
  const listener: Listener = { heard: [], verdicts: [] }
  network.subscribe(readings(rows, listener.verdicts, limits), READING_REGION, (heard) => listener.heard.push(heard))
  return listener
}

/** Until author and reader are in the relay's mesh, and it in theirs. */
async function meshed(): Promise<void> {
  const neighbours = ({ libp2p }: Libp2pNetwork): readonly string[] =>
    (libp2p.services as unknown as { gossip: { getMeshPeers(topic: string): string[] } }).gossip.getMeshPeers(
      topicId(domain.tag, BASE, READING_REGION),
    )
  for (const [{ network }, others] of [
    [relay, [author, reader]] as const,
    [author, [relay]],
    [reader, [relay]],
  ] as const)
    await expect
      .poll(() => neighbours(network), { interval: 20 })
      .toEqual(expect.arrayContaining(others.map((other) => other.network.self)))
}

let sequence = BigInt(Date.now())

function issue<T>(row: StatementRow<T>, payload: T, by = cast.operator): Uint8Array {
  const facts = { sequence: ++sequence, nowMs: Date.now(), lifetimeMs: 60_000 }
  return issueStatement(domain, row, payload, facts, by.signer).bytes
}

const publish = (bytes: Uint8Array): Promise<number> => author.network.publish(readings(today), READING_REGION, bytes)
const heardBy = ({ heard }: Listener, bytes: Uint8Array): Promise<void> =>
  expect.poll(() => heard.map((one) => one.bytes), { interval: 10 }).toContain(toHex(bytes))

const reading: Reading = { region: READING_REGION, load: 3 }
const cards: ByCard = { region: READING_REGION, loads: [1, 2] }

describe('a relay that knows version 1 only', () => {
  it.each([
    { what: 'version 1', bytes: () => issue(readingRow, reading), payload: reading, verdict: 'accept' },
    {
      what: 'version 1 + a key it does not know',
      bytes: () => issue(laterMinor, { ...reading, colour: ['red'] }),
      payload: { ...reading, colour: ['red'] },
      verdict: 'accept',
    },
    {
      what: 'version 1 + a critical one',
      bytes: () => issue(laterMinor, { ...reading, colour: ['red'], critical: ['colour'] }),
      payload: { ...reading, colour: ['red'], critical: ['colour'] },
      verdict: 'forward',
    },
    { what: 'version 2', bytes: () => issue(byCard, cards), payload: cards, verdict: 'forward' },
    { what: 'a kind it does not know', bytes: () => issue(otherKind, cards), payload: cards, verdict: 'forward' },
  ] as const)('hands on $what untouched: $verdict', async ({ bytes, payload, verdict }) => {
    const [atRelay, atReader] = [listen(relay, yesterday), listen(reader, today)]
    listen(author, today)
    await meshed()
    const issued = bytes()
    expect(await publish(issued)).toBe(1)
    await heardBy(atReader, issued)
    expect(atReader.heard[0]!.open.payload).toEqual(payload)
    expect(atRelay.verdicts).toEqual([verdict])
    // What it does not understand is delivered to nobody here.
    expect(atRelay.heard.map((one) => one.bytes)).toEqual(verdict === 'accept' ? [toHex(issued)] : [])
    if (verdict === 'accept') expect(atRelay.heard[0]!.open.payload).toEqual(reading)
    expect(relay.network.figures(author.network.self)?.faults ?? 0).toBe(0)
    expect(reader.network.figures(relay.network.self)?.faults ?? 0).toBe(0)
  })

  it('hands on no more of one author than its rate, whatever the version', async () => {
    const atRelay = listen(relay, yesterday, { perAuthorPerMinuteMax: 3 })
    const atReader = listen(reader, today)
    listen(author, today)
    await meshed()
    const flood = [readingRow, byCard, otherKind, byCard, readingRow, otherKind].map((row) =>
      issue(row as StatementRow<Any>, row === readingRow ? reading : cards),
    )
    for (const bytes of flood) await publish(bytes)
    const other = issue(byCard, cards, cast.stranger)
    await publish(other)
    await heardBy(atReader, other)
    expect(atReader.heard.map((one) => one.bytes)).toEqual([...flood.slice(0, 3), other].map(toHex))
    expect(atRelay.verdicts).toHaveLength(7)
    expect(relay.network.figures(author.network.self)?.faults ?? 0).toBe(0)
  })

  it('hands on a version that it does not know only if it is true, timely, new and no longer than any other', async () => {
    const atRelay = listen(relay, yesterday, { bytesMax: 400 })
    const atReader = listen(reader, today)
    listen(author, today)
    await meshed()
    const [first, second] = [issue(byCard, cards), issue(byCard, cards)]
    const expired = issueStatement(
      domain,
      byCard,
      cards,
      { sequence: ++sequence, nowMs: Date.now() - 120_000, lifetimeMs: 60_000 },
      cast.operator.signer,
    ).bytes
    const long = issue(byCard, { ...cards, loads: Array.from({ length: 64 }, () => 2 ** 32 - 1) })
    const spoilt = issue(byCard, cards)
    await publish(second)
    await heardBy(atReader, second)
    for (const bytes of [first, expired, long, spoilt.with(spoilt.length - 1, spoilt.at(-1)! ^ 1)]) await publish(bytes)
    await expect.poll(() => relay.network.figures(author.network.self)?.faults, { interval: 10 }).toBe(2)
    expect(atRelay.verdicts).toEqual(['forward', 'ignore', 'ignore', 'reject'])
    expect(atReader.heard.map((one) => one.bytes)).toEqual([toHex(second)])
  })
})
