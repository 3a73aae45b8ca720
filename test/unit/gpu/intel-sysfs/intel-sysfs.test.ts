import { describe, expect, it } from 'vitest'
import { powerBetween } from '../../../../node/gpu/intel-sysfs/intel-reading.ts'
import { IntelSysfs } from '../../../../node/gpu/intel-sysfs/intel-sysfs.ts'
import { vegaMachine } from '../../../support/recordings/amd-recordings.ts'
import { changingMachine } from '../../../support/recordings/changing-machine.ts'
import { arcA770Machine, arcB580Machine } from '../../../support/recordings/intel-recordings.ts'
import { RecordedMachine, type Recording } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const on = (recording: Recording) => cardsOn((machine) => new IntelSysfs(machine), recording)

describe("the kernel of a machine with Intel's graphics", () => {
  it('tells all that its files hold of a UHD Graphics 620 (recorded)', async () => {
    expect(await on(vegaMachine)).toEqual([
      {
        facts: {
          key: 'pci/0000:00:02.0',
          seenBy: ['intel-sysfs'],
          vendor: 'intel',
          pci: { vendor: 0x8086, device: 0x5917, subsystemVendor: 0x17aa, subsystemDevice: 0x2258 },
          busAddress: '0000:00:02.0',
          form: 'integrated',
          sharesMemory: true,
          driver: 'i915',
          platforms: {},
          limits: {},
        },
        reading: { atMs: expect.any(Number), temperaturesC: {} },
      },
    ])
  })

  it('tells all that its files hold of an Arc B580 under xe (reconstructed)', async () => {
    expect(await on(arcB580Machine)).toEqual([
      {
        facts: {
          key: 'pci/0000:03:00.0',
          seenBy: ['intel-sysfs'],
          vendor: 'intel',
          pci: { vendor: 0x8086, device: 0xe20b, subsystemVendor: 0x8086, subsystemDevice: 0x1100, revision: 0 },
          busAddress: '0000:03:00.0',
          form: 'discrete',
          memoryBytes: 12_884_901_888,
          sharesMemory: false,
          driver: 'xe',
          platforms: {},
          limits: { powerWDefault: 190 },
        },
        reading: {
          atMs: expect.any(Number),
          temperaturesC: { edge: 62, memory: 70 },
          powerLimitW: 190,
          coreMhz: 2850,
          throttled: ['power'],
        },
      },
    ])
  })

  it('tells all that its files hold of an Arc A770 under i915 (reconstructed)', async () => {
    const [card] = await on(arcA770Machine)
    expect(card?.facts).toMatchObject({ form: 'discrete', driver: 'i915', limits: { powerWDefault: 225 } })
    expect(card?.reading).toEqual({
      atMs: expect.any(Number),
      temperaturesC: {},
      powerLimitW: 190,
      coreMhz: 2400,
      throttled: [],
    })
  })

  it('tells power from the second look on: of the energy between two', async () => {
    let recording = arcB580Machine
    const clock = new RecordedMachine(recording).clock
    const now = () => new RecordedMachine(recording, clock)
    const backend = new IntelSysfs(changingMachine(now))
    await backend.detect()
    clock.advance(2_000)
    const counter = '/sys/class/drm/card0/device/hwmon/hwmon4/energy1_input'
    recording = { files: { ...recording.files, [counter]: '5260000000\n' } }
    expect((await backend.read()).get('pci/0000:03:00.0')?.powerW).toBe(130)
    clock.advance(2_000)
    recording = { files: { ...recording.files, [counter]: '17\n' } }
    expect((await backend.read()).get('pci/0000:03:00.0')).not.toHaveProperty('powerW')
  })

  it.each([
    [{ atMs: 0, joules: 10 }, { atMs: 1_000, joules: 25 }, 15],
    [{ atMs: 0, joules: 10 }, { atMs: 50, joules: 25 }, undefined],
    [{ atMs: 0, joules: 10 }, { atMs: 1_000, joules: 10 }, undefined],
    [{ atMs: 0, joules: 10 }, { atMs: 1_000, joules: 1e9 }, undefined],
    [undefined, { atMs: 1_000, joules: 10 }, undefined],
  ])('makes no power of a counter that stood still, jumped or began anew: %j %j', (before, now, watts) =>
    expect(powerBetween(before, now)).toBe(watts),
  )

  it('says that it is held back, and not why, where the driver does not', async () => {
    const file = '/sys/class/drm/card1/gt/gt0/throttle_reason_status'
    const [card] = await on({ files: { ...arcA770Machine.files, [file]: '1\n' } })
    expect(card?.reading?.throttled).toEqual(['other'])
  })

  it('adds the memory of two tiles', async () => {
    const file = '/sys/class/drm/card0/device/tile1/physical_vram_size_bytes'
    const [card] = await on({ files: { ...arcB580Machine.files, [file]: '12884901888\n' } })
    expect(card?.facts.memoryBytes).toBe(2 * 12_884_901_888)
  })
})
