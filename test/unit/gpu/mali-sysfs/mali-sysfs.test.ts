import { describe, expect, it } from 'vitest'
import { MaliSysfs } from '../../../../node/gpu/mali-sysfs/mali-sysfs.ts'
import { maliFacts, maliReading } from '../../../../node/gpu/mali-sysfs/parse-mali.ts'
import { maliG76Machine, maliG78Machine, maliG610Machine } from '../../../support/recordings/phone-recordings.ts'
import { RecordedMachine, type Recording } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const on = (recording: Recording) => cardsOn((machine) => new MaliSysfs(machine), recording)

describe('a phone or a board with a Mali (reconstructed)', () => {
  it.each([
    ['a Tensor phone', maliG78Machine, 'Mali-G78 MC20', 20, { temperaturesC: { edge: 52 }, coreMhz: 702 }],
    [
      'an RK3588 board',
      maliG610Machine,
      'Mali-G610 MC4',
      4,
      { temperaturesC: { edge: 42.538 }, coreMhz: 300, utilisation: 0.12 },
    ],
    [
      'an Exynos phone',
      maliG76Machine,
      'Mali-G76 MC12',
      12,
      { temperaturesC: { edge: 49 }, coreMhz: 572, utilisation: 0.34 },
    ],
  ])('tells all that its files hold: %s', async (_, machine, name, cores, reading) => {
    expect(await on(machine)).toEqual([
      {
        facts: {
          key: 'mali/mali0',
          seenBy: ['mali-sysfs'],
          vendor: 'arm',
          name,
          form: 'integrated',
          sharesMemory: true,
          cores,
          platforms: {},
          limits: {},
        },
        reading: { atMs: expect.any(Number), ...reading },
      },
    ])
  })

  it('knows Samsung’s own by their name, and clocks in kHz from those in MHz', () => {
    expect(maliFacts({ model: 'Samsung Xclipse 920\n' })).toMatchObject({
      vendor: 'samsung',
      name: 'Samsung Xclipse 920',
    })
    expect(maliReading(0, { clock: '1306000\n' }, undefined, []).coreMhz).toBe(1306)
  })

  it('is absent where the system hides the files', async () =>
    expect((await new MaliSysfs(new RecordedMachine({ platform: 'android' })).detect()).kind).toBe('absent'))
})
