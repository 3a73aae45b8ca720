import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { detectCards } from '../../../node/gpu/detect-cards.ts'
import { NvidiaSmi } from '../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import { Processor } from '../../../node/gpu/processor/processor.ts'
import { enginesOf, measuredBy } from '../../../node/market/measured-of.ts'
import { profileCards } from '../../../node/market/profile-cards.ts'
import { MeasuredFile } from '../../../node/measure/measured-file.ts'
import { processorKey } from '../../../node/measure/processor-key.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { fitProfile } from '../../../protocols/wire/profile/fit-profile.ts'
import { profileBodyCodec } from '../../../protocols/wire/profile/profile-body.ts'
import { miner } from '../../support/profile-vectors/body-vectors.ts'
import { nvidiaMachine, nvidiaMachines } from '../../support/recordings/nvidia-recordings.ts'
import { processorSystem } from '../../support/recordings/processor-recordings.ts'
import { RecordedMachine, type Recording } from '../../support/recordings/recorded-machine.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const nothing = () => undefined
async function factsOn(recording: Recording): Promise<readonly CardFacts[]> {
  const machine = new RecordedMachine(recording)
  const backends = [new NvidiaSmi(machine), new Processor(machine, processorSystem('AMD Ryzen 7 7700X', 16))]
  return (await detectCards(backends, machine.clock)).cards.map(({ facts }) => facts)
}

describe('the cards of a profile', () => {
  it('are those of the machine by name, platform, memory, row and generation, the processor last', async () => {
    expect(profileCards(await factsOn(nvidiaMachine('RTX 3060')), nothing)).toEqual([
      {
        model: 'NVIDIA GeForce RTX 3060',
        platform: 'CUDA 12.8',
        memoryBytes: 12 * 2 ** 30,
        catalogueId: expect.stringContaining('3060'),
        architecture: 'ampere',
        edgeScore: expect.any(Number),
      },
      { model: 'AMD Ryzen 7 7700X', platform: 'CPU', memoryBytes: 32 * 2 ** 30, edgeScore: expect.any(Number) },
    ])
  })

  it('hold nothing by which a machine is known again: no UUID, no place on a bus, no key', async () => {
    for (const name of nvidiaMachines) {
      const facts = await factsOn(nvidiaMachine(name))
      const said = JSON.stringify(profileCards(facts, nothing))
      for (const { uuid, busAddress, key } of facts) {
        for (const secret of [uuid, busAddress, key === 'cpu' ? undefined : key])
          if (secret !== undefined) expect(said).not.toContain(secret)
      }
    }
  })

  it.each(nvidiaMachines)('can be signed on every recorded machine: %s', async (name) => {
    const gpus = profileCards(await factsOn(nvidiaMachine(name)), nothing)
    expect(() => encode(profileBodyCodec, fitProfile({ ...miner, gpus }))).not.toThrow()
  })

  it('are none that exist in a program only, and hold no letter that a reader would refuse', () => {
    const card: CardFacts = { key: 'k', seenBy: ['x'], platforms: {}, limits: {}, name: 'Intel® Arc™ A770 Graphics' }
    expect(profileCards([{ ...card, simulated: true }, card], nothing)).toMatchObject([
      { model: 'Intel Arc A770 Graphics' },
    ])
    expect(profileCards([{ ...card, name: '®' }], nothing)).toEqual([{}])
  })

  it('have the figures that the engine in use was measured to reach, and none of another or of long ago', async () => {
    const nowMs = 1_800_000_000_000
    const file = new MeasuredFile(join(temporaryFolder(), 'measured.json'))
    const absent = { kind: 'absent', why: 'no kernels' } as const
    file.keep({
      card: processorKey(),
      measuredAtMs: nowMs - 1_000,
      engine: 'onnxruntime/1.30.0/cpu',
      findings: {
        fp32Gflops: { kind: 'measured', value: 123.4, runs: 9 },
        fp16Gflops: absent,
        int8Gops: { kind: 'measured', value: 0.2, runs: 9 },
        memoryMBps: { kind: 'measured', value: 17_000, runs: 9 },
        modelLatencyMs: absent,
      },
    })
    const facts = await factsOn({})
    const by = (engines: readonly string[], atMs: number) => profileCards(facts, measuredBy(file, engines, atMs))[0]
    const engines = enginesOf(['onnxruntime/1.30.0/cpu/fp32/x64', 'onnxruntime/1.30.0/cpu/int8/x64'])
    expect(engines).toEqual(['onnxruntime/1.30.0/cpu'])
    const measured = by(engines, nowMs)
    expect(measured).toMatchObject({ platform: 'CPU', fp32Gflops: 123, memoryMBps: 17_000 })
    expect(measured).not.toHaveProperty('fp16Gflops')
    // Less than one whole unit: unknown rather than 0.
    expect(measured).not.toHaveProperty('int8Gops')
    expect(by(['onnxruntime/1.30.0/cuda'], nowMs)).not.toHaveProperty('fp32Gflops')
    expect(by(engines, nowMs + 31 * 24 * 3_600_000)).not.toHaveProperty('fp32Gflops')
  })
})
