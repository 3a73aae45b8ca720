import { describe, expect, it } from 'vitest'
import { AdrenoSysfs } from '../../../../node/gpu/adreno-sysfs/adreno-sysfs.ts'
import { adreno610Machine, adreno740Machine } from '../../../support/recordings/phone-recordings.ts'
import { RecordedMachine, type Recording } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const on = (recording: Recording) => cardsOn((machine) => new AdrenoSysfs(machine), recording)
const FOLDER = '/sys/class/kgsl/kgsl-3d0'

describe('a phone with an Adreno (reconstructed)', () => {
  it('tells all that its files hold', async () => {
    expect(await on(adreno740Machine)).toEqual([
      {
        facts: {
          key: 'kgsl/kgsl-3d0',
          seenBy: ['adreno-sysfs'],
          vendor: 'qualcomm',
          name: 'Adreno (TM) 740',
          form: 'integrated',
          sharesMemory: true,
          driver: 'kgsl',
          platforms: {},
          limits: {},
        },
        reading: {
          atMs: expect.any(Number),
          temperaturesC: { edge: 47.3 },
          coreMhz: 680,
          utilisation: 412_345 / 1_000_012,
          throttled: [],
        },
      },
    ])
  })

  it('says no use while it is off, and that heat holds it back', async () => {
    expect((await on(adreno610Machine))[0]?.reading).toEqual({
      atMs: expect.any(Number),
      temperaturesC: { edge: 61 },
      coreMhz: 320,
      throttled: ['heat'],
    })
  })

  it('takes the use in per cent where the driver has no other', async () => {
    const { [`${FOLDER}/gpubusy`]: _, ...files } = adreno740Machine.files!
    expect((await on({ files }))[0]?.reading?.utilisation).toBe(0.41)
  })

  it('is absent where Android hides the files', async () =>
    expect((await new AdrenoSysfs(new RecordedMachine({ platform: 'android' })).detect()).kind).toBe('absent'))
})
