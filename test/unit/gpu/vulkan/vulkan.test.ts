import { describe, expect, it } from 'vitest'
import { Vulkan } from '../../../../node/gpu/vulkan/vulkan.ts'
import {
  laptopVulkanMachine,
  vulkanText as said,
  vulkaninfo as tool,
} from '../../../support/recordings/interface-recordings.ts'
import { RecordedMachine, type RecordedTool } from '../../../support/recordings/recorded-machine.ts'

async function seen(vulkaninfo: RecordedTool) {
  const machine = new RecordedMachine({ tools: { vulkaninfo } })
  const finding = await machine.passing(new Vulkan(machine).detect())
  if (finding.kind !== 'seen') throw new Error(`it was ${finding.kind}`)
  return finding.cards.map(({ facts }) => facts)
}

async function kindOf(vulkaninfo: RecordedTool) {
  const machine = new RecordedMachine({ tools: { vulkaninfo } })
  return (await machine.passing(new Vulkan(machine).detect())).kind
}

describe('cards through Vulkan', () => {
  it('says of a card what its driver says, with the id and the bus address under which its own tools know it', async () => {
    const [, card] = await seen(laptopVulkanMachine.tools!.vulkaninfo!)
    expect(card).toEqual({
      key: 'pci/0000:01:00.0',
      seenBy: ['vulkan'],
      vendor: 'nvidia',
      name: 'NVIDIA GeForce RTX 4070 Laptop GPU',
      pci: { vendor: 0x10de, device: 0x2820 },
      busAddress: '0000:01:00.0',
      uuid: 'GPU-3c9f1f40-7a52-4f0e-9d3b-5b1f2f6f8a11',
      form: 'discrete',
      // Its third heap is a window into the first.
      memoryBytes: 8_188 * 2 ** 20,
      sharesMemory: false,
      driver: 'NVIDIA 550.90.07',
      platforms: { Vulkan: '1.3.277' },
      limits: {},
    })
  })

  it('says of graphics in a processor that its memory is the machine’s', async () => {
    const [card] = await seen(laptopVulkanMachine.tools!.vulkaninfo!)
    expect(card).toMatchObject({
      vendor: 'amd',
      form: 'integrated',
      sharesMemory: true,
      memoryBytes: 15_600 * 2 ** 20,
      busAddress: '0000:65:00.0',
    })
  })

  it('calls a rasteriser software, whatever driver brings it', async () => {
    for (const file of ['llvmpipe-summary.txt', 'llvmpipe-whole.txt']) {
      const [card, ...others] = await seen(said(file))
      expect(others).toEqual([])
      expect(card).toMatchObject({ form: 'software', name: 'llvmpipe (LLVM 15.0.6, 256 bits)' })
      expect(card).not.toHaveProperty('vendor')
      expect(card).not.toHaveProperty('pci')
    }
    const venus = said('llvmpipe-summary.txt')
      .replace('TYPE_CPU', 'TYPE_VIRTUAL_GPU')
      .replace('llvmpipe (LLVM', 'Virtio-GPU Venus (llvmpipe')
    expect((await seen(venus))[0]).toMatchObject({ form: 'software' })
  })

  it('takes a card that two drivers list for one, and two cards of one name for two', async () => {
    const cards = await seen(said('two-7900-two-drivers-whole.txt'))
    expect(cards.map(({ busAddress, name }) => [busAddress, name])).toEqual([
      ['0000:03:00.0', 'AMD Radeon RX 7900 XTX (RADV NAVI31)'],
      ['0000:0a:00.0', 'AMD Radeon RX 7900 XTX (RADV NAVI31)'],
    ])
    // An AMD card lists what the processor may see of its memory apart from the rest.
    expect(cards[0]!.memoryBytes).toBe(24_560 * 2 ** 20)
  })

  it('prefers the card’s own driver to one on top of another interface', async () => {
    const cards = await seen(said('snapdragon-x-windows-summary.txt'))
    expect(cards.map(({ name, form }) => [name, form])).toEqual([
      ['Qualcomm(R) Adreno(TM) X1-85 GPU', 'integrated'],
      ['Microsoft Direct3D12 (Microsoft Basic Render Driver)', 'software'],
    ])
    // Its numbers are the vendor's own, and no ids of a bus.
    expect(cards[0]).toMatchObject({ vendor: 'qualcomm' })
    expect(cards[0]).not.toHaveProperty('pci')
  })

  it('takes numbers that Khronos gave out for no ids of a bus, and the first word of a device for its name', async () => {
    const vivante = said('arc-whole.txt')
      .replace('0x8086', '0x10002')
      .replace('VkPhysicalDeviceFeatures:', '\tdeviceName = a layer\n')
    const [card] = await seen(vivante)
    expect(card).not.toHaveProperty('pci')
    expect(card!.name).toBe('Intel(R) Arc(tm) A770 Graphics (DG2)')
  })

  it('knows the makers of small machines’ graphics', async () => {
    const cards = await seen(said('small-machines-summary.txt'))
    expect(cards.map(({ vendor, name }) => [vendor, name])).toEqual([
      ['qualcomm', 'Turnip Adreno (TM) 740'],
      ['arm', 'Mali-G610'],
      ['broadcom', 'V3D 7.1.7.0'],
      ['apple', 'Apple M2'],
    ])
    expect(new Set(cards.map(({ key }) => key)).size).toBe(4)
  })

  it('reads a tool that knows no summary', async () => {
    const old = tool(
      { stdout: 'vulkaninfo - Report Vulkan GPU information\nUSAGE: ./vulkaninfo [options]', code: 1 },
      said('amdvlk-2018-whole.txt'),
    )
    expect(await seen(old)).toEqual([
      expect.objectContaining({
        vendor: 'amd',
        form: 'integrated',
        pci: { vendor: 0x1002, device: 0x9851 },
        memoryBytes: 2 ** 30,
        platforms: { Vulkan: '1.1.70' },
      }),
    ])
  })

  it('keeps what the summary said where the long form hangs, floods or is cut', async () => {
    const cut = said('laptop-whole.txt').slice(0, 1_500)
    for (const whole of ['hangs', 'floods', { stdout: '', code: 139 }, cut] as const) {
      const cards = await seen(tool(said('laptop-summary.txt'), whole))
      expect(cards.map(({ name }) => name)).toContain('NVIDIA GeForce RTX 4070 Laptop GPU')
    }
  })

  it('tells a machine without a driver from a driver that fails', async () => {
    expect(await kindOf({ stderr: said('no-driver.txt'), code: 1 })).toBe('absent')
    expect(
      await kindOf({ stderr: 'vkEnumeratePhysicalDevices failed with ERROR_INITIALIZATION_FAILED', code: 1 }),
    ).toBe('failed')
    expect(await kindOf('hangs')).toBe('failed')
    expect(await kindOf('Devices:\n========\n')).toBe('seen')
  })
})
