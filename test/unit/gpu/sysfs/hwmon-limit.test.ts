import { describe, expect, it } from 'vitest'
import { Amdgpu } from '../../../../node/gpu/amdgpu/amdgpu.ts'
import { IntelSysfs } from '../../../../node/gpu/intel-sysfs/intel-sysfs.ts'
import type { WriteOutcome } from '../../../../node/gpu/machine.ts'
import { navi31Machine } from '../../../support/recordings/amd-recordings.ts'
import { arcA770Machine } from '../../../support/recordings/intel-recordings.ts'
import { RecordedMachine, type Recording } from '../../../support/recordings/recorded-machine.ts'

const NAVI = '/sys/class/drm/card1/device/hwmon/hwmon5'
const amd = (more: Recording = {}) => {
  const machine = new RecordedMachine({ ...navi31Machine, ...more })
  return { machine, backend: new Amdgpu(machine), key: 'pci/0000:03:00.0' }
}
const without = (file: string): Recording => {
  const { [`${NAVI}/${file}`]: _, ...files } = navi31Machine.files!
  return { files }
}

describe('the power limit of a card under amdgpu (reconstructed files)', () => {
  it('is read and written in microwatts, and stands in the next reading', async () => {
    const { machine, backend, key } = amd()
    expect(await backend.powerLimit(key)).toBe(339)
    await backend.setPowerLimit(key, 310)
    expect(await machine.readText(`${NAVI}/power1_cap`)).toBe('310000000\n')
    expect((await backend.read()).get(key)?.powerLimitW).toBe(310)
  })

  it.each([304, 390, 0, -1, Number.NaN])('is never %d W, which the card says that it does not take', async (limitW) => {
    const { machine, backend, key } = amd()
    await expect(backend.setPowerLimit(key, limitW)).rejects.toMatchObject({
      code: 'POWER_LIMIT',
      facts: { why: 'the card takes 305 to 389 W only' },
    })
    expect(await machine.readText(`${NAVI}/power1_cap`)).toBe('339000000\n')
  })

  it.each<[WriteOutcome, string, RegExp]>([
    ['denied', 'this user may not write power1_cap', /administrator/],
    ['late', 'power1_cap takes no value in time', /puts it back/],
    ['refused', 'the driver refuses 310 W', /by load/],
  ])('is not set where the write is %s', async (outcome, why, next) => {
    const { backend, key } = amd({ writes: () => outcome })
    const error = await backend.setPowerLimit(key, 310).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'POWER_LIMIT', facts: { tool: 'amdgpu', why } })
    expect((error as { hint: string }).hint).toMatch(next)
  })

  it.each(['power1_cap_min', 'power1_cap_max', 'power1_cap'])('is not set without %s', async (file) => {
    const { backend, key } = amd(without(file))
    await expect(backend.setPowerLimit(key, 310)).rejects.toMatchObject({ code: 'POWER_LIMIT' })
  })

  it('is not set on a card that is gone, and not after it was cancelled', async () => {
    const { backend, key } = amd()
    await expect(backend.setPowerLimit('pci/0000:99:00.0', 310)).rejects.toMatchObject({ code: 'POWER_LIMIT' })
    await expect(backend.setPowerLimit(key, 310, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('the power limit of an Intel card (reconstructed files)', () => {
  it('is its sustained one, never above its rated power, and nothing where it is turned off', async () => {
    const machine = new RecordedMachine(arcA770Machine)
    const backend = new IntelSysfs(machine)
    const key = [...(await backend.read()).keys()][0]!
    expect(await backend.powerLimit(key)).toBe(190)
    await backend.setPowerLimit(key, 150)
    expect(await backend.powerLimit(key)).toBe(150)
    await expect(backend.setPowerLimit(key, 226)).rejects.toMatchObject({ code: 'POWER_LIMIT' })
    const files = { ...arcA770Machine.files!, '/sys/class/drm/card1/device/hwmon/hwmon2/power1_max': '0\n' }
    await expect(new IntelSysfs(new RecordedMachine({ files })).powerLimit(key)).rejects.toMatchObject({
      code: 'POWER_LIMIT',
      facts: { why: 'power1_max holds no limit' },
    })
  })
})
