import { describe, expect, it } from 'vitest'
import { encode } from '../../../protocols/kernel/codec.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import {
  answerTable,
  askTable,
  offerTableProtocol,
  TABLE_MODELS_MAX,
  type TableModel,
  tableHash,
  tableModelCodec,
} from '../../../protocols/wire/offer/offer-table.ts'
import { PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { hashOf } from '../../support/wire-vectors/job-samples.ts'
import { table as model, widestTable } from '../../support/wire-vectors/offer-vectors.ts'

const MINER = peerId('miner')
const models: readonly TableModel[] = ['a', 'b', 'c'].map((name) => ({ ...model, name }))
const network = (served: readonly TableModel[]) => directNetwork(answerTable(() => served))

describe('the table behind an offer', () => {
  it('comes whole, model by model, to whoever asks', async () => {
    expect(await askTable(network(models), crypto, MINER, tableHash(crypto, models), {})).toEqual(models)
    expect(await askTable(network([]), crypto, MINER, tableHash(crypto, []), {})).toEqual([])
  })

  it.each([
    ['other models', models.slice(1)],
    ['more models', [...models, model]],
    ['the same models in another order', models.toReversed()],
    ['another price', models.map((each) => ({ ...each, base: credits(1) }))],
    ['none', []],
  ] satisfies [string, readonly TableModel[]][])('that has %s is not the one that was offered', async (_, served) => {
    const asked = askTable(network(served), crypto, MINER, tableHash(crypto, models), {})
    await expect(asked).rejects.toMatchObject({ code: 'WRONG_JOB', facts: { given: tableHash(crypto, served) } })
  })

  it('is the same whatever its prices are made of now', async () => {
    const price = { strategy: 'market', reference: credits(1_000), formula: credits(1_200), factors: [] }
    const explained = models.map((each, i) => ({ ...each, price: { ...price, formula: credits(i) } }))
    expect(await askTable(network(explained), crypto, MINER, tableHash(crypto, models), {})).toEqual(explained)
    expect(tableHash(crypto, explained)).toBe(tableHash(crypto, models))
  })

  it('may be read from the middle', async () => {
    const read: string[] = []
    for await (const { name } of network(models).call(MINER, offerTableProtocol, { skip: 2 })) read.push(name)
    expect(read).toEqual(['c'])
  })

  it('is what the miner serves at the time of the question', async () => {
    const served = [...models]
    const asked = directNetwork(answerTable(() => served))
    served.pop()
    expect(await askTable(asked, crypto, MINER, tableHash(crypto, models.slice(0, 2)), {})).toHaveLength(2)
  })

  it('has no more models than one call may answer with', () => {
    expect(offerTableProtocol.limits.responsesMax).toBe(TABLE_MODELS_MAX)
  })
})

describe('a model of a table', () => {
  it('fits a frame, or is not written at all', () => {
    expect(tableModelCodec.bytesMax).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
    expect(() => encode(tableModelCodec, widestTable)).toThrow(/above its bound/)
  })

  it('has another hash for every word', () => {
    const changed: Partial<TableModel>[] = [
      { name: 'x' },
      { bytes: 1 },
      { kernelClass: 'x' },
      { base: credits(2) },
      { inputs: [] },
      { outputs: [{ ...model.outputs[0]!, dims: [1, 62] }] },
    ]
    const hashes = [{}, ...changed].map((facts) => tableHash(crypto, [{ ...model, ...facts }]))
    expect(new Set(hashes).size).toBe(hashes.length)
    expect(hashes).not.toContain(hashOf('table'))
  })
})
