import { describe, expect, it } from 'vitest'
import { adapterCard } from '../../../../protocols/rules/cards/adapter-card.ts'

describe('a WebGPU adapter as a card', () => {
  it('takes what Chrome tells, maker and architecture, and claims no more', () => {
    expect(adapterCard({ vendor: 'nvidia', architecture: 'ampere', device: '', description: '' })).toEqual({
      key: 'webgpu/0',
      seenBy: ['webgpu'],
      vendor: 'nvidia',
      platforms: { WebGPU: true },
      limits: {},
    })
  })

  it('knows the id on the bus from a browser with its developers’ features on', () => {
    expect(adapterCard({ vendor: 'amd', architecture: 'rdna-3', device: '0x744c' })).toMatchObject({
      vendor: 'amd',
      pci: { vendor: 0x1002, device: 0x744c },
    })
    expect(adapterCard({ vendor: '4318', device: '10272' })).toMatchObject({ pci: { vendor: 0x10de, device: 0x2820 } })
    expect(adapterCard({ vendor: 'qualcomm', device: '0x36334330' })).not.toHaveProperty('pci')
    expect(adapterCard({ vendor: 'nvidia', device: '0x0' })).not.toHaveProperty('pci')
  })

  it('knows by the maker, or by Intel’s generation, whether the memory is the machine’s', () => {
    const form = (vendor: string, architecture = '') => adapterCard({ vendor, architecture })?.form
    expect(form('apple', 'metal-3')).toBe('integrated')
    expect(form('qualcomm', 'adreno-7xx')).toBe('integrated')
    expect(form('intel', 'xe-lpg')).toBe('integrated')
    expect(form('intel', 'gen-12-hp')).toBe('discrete')
    expect(form('intel', 'gen-12-lp')).toBeUndefined()
    expect(form('amd', 'rdna-3')).toBeUndefined()
  })

  it('calls a rasteriser software by any of the signs', () => {
    for (const info of [
      { vendor: 'google', architecture: 'swiftshader' },
      { vendor: 'mesa', architecture: 'software' },
      { vendor: 'microsoft', architecture: 'warp' },
      { vendor: 'nvidia', architecture: 'ampere', isFallbackAdapter: true },
    ])
      expect(adapterCard(info)?.form).toBe('software')
  })

  it('says nothing where nothing is told, or where it is no text for a terminal', () => {
    expect(adapterCard({})).toBeUndefined()
    expect(adapterCard({ vendor: '', architecture: '', device: '', description: '' })).toBeUndefined()
    expect(adapterCard({ vendor: 'constructor' })).toBeUndefined()
    expect(adapterCard({ vendor: 'nvidia', device: '\u001b[2J' })).not.toHaveProperty('name')
    expect(adapterCard({ vendor: 'nvidia', device: 'x'.repeat(200) })).not.toHaveProperty('name')
    expect(adapterCard({ vendor: 5, device: {} } as never)).toBeUndefined()
  })
})
