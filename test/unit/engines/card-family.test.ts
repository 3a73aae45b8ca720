import { describe, expect, it } from 'vitest'
import { cardFamily, cardFor } from '../../../node/engines/card-family.ts'
import { kernelClassText } from '../../../node/engines/kernel-class.ts'
import { hasKernels } from '../../../node/engines/kernels.ts'
import { deviceEnvironment } from '../../../node/engines/onnx/device-confinement.ts'
import { relativeError } from '../../../node/engines/onnx/try-kernels.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'

const card = (facts: Partial<CardFacts>): CardFacts => ({
  key: 'k',
  seenBy: ['test'],
  platforms: {},
  limits: {},
  ...facts,
})

describe('the card that kernels compute on', () => {
  const integrated = card({ vendor: 'intel', form: 'integrated' })
  const nvidia = card({ vendor: 'nvidia', form: 'discrete', computeCapability: '8.9' })

  it('is a card of its own before graphics in a processor, and one that the kernels are for', () => {
    expect(cardFor('webgpu', [integrated, nvidia])).toBe(nvidia)
    expect(cardFor('webgpu', [integrated])).toBe(integrated)
    expect(cardFor('cuda', [integrated])).toBeUndefined()
    expect(cardFor('cuda', [integrated, nvidia])).toBe(nvidia)
    expect(cardFor('cpu', [integrated, nvidia])).toBeUndefined()
  })

  it('is never the processor, nor a rasteriser on it', () => {
    expect(cardFor('webgpu', [card({ form: 'software' }), card({ vendor: 'cpu', form: 'cpu' })])).toBeUndefined()
  })

  it('is named by its arithmetic where that is known, else by its chip, in a word that a kernel class takes', () => {
    const families = [
      nvidia,
      card({ vendor: 'amd', gfx: 'gfx1100', pci: { vendor: 0x1002, device: 0x744c } }),
      card({ vendor: 'intel', pci: { vendor: 0x8086, device: 0x56a0 } }),
      card({ vendor: 'apple', name: 'Apple M2' }),
      card({}),
      card({ name: `${'Ünit '.repeat(30)}` }),
    ].map(cardFamily)
    expect(families.slice(0, 5)).toEqual(['nvidia-8.9', 'amd-gfx1100', 'intel-pci-56a0', 'apple-apple-m2', 'card'])
    for (const family of families)
      expect(() =>
        kernelClassText({ engine: 'e', version: '1', kernels: 'webgpu', precision: 'fp32', card: family }),
      ).not.toThrow()
  })
})

describe('kernels', () => {
  it('are known to be in the package for a system or not', () => {
    expect(hasKernels('cpu', 'linux', 'riscv64')).toBe(true)
    expect(hasKernels('webgpu', 'linux', 'x64')).toBe(true)
    expect(hasKernels('webgpu', 'linux', 'arm64')).toBe(false)
    expect(hasKernels('directml', 'linux', 'x64')).toBe(false)
  })

  it('get what finds their drivers from the environment, and nothing else', () => {
    const { VK_DRIVER_FILES, ...others } = deviceEnvironment({ VK_DRIVER_FILES: '/a.json', SECRET: 'x', HOME: '/root' })
    expect(VK_DRIVER_FILES).toBe('/a.json')
    expect(Object.keys(others).sort()).toEqual([
      'CUDA_CACHE_DISABLE',
      'MESA_SHADER_CACHE_DISABLE',
      '__GL_SHADER_DISK_CACHE',
    ])
  })

  it('are kept from a rasteriser that would stand in for a card whose driver is broken, unless the owner names its file', () => {
    expect(deviceEnvironment({}).VK_LOADER_DRIVERS_DISABLE).toContain('lvp')
    expect(deviceEnvironment({ VK_ICD_FILENAMES: '/lvp_icd.json' })).not.toHaveProperty('VK_LOADER_DRIVERS_DISABLE')
  })

  it('are wrong where they are off by more than rounding, or give no number', () => {
    const right = Float32Array.of(1, 2, 3)
    expect(relativeError(right, Float32Array.of(1, 2, 3))).toBe(0)
    expect(relativeError(right, Float32Array.of(1, 2, 3.001))).toBeGreaterThan(1e-4)
    expect(relativeError(right, Float32Array.of(1, 2, Number.NaN))).toBeNaN()
    expect(relativeError(right, Float32Array.of(1, 2))).toBe(Number.POSITIVE_INFINITY)
  })
})
