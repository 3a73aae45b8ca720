import { describe, expect, it } from 'vitest'
import { ModelSeat } from '../../../node/work/queue/model-seat.ts'
import { ServedModel, ServedModels } from '../../../node/work/served-models.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { type ModelId, modelId } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { IdentitySession } from '../../support/engines/identity-session.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'
import { hashOf } from '../../support/wire-vectors/job-samples.ts'

const session = new IdentitySession(new ManualClock(), 1)
const { kernelClass, inputs, outputs } = session
const served = (id: ModelId, base = 100): ServedModel =>
  new ServedModel({ id, name: 'm', bytes: 1, base: credits(base), kernelClass, inputs, outputs }, [
    new ModelSeat(crypto, 'cpu', session),
  ])
const ids = ['a', 'b', 'c'].map((word) => modelIdOf(digestOf(word))).sort() as [ModelId, ModelId, ModelId]

describe('a served model', () => {
  it('is named in receipts by the digest of its file and the hash of what runs it', () => {
    const model = served(modelIdOf(digestOf('a')))
    expect(model.weights).toBe(toHex(digestOf('a')))
    expect(model.seats.map((seat) => seat.kernelClass)).toEqual([hashOf(kernelClass)])
  })

  it('is none without a digest in its id', () => {
    expect(() => served(modelId('letters'))).toThrow(expect.objectContaining({ code: 'MODEL_UNKNOWN' }))
  })

  it('knows its service time as a mean of the last runs', () => {
    const model = served(ids[0])
    expect(model.serviceMs).toBeUndefined()
    model.observe(10_000)
    expect(model.serviceMs).toBe(10)
    model.observe(20_000)
    expect(model.serviceMs).toBe(12)
    for (let i = 0; i < 50; i++) model.observe(5_000)
    expect(model.serviceMs).toBeCloseTo(5, 2)
  })
})

describe('the served models', () => {
  it('make one table, in whatever order they were added', () => {
    const [one, other] = [new ServedModels(), new ServedModels()]
    for (const id of ids) one.add(served(id))
    for (const id of [...ids].reverse()) other.add(served(id))
    expect(one.table()).toEqual(other.table())
    expect(one.table().map(({ id }) => id)).toEqual(ids)
  })

  it('have a price each', () => {
    const models = new ServedModels()
    models.add(served(ids[0], 7))
    models.add(served(ids[1], 9))
    expect([...models.prices()]).toEqual([
      [ids[0], 7n],
      [ids[1], 9n],
    ])
  })
})
