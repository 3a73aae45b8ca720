import { describe, expect, it } from 'vitest'
import { celsiusIn, readThermalZones } from '../../../../node/gpu/sysfs/thermal-zones.ts'
import { RecordedMachine } from '../../../support/recordings/recorded-machine.ts'

describe('a thermal zone', () => {
  it.each([
    ['53343', 53.343],
    ['47', 47],
    ['-256000', undefined],
    ['0', undefined],
    ['511000', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('at %s', (text, celsius) => expect(celsiusIn(text)).toBe(celsius))

  it('is found by its name, whatever its number and its capitals', async () => {
    const files = {
      '/sys/class/thermal/thermal_zone7/type': 'GPU-therm\n',
      '/sys/class/thermal/thermal_zone7/temp': '40000\n',
      '/sys/class/thermal/thermal_zone0/type': 'CPU-therm\n',
      '/sys/class/thermal/thermal_zone0/temp': '60000\n',
      '/sys/class/thermal/cooling_device0/type': 'gpu-therm\n',
    }
    const zones = await readThermalZones(new RecordedMachine({ files }), (name) => name.startsWith('gpu'))
    expect([...zones]).toEqual([['gpu-therm', 40]])
  })

  it('is as hot as the hottest of its name, as processors of two sockets have them', async () => {
    const files = Object.fromEntries(
      ['61000', '48000'].flatMap((temp, i) => [
        [`/sys/class/thermal/thermal_zone${i}/type`, 'x86_pkg_temp\n'],
        [`/sys/class/thermal/thermal_zone${i}/temp`, `${temp}\n`],
      ]),
    )
    expect([...(await readThermalZones(new RecordedMachine({ files }), () => true))]).toEqual([['x86_pkg_temp', 61]])
  })
})
