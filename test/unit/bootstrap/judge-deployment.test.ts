import { describe, expect, test } from 'vitest'
import { judgeDeployment, presetOf } from '../../../bootstrap/deploy/judge-deployment.ts'
import type { DeployedFacts } from '../../../bootstrap/deploy/read-deployment.ts'
import { namedSet } from '../../../bootstrap/deploy/set-network-contracts.ts'
import { COURT_ROLE } from '../../../contracts/deploy/deploy.ts'
import { presets } from '../../../contracts/deploy/preset.ts'
import { address } from '../../../protocols/kernel/ids.ts'

const at = (digit: string) => address(`0x${digit.repeat(40)}`)
const [GOVERNOR, DEPLOYER, STRANGER] = [at('a'), at('b'), at('c')]
const set = namedSet(
  'v1',
  {
    accessManager: at('1'),
    token: at('2'),
    identityRegistry: at('3'),
    stakeVault: at('4'),
    escrow: at('5'),
    evidenceSlasher: at('6'),
  },
  7,
)
const { production } = presets
const good: DeployedFacts = {
  block: 100n,
  code: {
    accessManager: undefined,
    identityRegistry: undefined,
    stakeVault: undefined,
    escrow: undefined,
    evidenceSlasher: undefined,
  },
  token: { isOurs: true, decimals: 6n },
  wiring: [{ what: 'Escrow.vault', expected: set.stakeVault, found: set.stakeVault.toUpperCase() }],
  members: [
    { role: COURT_ROLE, account: set.evidenceSlasher as typeof GOVERNOR, delaySeconds: 0n },
    { role: 0n, account: GOVERNOR, delaySeconds: production.moduleDelaySeconds },
  ],
  courtFunctions: [{ what: 'StakeVault.slash', role: COURT_ROLE }],
  courtAdmin: 0n,
  courtGuardian: 0n,
  courtGrantDelaySeconds: production.moduleDelaySeconds,
  closed: [],
  windows: { ...production, sessionRevokeSeconds: production.revokeSeconds },
}
const [court, admin] = good.members as [DeployedFacts['members'][0], DeployedFacts['members'][0]]

const wrong = (changes: Partial<DeployedFacts>, governor: string = GOVERNOR, fee = 100): readonly string[] =>
  judgeDeployment({ ...good, ...changes }, set, { governor, feeBasisPoints: fee })
    .filter(({ state }) => state !== 'ok')
    .map(({ state, what }) => `${state} ${what}`)

test('a deployment by its preset has no faults', () => {
  expect(wrong({})).toEqual([])
  expect(presetOf(good)).toBe('production')
})

describe('is at fault', () => {
  const windows = (changes: Partial<DeployedFacts['windows']>) => ({ windows: { ...good.windows, ...changes } })
  test.each<[string, Partial<DeployedFacts>, readonly string[]]>([
    ['other code', { code: { ...good.code, escrow: 'there is no code' } }, ['fail code of escrow']],
    ['another token', { token: { isOurs: false, decimals: 18n } }, ['fail token']],
    [
      'a vault that nobody named',
      { wiring: [{ what: 'Escrow.vault', expected: 'x', found: 'y' }] },
      ['fail Escrow.vault'],
    ],
    ['a second court', { members: [...good.members, { ...court, account: STRANGER }] }, ['fail courts']],
    ['no court', { members: [admin] }, ['fail courts']],
    ['a deployer that kept its power', { members: [...good.members, { ...admin, account: DEPLOYER }] }, ['fail admin']],
    ['an admin at once', { members: [court, { ...admin, delaySeconds: 0n }] }, ["fail wait of the admin's changes"]],
    ['a role of its own', { members: [...good.members, { ...court, role: 9n }] }, ['warn other roles']],
    [
      'a function for everybody',
      { courtFunctions: [{ what: 'StakeVault.slash', role: 2n ** 64n - 1n }] },
      ['fail who may StakeVault.slash'],
    ],
    ['courts that appoint courts', { courtAdmin: COURT_ROLE }, ['fail who appoints courts']],
    ['a new court at once', { courtGrantDelaySeconds: 0n }, ['fail wait of a new court']],
    ['a closed registry', { closed: ['identityRegistry'] }, ['fail closed by the manager']],
    [
      'evidence that comes too late',
      windows({ evidenceSeconds: production.stakeThawSeconds }),
      ['warn preset', 'fail evidence ends before the stake can leave'],
    ],
    ['session keys that go at once', windows({ sessionRevokeSeconds: 0n }), ['fail revocation of a session key']],
  ])('with %s', (_, changes, findings) => {
    expect(wrong(changes)).toEqual(findings)
  })

  test('where a court of leases that the set names is none, is other code, or is one that the set does not name', () => {
    const named = { ...set, leaseSlasher: at('7') }
    const both = { members: [...good.members, { ...court, account: at('7') }] }
    const bad = (facts: Partial<DeployedFacts>, of: typeof set) =>
      judgeDeployment({ ...good, ...facts }, of, { governor: GOVERNOR, feeBasisPoints: 100 })
        .filter(({ state }) => state !== 'ok')
        .map(({ what }) => what)
    expect(bad(both, named)).toEqual([])
    expect(bad({}, named)).toEqual(['courts'])
    expect(bad(both, set)).toEqual(['courts'])
    expect(bad({ code: { ...good.code, leaseSlasher: 'there is no code' } }, named)).toEqual(['code of leaseSlasher'])
  })

  test('with another governor than was named, and with a fee that the network file does not say', () => {
    expect(wrong({}, STRANGER)).toEqual(['fail admin'])
    expect(wrong({}, GOVERNOR, 50)).toEqual(['warn fee of the network file'])
  })

  test('with windows of another preset than was asked for', () => {
    const findings = judgeDeployment(good, set, { preset: 'local', governor: GOVERNOR, feeBasisPoints: 100 })
    const bad = findings.filter(({ state }) => state === 'fail').map(({ what }) => what)
    expect(bad).toEqual([
      'thaw of stake',
      'evidence is taken for',
      'bucket of earnings',
      'thaw of escrow',
      'revocation of a key',
    ])
  })
})

test.each(Object.entries(presets))('the windows of %s hold what the contracts need of them', (_, preset) => {
  expect(preset.evidenceSeconds).toBeLessThan(preset.stakeThawSeconds)
  expect(preset.evidenceSeconds % preset.bucketSeconds).toBe(0n)
  expect(preset.evidenceSeconds / preset.bucketSeconds).toBeLessThanOrEqual(14n)
  expect(preset.moduleDelaySeconds).toBeGreaterThan(preset.stakeThawSeconds)
  expect(preset.escrowThawSeconds).toBeLessThanOrEqual(preset.evidenceSeconds)
})

test('production waits for days where local waits for minutes', () => {
  const days = (seconds: bigint): number => Number(seconds) / 86_400
  expect(days(production.stakeThawSeconds)).toBe(14)
  expect(days(production.evidenceSeconds)).toBe(12)
  expect(days(production.moduleDelaySeconds)).toBe(18)
  expect(days(production.escrowThawSeconds)).toBe(3)
  expect(days(production.revokeSeconds)).toBe(3)
})
