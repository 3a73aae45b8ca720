import { describe, expect, it } from 'vitest'
import { foundGpus } from '../../../../node/client/finding/found-gpus.ts'
import type { MinerNotes } from '../../../../node/client/finding/offer-book.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { parsePlace } from '../../../../protocols/rules/geography/place.ts'
import { shortOf } from '../../../../protocols/wire/offer/offer.ts'
import { offerOf } from '../../../support/offers.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const minerAt = (miner: number, region: string, rttMs?: number): MinerNotes => ({
  offer: offerOf({ miner, body: { region, models: [{ short: shortOf(model), base: credits(100) }] } }),
  heardAtMs: 0,
  rttMs,
  serviceMs: 5,
  failures: 0,
  isLeased: false,
  claimFactor: 1,
  auditFactor: 1,
})

const near = minerAt(1, 'eu-west', 8)
const far = minerAt(2, 'us-east', 90)
const regionsOf = (...asked: Parameters<typeof foundGpus>) => foundGpus(...asked).map(({ region }) => region)

describe('the GPUs that a client can use', () => {
  it('are those whose answers are there within a tenth of a second, the nearest first, at the price of the class', () => {
    const [best, ...others] = foundGpus([far, near], model, {})
    expect(best).toMatchObject({
      region: 'eu-west',
      estimatedMs: 13,
      latencySource: 'measured',
      price: 300n,
      chance: 1,
    })
    expect(others).toMatchObject([{ region: 'us-east', estimatedMs: 95 }])
    expect(regionsOf([far, near], model, { latencyMsMax: 50 })).toEqual(['eu-west'])
  })

  it('are seen from a place by distance alone: what was measured from here says nothing of there', () => {
    const from = parsePlace('us-east')
    expect(foundGpus([near, far], model, { from })[0]).toMatchObject({ region: 'us-east', latencySource: 'geography' })
    // A region that lies nowhere is as far as those of which nothing is known.
    const nowhere = minerAt(3, 'earth', 1)
    expect(foundGpus([nowhere], model, { from, latencyMsMax: 1_000 })[0]!.latencySource).toBe('unknown')
  })

  it('are of one region where it is named, and else it is said who serves, or what came closest', () => {
    expect(regionsOf([near, far], model, { region: 'us-east' })).toEqual(['us-east'])
    expect(() => foundGpus([near], model, { region: 'mars' })).toThrow(
      expect.objectContaining({ code: 'REGION_UNSERVED' }),
    )
    expect(() => foundGpus([near, far], model, { latencyMsMax: 10 })).toThrow(/the quickest would take 13 ms/)
    expect(() => foundGpus([near], model, { latencyMsMax: Number.NaN })).toThrow(
      expect.objectContaining({ code: 'BUDGET_INVALID' }),
    )
  })
})
