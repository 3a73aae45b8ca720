/** Records and providers: who finds them, which version wins, and what nobody keeps. */
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { hash32, type PeerId } from '../../../protocols/kernel/ids.ts'
import { authorKey, type Kept, keep, signedRecords } from '../../support/nodes/signed-record.ts'
import { bytesProtocol, collect } from '../../support/nodes/wire-protocols.ts'
import { type LabNode, type NetworkLab, star, text } from './network-lab.ts'

const HOUR_MS = 3_600_000
const space = signedRecords()

export function recordsCompliance(makeLab: () => NetworkLab): void {
  let lab: NetworkLab
  const record = (sequence: number, words: string, lifeMs = HOUR_MS): Kept => ({
    author: 'a',
    sequence,
    text: words,
    expiresAtMs: lab.nowMs() + lifeMs,
  })
  const put = ({ network }: LabNode, value: Kept, proof?: string): Promise<void> =>
    lab.when(network.putRecord(space, value, keep(value, proof)))
  const get = ({ network }: LabNode, author = 'a'): Promise<Kept | undefined> =>
    lab.when(network.getRecord(space, authorKey(author)))

  /** A node that answers lookups and holds the space, and light nodes that only ask. */
  async function hubAndLight(count: number): Promise<LabNode[]> {
    const light = Array.from({ length: count }, () => ({ listens: false }))
    const nodes = await star(lab, {}, ...light)
    nodes[0]!.network.hold(space)
    return nodes
  }

  describe('keeps a record that', () => {
    beforeEach(() => {
      lab = makeLab()
    })
    afterEach(() => lab[Symbol.asyncDispose]())

    it('is found by a node that never met its author, and nothing is found where there is none', async () => {
      const [, author, reader] = await hubAndLight(2)
      const value = record(1, 'hello')
      await put(author!, value)
      expect(await get(reader!)).toEqual(value)
      expect(await get(reader!, 'b')).toBeUndefined()
    })

    it('is replaced by a newer one, and the newest is read', async () => {
      const [, author, reader] = await hubAndLight(2)
      await put(author!, record(1, 'old'))
      expect(await get(reader!)).toMatchObject({ text: 'old' })
      await put(author!, record(2, 'fresh'))
      expect(await get(reader!)).toMatchObject({ text: 'fresh' })
    })

    it('is not overwritten by an older one that a stranger puts again', async () => {
      const [, author, stranger, reader] = await hubAndLight(3)
      const old = record(1, 'old')
      await put(author!, old)
      await put(author!, record(2, 'fresh'))
      await expect(put(stranger!, old)).rejects.toMatchObject({ code: 'NO_PEERS' })
      expect(await get(reader!)).toMatchObject({ text: 'fresh' })
    })

    it('is read newest first, also where one holder lags behind', async () => {
      const hubs = await lab.when(Promise.all([lab.node(), lab.node()]))
      for (const { network } of hubs) network.hold(space)
      const [lagging, other] = hubs as [LabNode, LabNode]
      const [author, reader] = await lab.when(Promise.all([lab.node({ listens: false }), lab.node({ listens: false })]))
      await put(lagging, record(1, 'old'))
      await lab.when(author.network.connect(other.network.self, other.network.addresses()))
      await put(author, record(2, 'fresh'))
      for (const { network } of hubs) await lab.when(reader.network.connect(network.self, network.addresses()))
      await lab.until(() => reader.serversKnown() === 2)
      expect(await get(reader)).toMatchObject({ text: 'fresh' })
    })

    it('is worth nothing after its time, to its holders and to those who had read it', async () => {
      const [, author, early, late] = await hubAndLight(3)
      await put(author!, record(1, 'short', 60_000))
      expect(await get(early!)).toMatchObject({ text: 'short' })
      await lab.pass(61_000)
      expect(await get(early!)).toBeUndefined()
      expect(await get(late!)).toBeUndefined()
    })

    it('is genuine: with a false proof, expired or too long it is kept by nobody', async () => {
      const [, stranger, reader] = await hubAndLight(2)
      const code = (putting: Promise<void>): Promise<string> =>
        putting.then(
          () => 'kept',
          ({ code: given }: { code: string }) => given,
        )
      expect(await code(put(stranger!, record(1, 'forged'), 'no proof'))).toBe('NO_PEERS')
      expect(await code(put(stranger!, record(2, 'expired', -1)))).toBe('NO_PEERS')
      expect(await code(put(stranger!, record(3, 'x'.repeat(2_000))))).toBe('USAGE')
      expect(await get(reader!)).toBeUndefined()
    })

    it('is kept by nobody who does not hold its space', async () => {
      const [hub, author] = await star(lab, {}, { listens: false })
      await expect(put(author!, record(1, 'hello'))).rejects.toMatchObject({ code: 'NO_PEERS' })
      const holding = hub!.network.hold(space)
      await put(author!, record(2, 'hello'))
      holding[Symbol.dispose]()
      await expect(put(author!, record(3, 'hello'))).rejects.toMatchObject({ code: 'NO_PEERS' })
    })

    it('costs a lonely node no waiting', async () => {
      const alone = await lab.when(lab.node())
      alone.network.hold(space)
      expect(await get(alone)).toBeUndefined()
      await put(alone, record(1, 'mine'))
      expect(await get(alone)).toMatchObject({ text: 'mine' })
    })

    it('was put by a server that knew nobody: it is found by who comes later', async () => {
      const [hub, reader] = await lab.when(Promise.all([lab.node(), lab.node({ listens: false })]))
      hub.network.hold(space)
      await put(hub, record(1, 'early'))
      await lab.when(reader.network.connect(hub.network.self, hub.network.addresses()))
      await lab.until(() => reader.serversKnown() === 1)
      expect(await get(reader)).toMatchObject({ text: 'early' })
    })

    it('is no longer looked for when the caller gives up', async () => {
      const [, reader] = await hubAndLight(1)
      const looking = reader!.network.getRecord(space, authorKey('a'), AbortSignal.abort())
      await expect(lab.when(looking)).rejects.toMatchObject({ code: 'CANCELLED' })
    })
  })

  describe('finds a provider that', () => {
    const key = hash32(toHex(createHash('sha256').update('gpu/v1/arch/ada').digest()))
    const find = async ({ network }: LabNode): Promise<PeerId[]> => {
      const found = await lab.when(collect(network.findProviders(key)))
      return found.sort()
    }

    beforeEach(() => {
      lab = makeLab()
    })
    afterEach(() => lab[Symbol.asyncDispose]())

    it('announced itself under the key, each once, and nobody under another key', async () => {
      const [, miner, other, light] = await star(lab, {}, {}, {}, { listens: false })
      using _ = await lab.when(miner!.network.provide(key))
      using _again = await lab.when(miner!.network.provide(key))
      using _other = await lab.when(other!.network.provide(key))
      expect(await find(light!)).toEqual([miner!.network.self, other!.network.self].sort())
      const nothing = hash32(`0x${'11'.repeat(32)}`)
      expect(await lab.when(collect(light!.network.findProviders(nothing)))).toEqual([])
    })

    it('can then be called without any address', async () => {
      const [, miner, light] = await star(lab, {}, {}, { listens: false })
      const protocol = bytesProtocol('found')
      using _serving = miner!.network.serve(protocol, async function* (first) {
        yield first
      })
      using _ = await lab.when(miner!.network.provide(key))
      const [found] = await find(light!)
      expect(await lab.when(collect(light!.network.call(found!, protocol, text('x'))))).toHaveLength(1)
    })

    it('has at most 64 keys, and may name another one instead', async () => {
      const alone = await lab.when(lab.node())
      const announced: Disposable[] = []
      for (let i = 0; i < 64; i++)
        announced.push(await lab.when(alone.network.provide(hash32(`0x${i.toString(16).padStart(64, '0')}`))))
      await expect(lab.when(alone.network.provide(key))).rejects.toMatchObject({ code: 'LIMIT' })
      announced[0]![Symbol.dispose]()
      using _ = await lab.when(alone.network.provide(key))
    })

    it('costs a lonely node no waiting', async () => {
      const alone = await lab.when(lab.node())
      expect(await find(alone)).toEqual([])
    })
  })
}
