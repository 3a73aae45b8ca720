import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode } from '../../../protocols/kernel/codec.ts'
import { fitProfile } from '../../../protocols/wire/profile/fit-profile.ts'
import { type ProfileBody, type ProfileGpu, profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import { largestRig, miner } from '../../support/profile-vectors/body-vectors.ts'
import '../../support/property-seed.ts'

const figures: ProfileGpu = {
  catalogueId: 'i'.repeat(48),
  architecture: 'a'.repeat(24),
  fp32Gflops: 1e9,
  fp16Gflops: 1e9,
  int8Gops: 1e9,
  memoryMBps: 1e9,
  edgeScore: 100,
}
const latencies = Array.from({ length: 16 }, (_, index) => ({ region: `region-${index}`, latencyMs: 0xffff }))

describe('a profile that says all it could', () => {
  it('stays as it is where the record has room', () => {
    const body = { ...miner, gpus: [{ ...miner.gpus[0], ...figures }], latencies, upKbps: 1 }
    expect(fitProfile(body)).toEqual(body)
  })

  it('leaves out latencies before figures, and figures before the names of sixteen cards', () => {
    const some = fitProfile({
      ...miner,
      gpus: Array.from({ length: 10 }, () => ({ ...figures, model: 'm'.repeat(40) })),
      latencies,
    })
    expect(some.latencies).toBeUndefined()
    expect(some.gpus[0]).toMatchObject({ model: 'm'.repeat(40), fp32Gflops: 1e9, catalogueId: 'i'.repeat(48) })
    const rig = { ...largestRig, gpus: largestRig.gpus.map((gpu) => ({ ...gpu, ...figures })), latencies }
    const fitted = fitProfile(rig)
    expect(fitted.gpus.map(({ model, memoryBytes }) => ({ model, memoryBytes }))).toEqual(
      largestRig.gpus.map(({ model, memoryBytes }) => ({ model, memoryBytes })),
    )
    expect(() => encode(profileBodyCodec, fitted)).not.toThrow()
  })

  it('never loses a card, and always fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 64 }), (count, length) => {
        const gpus = Array.from({ length: count }, () => ({
          ...figures,
          model: 'm'.repeat(length),
          platform: 'p'.repeat(24),
        }))
        const fitted: ProfileBody = fitProfile({ ...largestRig, gpus, latencies, upKbps: 1, downKbps: 1 })
        expect(fitted.gpus).toHaveLength(count)
        expect(() => encode(profileBodyCodec, fitted)).not.toThrow()
      }),
    )
  })
})
