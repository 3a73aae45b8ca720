import { describe, expect, it } from 'vitest'
import { WebGpu } from '../../../../node/gpu/webgpu/webgpu.ts'
import { dawnAnswers, withoutDawn } from '../../../support/recordings/interface-recordings.ts'
import { RecordedMachine, recorded } from '../../../support/recordings/recorded-machine.ts'

describe('cards through WebGPU', () => {
  it('sees no card in a rasteriser, which Dawn calls a fallback, and hears it once though it is offered twice', async () => {
    const machine = new RecordedMachine({ tools: { [process.execPath]: recorded('webgpu/dawn-llvmpipe.txt') } })
    expect(await new WebGpu(machine).detect()).toEqual({
      kind: 'seen',
      cards: [{ facts: expect.objectContaining({ form: 'software', platforms: { WebGPU: true } }) }],
    })
  })

  it('is absent where the package, or what it has for this system, is not installed', async () => {
    for (const recording of [withoutDawn, dawnAnswers({ failed: 'Cannot find module dawn.node' })]) {
      expect(await new WebGpu(new RecordedMachine(recording)).detect()).toMatchObject({ kind: 'absent' })
    }
  })

  it('starts nothing where the package is not installed', async () => {
    const machine = new RecordedMachine(withoutDawn)
    await new WebGpu(machine).detect()
    expect(machine.runs).toEqual([])
  })

  it('hears the answer among what drivers print', async () => {
    const answer = JSON.stringify({ adapters: [{ vendor: 'intel', architecture: 'xe-lpg' }] })
    const machine = new RecordedMachine({
      tools: { [process.execPath]: `{ a driver's own words\n\n${answer}\nWarning: old\n` },
    })
    const finding = await new WebGpu(machine).detect()
    expect(finding).toMatchObject({ kind: 'seen', cards: [{ facts: { vendor: 'intel', form: 'integrated' } }] })
  })

  it('fails where a driver takes the process with it', async () => {
    const machine = new RecordedMachine({ tools: { [process.execPath]: { code: 139, stderr: 'Segmentation fault' } } })
    expect(await new WebGpu(machine).detect()).toMatchObject({ kind: 'failed' })
  })
})
