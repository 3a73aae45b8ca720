import { expect, test } from 'vitest'
import { loadConfig } from '../../../node/config/load-config.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { thisSystem } from '../../../node/config/system-paths.ts'
import { ownTerms } from '../../../node/work/service-level/own-terms.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { defaultTerms, termsFault } from '../../../protocols/rules/service-level/granted-terms.ts'

const settingsOf = (flags: Readonly<Record<string, unknown>>) =>
  loadConfig({
    networksFolder: networksFolder(),
    system: { ...thisSystem(), env: {} },
    flags: { network: 'local', dataFolder: '/nonexistent', ...flags },
  }).settings
const termsOf = (flags: Readonly<Record<string, unknown>> = {}) => ownTerms(settingsOf(flags), credits(10))

test('a miner whose owner says nothing grants what an honest one keeps', () => {
  expect(termsOf()).toEqual(defaultTerms(credits(10)))
  expect(termsFault(termsOf()!)).toBeUndefined()
})

test('a miner grants what its owner says, or nothing', () => {
  expect(
    termsOf({
      ...{ slaStartMs: 1, slaStallMs: 3_600_000, slaClassesMs: '1, 2,3', slaCompensation: 200, slaDrawStake: '5' },
    }),
  ).toEqual({
    ...{ startMsMax: 1, stallMsMax: 3_600_000, realtimeMs: 1, fastMs: 2, standardMs: 3, compensationBp: 20_000 },
    ...{ witnesses: 3, quorum: 2, drawStake: 5_000_000n },
  })
  expect(termsOf({ sla: 'off' })).toBeUndefined()
})

test.each(['500,100,2000', '0,1,2', '1,2', '1,2,3,4', '1,2,x', '1,2,3600001', ''])(
  'bounds of classes that are none are refused: %j',
  (slaClassesMs) => {
    try {
      settingsOf({ slaClassesMs })
    } catch (error) {
      expect(isMeshError(error, 'CONFIG_INVALID')).toBe(true)
      return
    }
    throw new Error('it was taken')
  },
)
