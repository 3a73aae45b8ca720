/** Whether a set of contracts is what a network file says of it. Pure. */
import { COURT_ROLE } from '../../contracts/deploy/deploy.ts'
import { type Preset, type PresetName, presets } from '../../contracts/deploy/preset.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import type { NamedContractSet } from '../../node/config/network-file.ts'
import type { DeployedFacts, RoleMember } from './read-deployment.ts'

export interface DeploymentFinding {
  readonly what: string
  readonly state: 'ok' | 'warn' | 'fail'
  readonly found: string
  readonly expected: string
}

export interface Expectation {
  /** Found out where absent. */
  readonly preset?: PresetName | undefined
  /** Any, but only one, where absent. */
  readonly governor?: string | undefined
  /** Of the network file. */
  readonly feeBasisPoints: number
}

const ADMIN_ROLE = 0n
/** Credits have six decimals, and so has the token. */
const DECIMALS = 6n

const windowNames = [
  'stakeThawSeconds',
  'evidenceSeconds',
  'bucketSeconds',
  'escrowThawSeconds',
  'revokeSeconds',
  'feeBasisPoints',
  'slashBasisPoints',
  'slashMin',
] as const satisfies readonly (keyof Preset)[]

/** In the order in which one would look: code, wiring, roles, windows. */
export function judgeDeployment(
  facts: DeployedFacts,
  set: NamedContractSet,
  expected: Expectation,
): readonly DeploymentFinding[] {
  const code = Object.entries(facts.code).map(([name, why]) =>
    finding(`code of ${name}`, why === undefined, why ?? 'as this program knows it', 'as this program knows it'),
  )
  if (code.some(({ state }) => state === 'fail')) return code
  const preset = expected.preset ?? presetOf(facts)
  return [
    ...code,
    tokenFinding(facts),
    ...facts.wiring.map(({ what, expected: wanted, found }) => finding(what, same(found, wanted), found, wanted)),
    ...roleFindings(facts, set, expected, preset),
    ...windowFindings(facts, expected, preset),
  ]
}

/** `undefined` where the windows are of none. */
export function presetOf({ windows }: DeployedFacts): PresetName | undefined {
  return (Object.keys(presets) as PresetName[]).find((name) =>
    windowNames.every((window) => windows[window] === presets[name][window]),
  )
}

function tokenFinding({ token }: DeployedFacts): DeploymentFinding {
  const found = `${token.isOurs ? 'a MeshToken' : 'another ERC-20'} with ${token.decimals} decimals`
  return finding('token', token.decimals === DECIMALS, found, `${DECIMALS} decimals`)
}

function roleFindings(
  facts: DeployedFacts,
  set: NamedContractSet,
  { governor }: Expectation,
  preset: PresetName | undefined,
): readonly DeploymentFinding[] {
  const { members, courtFunctions, courtAdmin, courtGuardian, closed, windows } = facts
  const courts = members.filter(({ role }) => role === COURT_ROLE)
  const admins = members.filter(({ role }) => role === ADMIN_ROLE)
  const others = members.filter(({ role }) => role !== COURT_ROLE && role !== ADMIN_ROLE)
  const named = [set.evidenceSlasher, ...(set.leaseSlasher === undefined ? [] : [set.leaseSlasher])]
  const areOnlyCourts =
    courts.length === named.length && named.every((court) => courts.some(({ account }) => same(account, court)))
  const isOnlyAdmin = admins.length === 1 && (governor === undefined || same(admins[0]!.account, governor))
  const delay = admins.reduce<bigint | undefined>((least, { delaySeconds }) => min(least, delaySeconds), undefined)
  const wanted = preset === undefined ? undefined : presets[preset].moduleDelaySeconds
  const delayIsGood = delay !== undefined && (wanted === undefined ? delay > windows.stakeThawSeconds : delay >= wanted)
  const wantedText =
    wanted === undefined ? `longer than the thaw of ${seconds(windows.stakeThawSeconds)}` : seconds(wanted)
  return [
    finding('courts', areOnlyCourts, accounts(courts), `${named.join(' and ')} alone`),
    ...courtFunctions.map(({ what, role }) =>
      finding(`who may ${what}`, role === COURT_ROLE, roleName(role), roleName(COURT_ROLE)),
    ),
    finding(
      'who appoints courts',
      courtAdmin === ADMIN_ROLE && courtGuardian === ADMIN_ROLE,
      `${roleName(courtAdmin)}, and ${roleName(courtGuardian)} may cancel it`,
      roleName(ADMIN_ROLE),
    ),
    finding('admin', isOnlyAdmin, accounts(admins), governor === undefined ? 'one account' : `${governor} alone`),
    finding("wait of the admin's changes", delayIsGood, delay === undefined ? 'none' : seconds(delay), wantedText),
    finding(
      'wait of a new court',
      wanted === undefined ? facts.courtGrantDelaySeconds > 0n : facts.courtGrantDelaySeconds >= wanted,
      seconds(facts.courtGrantDelaySeconds),
      wantedText,
    ),
    finding('closed by the manager', closed.length === 0, closed.join(', ') || 'nothing', 'nothing'),
    { ...finding('other roles', true, accounts(others), 'nobody'), ...(others.length > 0 ? { state: 'warn' } : {}) },
  ]
}

function windowFindings(
  { windows }: DeployedFacts,
  { feeBasisPoints }: Expectation,
  preset: PresetName | undefined,
): readonly DeploymentFinding[] {
  const fee = windows.feeBasisPoints
  return [
    { ...finding('preset', preset !== undefined, preset ?? 'of its own', 'production or local'), ...warnOnly(preset) },
    ...windowNames.map((name) => {
      const wanted = preset === undefined ? windows[name] : presets[preset][name]
      return finding(labels[name], windows[name] === wanted, shown(name, windows[name]), shown(name, wanted))
    }),
    finding(
      'evidence ends before the stake can leave',
      windows.evidenceSeconds < windows.stakeThawSeconds,
      `${seconds(windows.evidenceSeconds)} and ${seconds(windows.stakeThawSeconds)}`,
      'the first is shorter',
    ),
    finding(
      'revocation of a session key',
      windows.sessionRevokeSeconds === windows.revokeSeconds,
      seconds(windows.sessionRevokeSeconds),
      seconds(windows.revokeSeconds),
    ),
    {
      ...finding('fee of the network file', fee === BigInt(feeBasisPoints), `${feeBasisPoints} basis points`, `${fee}`),
      ...(fee === BigInt(feeBasisPoints) ? {} : { state: 'warn' as const }),
    },
  ]
}

const labels: Readonly<Record<(typeof windowNames)[number], string>> = {
  stakeThawSeconds: 'thaw of stake',
  evidenceSeconds: 'evidence is taken for',
  bucketSeconds: 'bucket of earnings',
  escrowThawSeconds: 'thaw of escrow',
  revokeSeconds: 'revocation of a key',
  feeBasisPoints: 'fee',
  slashBasisPoints: 'slash',
  slashMin: 'slash, at least',
}

const shown = (name: (typeof windowNames)[number], value: bigint): string =>
  name.endsWith('Seconds') ? seconds(value) : name === 'slashMin' ? `${value} credits` : `${value} basis points`

const warnOnly = (preset: PresetName | undefined): { readonly state?: 'warn' } =>
  preset === undefined ? { state: 'warn' } : {}

const finding = (what: string, isGood: boolean, found: string, expected: string): DeploymentFinding => ({
  what,
  state: isGood ? 'ok' : 'fail',
  found,
  expected,
})

/** Addresses are written in any case. */
const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
const min = (a: bigint | undefined, b: bigint): bigint => (a === undefined || b < a ? b : a)
const seconds = (value: bigint): string => durationText(Number(value) * 1_000)
const accounts = (members: readonly RoleMember[]): string =>
  members.map(({ account }) => account).join(', ') || 'nobody'
const roleName = (role: bigint): string =>
  role === COURT_ROLE
    ? 'courts'
    : role === ADMIN_ROLE
      ? 'the admin'
      : role === 2n ** 64n - 1n
        ? 'everybody'
        : `role ${role}`
