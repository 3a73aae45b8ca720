import { describe, expect, it } from 'vitest'
import { uniqueIdIn } from '../../../../node/gpu/amdgpu/amd-facts.ts'
import { amdMemory } from '../../../../node/gpu/amdgpu/amd-memory.ts'
import { Amdgpu } from '../../../../node/gpu/amdgpu/amdgpu.ts'
import { computeNodeIn } from '../../../../node/gpu/amdgpu/compute-node.ts'
import { currentClock } from '../../../../node/gpu/amdgpu/parse-dpm.ts'
import { navi31Machine, steamDeckMachine, vegaMachine } from '../../../support/recordings/amd-recordings.ts'
import { RecordedMachine } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const make = (machine: RecordedMachine) => new Amdgpu(machine)
const on = (recording: typeof vegaMachine) => cardsOn((machine) => new Amdgpu(machine), recording)

describe('the kernel of a machine with an RX Vega 64 (recorded)', () => {
  it('tells all that its files hold, and leaves the Intel graphics to others', async () => {
    expect(await on(vegaMachine)).toEqual([
      {
        facts: {
          key: 'pci/0000:09:00.0',
          seenBy: ['amdgpu'],
          vendor: 'amd',
          pci: { vendor: 0x1002, device: 0x687f, subsystemVendor: 0x1043, subsystemDevice: 0x04c4, revision: 0xc1 },
          busAddress: '0000:09:00.0',
          uuid: '0123456789abcdef',
          form: 'discrete',
          memoryBytes: 8_573_157_376,
          sharesMemory: false,
          driver: 'amdgpu',
          platforms: {},
          limits: {},
        },
        reading: {
          atMs: expect.any(Number),
          temperaturesC: {},
          coreMhz: 852,
          memoryMhz: 167,
          utilisation: 0.04,
          memoryUsedBytes: 1_490_378_752,
          memoryFreeBytes: 8_573_157_376 - 1_490_378_752,
        },
      },
    ])
  })
})

describe('the kernel of a machine with an RX 7900 XTX (reconstructed)', () => {
  it('tells sensors by their labels, limits, power, fan and the compute driver', async () => {
    const [card] = await on(navi31Machine)
    expect(card?.facts).toMatchObject({
      uuid: '81f5a0bb1d7c6e42',
      gfx: 'gfx1100',
      platforms: { ROCm: '6.2.0-66' },
      limits: {
        powerWMin: 305,
        powerWDefault: 339,
        powerWMax: 389,
        slowdownC: 100,
        shutdownC: 105,
        hotspotCMax: 110,
        memoryCMax: 108,
      },
    })
    expect(card?.reading).toMatchObject({
      temperaturesC: { edge: 61, hotspot: 84, memory: 78 },
      powerW: 327,
      powerLimitW: 339,
      coreMhz: 2351,
      memoryMhz: 1249,
      utilisation: 0.97,
      fan: 0.4,
    })
  })

  it('is read again by the same key, without what does not change', async () => {
    const machine = new RecordedMachine(navi31Machine)
    const readings = await make(machine).read()
    expect([...readings.keys()]).toEqual(['pci/0000:03:00.0'])
    expect(readings.get('pci/0000:03:00.0')?.temperaturesC.hotspot).toBe(84)
    expect(machine.runs).toEqual([])
  })

  it('is not there any more once its folder is gone', async () => {
    expect((await make(new RecordedMachine(vegaMachine)).read()).has('pci/0000:03:00.0')).toBe(false)
  })

  it('says ROCm only where both the compute driver and ROCm are there', async () => {
    const { '/opt/rocm/.info/version': _, ...files } = navi31Machine.files!
    expect((await on({ files }))[0]?.facts).toMatchObject({ platforms: {}, gfx: 'gfx1100' })
  })

  it('shows no sensor that says what cannot be', async () => {
    const folder = '/sys/class/drm/card1/device/hwmon/hwmon5'
    const files = {
      ...navi31Machine.files!,
      [`${folder}/temp1_input`]: '511000\n',
      [`${folder}/temp2_input`]: '-256000\n',
      [`${folder}/power1_average`]: '-1\n',
      [`${folder}/power1_cap_min`]: '0\n',
      [`${folder}/pwm1`]: '400\n',
    }
    const [card] = await on({ files })
    expect(card?.reading?.temperaturesC).toEqual({ memory: 78 })
    expect(card?.reading).not.toHaveProperty('powerW')
    expect(card?.reading).not.toHaveProperty('fan')
    expect(card?.facts.limits).not.toHaveProperty('powerWMin')
  })
})

describe("a processor's graphics (reconstructed)", () => {
  it('counts what it may borrow as its memory, and says that it is borrowed', async () => {
    const [card] = await on(steamDeckMachine)
    expect(card?.facts).toMatchObject({
      form: 'integrated',
      sharesMemory: true,
      memoryBytes: 1_073_741_824 + 8_270_123_008,
    })
    expect(card?.reading).toMatchObject({
      powerW: 9.13,
      powerLimitW: 15,
      coreMhz: 1104,
      memoryUsedBytes: 536_870_912 + 268_435_456,
    })
  })
})

describe('memory as amdgpu counts it', () => {
  const GIB = 1_073_741_824
  const memoryOf = (vram: number, gtt: number, maker?: string) =>
    amdMemory(
      new Map([
        ['mem_info_vram_total', `${vram * GIB}`],
        ['mem_info_gtt_total', `${gtt * GIB}`],
        ...(maker === undefined ? [] : [['mem_info_vram_vendor', maker] as const]),
      ]),
    )

  it.each([
    ['a card, however much it may map', 4, 16, 'hynix', 4, false],
    ['graphics with a carve-out that somebody made large', 8, 16, 'unknown', 24, true],
    ['graphics under a kernel that names no maker', 0.5, 7, undefined, 7.5, true],
    ['a card, or not, under an old kernel', 4, 16, undefined, 4, undefined],
    ['graphics, or not, that may map less than they have', 1, 0.5, 'unknown', 1, undefined],
  ])('%s', (_, vram, gtt, maker, total, isShared) =>
    expect(memoryOf(vram, gtt, maker)).toMatchObject({ totalBytes: total * GIB, isShared }),
  )
})

describe('amdgpu', () => {
  it('is absent on a machine without AMD cards', async () => {
    expect(await make(new RecordedMachine({})).detect()).toEqual({
      kind: 'absent',
      why: 'no card of AMD under /sys/class/drm',
    })
  })

  it.each([
    ['0: 852Mhz *\n1: 991Mhz \n', 852],
    ['0: 200Mhz \nS: 19Mhz *\n', 19],
    ['0: 852Mhz \n1: 991Mhz \n', undefined],
    ['0: 0Mhz *\n', undefined],
    ['', undefined],
  ])('reads the marked step of %j', (table, mhz) => expect(currentClock(table)).toBe(mhz))

  it.each([
    ['0x2150e7d042a1124', '02150e7d042a1124'],
    ['0x7E8F7E20764E2714', '7e8f7e20764e2714'],
    ['0', undefined],
    ['N/A', undefined],
    [12, undefined],
  ])('writes the number of a chip in one way: %j', (printed, id) => expect(uniqueIdIn(printed)).toBe(id))

  it.each([
    ['gfx_target_version 90010\nlocation_id 25344\ndomain 0', '0000:63:00.0', 'gfx90a'],
    ['gfx_target_version 100301\nlocation_id 1792\ndomain 1', '0001:07:00.0', 'gfx1031'],
    ['gfx_target_version 110003\nlocation_id 50432', '0000:c5:00.0', 'gfx1103'],
  ])('knows a compute node by its place: %j', (text, busAddress, gfx) =>
    expect(computeNodeIn(text)).toEqual({ busAddress, gfx }),
  )

  it.each([
    'gfx_target_version 0\nlocation_id 0\n',
    'gfx_target_version 110000\n',
    'gfx_target_version 111000\nlocation_id 768\n',
    'gfx_target_version 110016\nlocation_id 768\n',
    'gfx_target_version 110000\nlocation_id 65536\n',
  ])('takes no processor, and nothing that cannot be, for a compute node: %j', (text) =>
    expect(computeNodeIn(text)).toBeUndefined(),
  )
})
