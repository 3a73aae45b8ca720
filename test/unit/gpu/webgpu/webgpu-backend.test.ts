import { describe, expect, it } from 'vitest'
import { webgpuBackend } from '../../../../node/gpu/webgpu/webgpu-backend.ts'
import { gpuBackendCompliance } from '../../../compliance/gpu-backend/gpu-backend-suite.ts'
import { RecordedMachine, recorded } from '../../../support/recorded-machine.ts'

const answering = (answer: object) => ({ tools: { [process.execPath]: `${JSON.stringify(answer)}\n` } })

const hybrid = answering({
  adapters: [
    {
      vendor: 'nvidia',
      architecture: 'lovelace',
      device: 'nvidia-geforce-rtx-4070-laptop-gpu',
      description: 'NVIDIA: 550.90.07',
    },
    {
      vendor: 'intel',
      architecture: 'xe-lpg',
      device: 'intel-r-arc-tm-graphics-mtl-',
      description: 'Intel open-source Mesa driver',
    },
  ],
})

gpuBackendCompliance('webgpu', { make: webgpuBackend, healthy: hybrid, bare: answering({ missing: true }) })

describe('cards through WebGPU', () => {
  it('sees no card in a rasteriser, which Dawn calls a fallback, and hears it once though it is offered twice', async () => {
    const machine = new RecordedMachine({ tools: { [process.execPath]: recorded('webgpu/dawn-llvmpipe.txt') } })
    expect(await webgpuBackend(machine).detect()).toEqual({
      kind: 'seen',
      cards: [{ facts: expect.objectContaining({ form: 'software', platforms: { WebGPU: true } }) }],
    })
  })

  it('is absent where the package, or what it has for this system, is not installed', async () => {
    for (const answer of [{ missing: true }, { failed: 'Cannot find module dawn.node' }]) {
      expect(await webgpuBackend(new RecordedMachine(answering(answer))).detect()).toMatchObject({ kind: 'absent' })
    }
  })

  it('hears the answer among what drivers print', async () => {
    const answer = JSON.stringify({ adapters: [{ vendor: 'intel', architecture: 'xe-lpg' }] })
    const machine = new RecordedMachine({
      tools: { [process.execPath]: `{ a driver's own words\n\n${answer}\nWarning: old\n` },
    })
    const finding = await webgpuBackend(machine).detect()
    expect(finding).toMatchObject({ kind: 'seen', cards: [{ facts: { vendor: 'intel', form: 'integrated' } }] })
  })

  it('fails where a driver takes the process with it', async () => {
    const machine = new RecordedMachine({ tools: { [process.execPath]: { code: 139, stderr: 'Segmentation fault' } } })
    expect(await webgpuBackend(machine).detect()).toMatchObject({ kind: 'failed' })
  })
})
