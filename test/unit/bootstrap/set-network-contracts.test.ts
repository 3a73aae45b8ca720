import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type DeploymentTerms, takeUpDeployment, writeDeployment } from '../../../bootstrap/deploy/deployment-file.ts'
import { namedSet, nextSetName, setNetworkContracts } from '../../../bootstrap/deploy/set-network-contracts.ts'
import { address } from '../../../protocols/kernel/ids.ts'
import { NETWORKS } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const setOf = (name: string, digit: string) => {
  const each = address(`0x${digit.repeat(40)}`)
  const contracts = { token: each, identityRegistry: each, stakeVault: each, escrow: each, evidenceSlasher: each }
  return namedSet(name, { ...contracts, accessManager: each }, 12)
}

function networkFile(): string {
  const path = join(temporaryFolder(), 'mesh.json')
  const shipped = JSON.parse(readFileSync(join(NETWORKS, 'local.json'), 'utf8'))
  writeFileSync(path, JSON.stringify({ ...shipped, settings: { region: 'eu' } }))
  return path
}

test('a new set becomes the current one, the one before is redeemed only, and the rest of the file stays', () => {
  const path = networkFile()
  expect(setNetworkContracts(path, setOf('v1', '1')).contractSets).toEqual([setOf('v1', '1')])
  const after = setNetworkContracts(path, setOf('v2', '2'))
  expect(after.contractSets).toEqual([{ ...setOf('v1', '1'), redeemOnly: true }, setOf('v2', '2')])
  expect(JSON.parse(readFileSync(path, 'utf8')).settings).toEqual({ region: 'eu' })
  expect(nextSetName(after)).toBe('v3')
})

test('a set that stands there already is not written again', () => {
  const path = networkFile()
  setNetworkContracts(path, setOf('v1', '1'))
  const before = readFileSync(path, 'utf8')
  setNetworkContracts(path, setOf('again', '1'))
  expect(readFileSync(path, 'utf8')).toBe(before)
})

test('a file that would not be read by nodes is not written', () => {
  const path = networkFile()
  const before = readFileSync(path, 'utf8')
  expect(() => setNetworkContracts(path, setOf('x'.repeat(40), '1'))).toThrow(/contractSets/)
  expect(readFileSync(path, 'utf8')).toBe(before)
})

const terms: DeploymentTerms = {
  ...{ networkId: 'mesh', chainId: 5, preset: 'local' },
  ...{ deployer: address(`0x${'d'.repeat(40)}`), governor: address(`0x${'e'.repeat(40)}`) },
}
const begin = { id: '0123456789abcdef', fromBlock: 9 }

test('a deployment that broke off is taken up with its own terms alone, and one that ended not at all', () => {
  const path = join(temporaryFolder(), 'mesh.deployment.json')
  expect(takeUpDeployment(path, terms, begin)).toEqual({ ...begin, terms, steps: [] })
  const broken = { ...begin, terms, steps: [{ what: 'AccessManager', done: false }] }
  writeDeployment(path, broken)
  expect(takeUpDeployment(path, terms, { ...begin, id: 'ffffffffffffffff' })).toEqual(broken)
  expect(() => takeUpDeployment(path, { ...terms, chainId: 6 }, begin)).toThrow(/another chainId/)
  writeDeployment(path, { ...broken, set: 'v1' })
  expect(takeUpDeployment(path, { ...terms, chainId: 6 }, begin).steps).toEqual([])
})

test.each([
  '',
  '{',
  '[]',
  '{"id":"1"}',
  JSON.stringify({ ...begin, terms, steps: [], more: 1 }),
  `"${'x'.repeat(70_000)}"`,
])('a file that is no deployment is refused: %#', (text) => {
  const path = join(temporaryFolder(), 'mesh.deployment.json')
  writeFileSync(path, text)
  expect(() => takeUpDeployment(path, terms, begin)).toThrow(expect.objectContaining({ code: 'DEPLOYMENT_OTHER' }))
})
