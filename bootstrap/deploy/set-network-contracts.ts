/** Writes a new contract set into a network file: what was current before is redeemed only, and everything else stays as it is. */
import type { ContractAddresses } from '../../contracts/deploy/deploy.ts'
import { contractSet } from '../../node/chain/contracts/contract-set.ts'
import { readJsonFile } from '../../node/config/json-file.ts'
import { type NamedContractSet, type NetworkFile, parseNetworkFile } from '../../node/config/network-file.ts'
import { replaceFile } from '../../node/storage/durable-file.ts'
import { storageError } from '../../node/storage/sqlite.ts'
import { address } from '../../protocols/kernel/ids.ts'

/** The first of `v1`, `v2` … that no set has. */
export function nextSetName({ contractSets }: Pick<NetworkFile, 'contractSets'>): string {
  const names = new Set(contractSets.map(({ name }) => name))
  for (let number = contractSets.length + 1; ; number++) if (!names.has(`v${number}`)) return `v${number}`
}

/** @param block none of its contracts is older */
export const namedSet = (name: string, addresses: ContractAddresses, block: number): NamedContractSet => ({
  name,
  ...contractSet(addresses),
  accessManager: address(addresses.accessManager),
  block,
  redeemOnly: false,
})

/**
 * Reads it back as every node will, before it replaces the file as a whole. A set whose escrow stands there already changes nothing.
 * @throws MeshError CONFIG_FILE, CONFIG_INVALID, CONFIG_KEY_UNKNOWN, DATA_FOLDER_READ_ONLY, DISK_FULL
 */
export function setNetworkContracts(path: string, set: NamedContractSet): NetworkFile {
  const content = readJsonFile(path, { kind: 'network', path }) as Readonly<Record<string, unknown>>
  const before = parseNetworkFile(content, path)
  if (before.contractSets.some(({ escrow }) => escrow === set.escrow)) return before
  const known = (content.contractSets ?? []) as readonly Readonly<Record<string, unknown>>[]
  const { redeemOnly: _, ...current } = set
  const changed = { ...content, contractSets: [...known.map((old) => ({ ...old, redeemOnly: true })), current] }
  const network = parseNetworkFile(changed, path)
  try {
    replaceFile(path, `${JSON.stringify(changed, undefined, 2)}\n`, 0o644)
  } catch (error) {
    throw storageError(error, path)
  }
  return network
}
