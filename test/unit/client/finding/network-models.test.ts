import { describe, expect, it } from 'vitest'
import { NetworkModels } from '../../../../node/client/finding/network-models.ts'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { abortError, MeshError } from '../../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../../protocols/kernel/model-id.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import type { CallOptions } from '../../../../protocols/kernel/protocol.ts'
import { shortOf } from '../../../../protocols/wire/offer/offer.ts'
import { type TableModel, tableHash } from '../../../../protocols/wire/offer/offer-table.ts'
import { offerOf } from '../../../support/offers.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const other = modelIdOf(digestOf('other model'))
const row = (change: Partial<TableModel> = {}): TableModel => ({
  id: model,
  name: 'letters',
  bytes: 1_000,
  base: credits(100),
  kernelClass: 'engine/1/cpu/fp32/none',
  inputs: [{ name: 'image', type: 'float32', dims: ['n', 2] }],
  outputs: [{ name: 'letter', type: 'float32', dims: [26] }],
  ...change,
})
const image = { name: 'image', type: 'float32', dims: [1, 2], byteLength: 8 } as const

type Answer = readonly TableModel[] | MeshError | 'never'

/** Miners by number, with the table that each offers, and what it says when it is asked for it. */
function set(miners: readonly { readonly offers: readonly TableModel[]; readonly says?: Answer }[]) {
  const asked: PeerId[] = []
  const book = new OfferBook(new ManualClock())
  const says = new Map<PeerId, Answer>()
  for (const [i, miner] of miners.entries()) {
    const models = miner.offers.map(({ id, base }) => ({ short: shortOf(id), base }))
    const offer = offerOf({ miner: i + 1, body: { models, table: tableHash(crypto, miner.offers) } })
    book.put(offer)
    says.set(offer.peer, miner.says ?? miner.offers)
  }
  const network = {
    async *call(peer: PeerId, _protocol: unknown, _request: unknown, _options: CallOptions) {
      asked.push(peer)
      const answer = says.get(peer)!
      await Promise.resolve()
      if (answer === 'never') await new Promise(() => undefined)
      else if (answer instanceof MeshError) throw answer
      else yield* answer
    },
  } as unknown as Network
  return { asked, book, says, models: new NetworkModels(network, crypto, book) }
}

describe('the models of the network', () => {
  it('are what the tables name, joined by model, the cheapest miner first', async () => {
    const dear = row({ base: credits(300), kernelClass: 'engine/1/gpu/fp16/x' })
    const { models } = set([{ offers: [dear, row({ id: other, name: 'faces' })] }, { offers: [row()] }])
    const all = await models.all()
    expect(all.map(({ name }) => name)).toEqual(['faces', 'letters'])
    expect(all[1]!.miners.map(({ price }) => price)).toEqual([100n, 300n])
  })

  it('are served once by a miner that names one twice', async () => {
    const { models } = set([{ offers: [row(), row({ base: credits(1) })] }])
    expect((await models.all())[0]!.miners.length).toBe(1)
  })

  it('lack those of a miner that does not answer, or answers with another table than it signed', async () => {
    const { models } = set([
      { offers: [row()], says: new MeshError('STREAM_LOST', { peer: 'p' }) },
      { offers: [row({ id: other })], says: [row({ id: other, name: 'swapped' })] },
    ])
    expect(await models.all()).toEqual([])
  })

  it('are asked for once a table', async () => {
    const { models, asked } = set([{ offers: [row()] }, { offers: [row({ base: credits(2) })] }])
    await models.all()
    await models.all()
    expect(asked.length).toBe(2)
  })
})

describe('the check of an input', () => {
  it('lets pass what fits one miner’s word, and what nobody can say anything of', async () => {
    const liar = row({ inputs: [{ name: 'something', type: 'int8', dims: [] }] })
    await set([{ offers: [liar] }, { offers: [row()] }]).models.check(model, [image])
    await set([]).models.check(model, [image])
    await set([{ offers: [row()], says: new MeshError('STREAM_LOST', { peer: 'p' }) }]).models.check(model, [image])
  })

  it('refuses what fits nobody’s word, with the reason', async () => {
    const { models } = set([{ offers: [row()] }])
    await expect(models.check(model, [{ ...image, name: 'picture' }])).rejects.toMatchObject({ code: 'INPUT_NAME' })
  })

  it('waits for nobody once it fits one miner’s word', async () => {
    const { models } = set([{ offers: [row()] }, { offers: [row({ base: credits(2) })], says: 'never' }])
    await models.check(model, [image])
  })

  it('asks each miner once, however many jobs begin at the same time', async () => {
    const { models, asked } = set([{ offers: [row()] }])
    await Promise.all(Array.from({ length: 100 }, () => models.check(model, [image])))
    expect(asked.length).toBe(1)
  })

  it('ends with the reason of its own signal, and lets the others wait on', async () => {
    const { models } = set([{ offers: [row()], says: 'never' }])
    const stop = new AbortController()
    const given = models.check(model, [image], stop.signal)
    let ended = false
    const waiting = models.check(model, [image]).then(() => (ended = true))
    stop.abort(new MeshError('TIMEOUT', { what: 'the job', ms: 1 }))
    await expect(given).rejects.toBe(abortError(stop.signal))
    expect(ended).toBe(false)
    void waiting
  })

  it('asks again after a miner did not answer', async () => {
    const { models, asked, says } = set([{ offers: [row()], says: new MeshError('STREAM_LOST', { peer: 'p' }) }])
    await models.check(model, [{ ...image, name: 'picture' }])
    says.set(asked[0]!, [row()])
    await expect(models.check(model, [{ ...image, name: 'picture' }])).rejects.toMatchObject({ code: 'INPUT_NAME' })
  })
})

describe('the name of a model', () => {
  it('is its id until a table names it', async () => {
    const { models } = set([{ offers: [row()] }])
    expect(models.nameOf(model)).toBe(model)
    await models.all()
    expect(models.nameOf(model)).toBe('letters')
  })

  it('is what the miner said that has run it first, and not what others say', async () => {
    const { models, book } = set([{ offers: [row({ name: 'wrong' })] }, { offers: [row()] }])
    await models.all()
    expect(models.nameOf(model)).toBe('wrong')
    const [liar, honest] = book.live().map(({ offer }) => offer.miner)
    models.prove(model, honest!)
    models.prove(model, liar!)
    expect(models.nameOf(model)).toBe('letters')
  })
})
