/** What all nodes of one network agree on: its name, its chain or the table in place of one, its doors and its parameters. */
import { readdirSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { z } from 'zod'
import { type Address, isAddress, networkId, ZERO_ADDRESS } from '../../protocols/kernel/ids.ts'
import { type ContractSet, contractSet } from '../chain/contracts/contract-set.ts'
import { parseEndpointUrl } from '../chain/rpc/endpoint-url.ts'
import { ENDPOINTS_MAX } from '../chain/rpc/rpc-pool.ts'
import { firstIssue, invalidFile, invalidSetting, type Origin, unknownKey } from './config-errors.ts'
import { readJsonFile } from './json-file.ts'
import { amount, price } from './setting-kinds.ts'

const addressText = z
  .string()
  .transform((value) => value.toLowerCase())
  .refine(isAddress, 'it is no address: 0x and 40 hexadecimal digits')
const wholeNumber = (max: number) => z.int(`it is no whole number from 0 to ${max}`).min(0).max(max)
const version = z.string().regex(/^\d{1,5}\.\d{1,5}\.\d{1,5}$/, 'it is no version like 1.2.3')
const endpoint = z
  .string()
  .max(512)
  .refine((text) => parseEndpointUrl(text) !== undefined, 'it is no http or https address')
const BASIS_POINTS = 10_000
/** What a table or a list may hold: a network of thousands needs a chain. */
const TABLE_MAX = 10_000
const LIST_MAX = 64

/** One deployment of the contracts. Old ones stay here so that what was signed under them can be redeemed. */
const namedContracts = z.strictObject({
  name: z.string().min(1).max(32),
  token: addressText,
  identityRegistry: addressText,
  stakeVault: addressText,
  escrow: addressText,
  evidenceSlasher: addressText,
  /** Judges leases; in a set without it nobody does. */
  leaseSlasher: addressText.optional(),
  accessManager: addressText,
  /** Block of the deployment: nothing of these contracts is older. */
  block: wholeNumber(Number.MAX_SAFE_INTEGER).default(0),
  /** No new vouchers name this escrow. */
  redeemOnly: z.boolean().default(false),
})

const parameters = z.strictObject({
  /** The largest billing step, and how many of them a client that has paid before may owe. */
  chunkCredits: price.schema,
  windowChunks: wholeNumber(16).min(1),
  /** Share of a redeemed voucher that is burned; 10,000 is all of it. */
  protocolFeeBasisPoints: wholeNumber(BASIS_POINTS),
  /** Below this an owner's miners get no offers through. */
  stakeMin: amount.schema,
})

/** Stands in for a chain: fixed, the same for everybody, and every figure of money is unsettled. */
const chainTable = z.strictObject({
  kind: z.literal('table'),
  /** Block `number` was at `time` (Unix seconds); from there on blocks come by the clock. */
  head: z.strictObject({
    number: wholeNumber(Number.MAX_SAFE_INTEGER),
    time: wholeNumber(2 ** 33),
    periodSeconds: wholeNumber(60).min(1).default(12),
  }),
  escrows: z
    .array(z.strictObject({ payer: addressText, balance: amount.schema }))
    .max(TABLE_MAX)
    .default([]),
  stakes: z
    .array(z.strictObject({ owner: addressText, amount: amount.schema }))
    .max(TABLE_MAX)
    .default([]),
  operators: z
    .array(z.strictObject({ operator: addressText, owner: addressText }))
    .max(TABLE_MAX)
    .default([]),
  /**
   * For networks whose keys are made at the start: an address that is not listed has this escrow and stake, and an operator
   * that is not listed owns itself.
   */
  everyone: z.strictObject({ escrow: amount.schema, stake: amount.schema }).optional(),
})

/** A chain, by RPC endpoints that every node may ask until it has its own. */
const chainByRpc = z.strictObject({
  kind: z.literal('rpc'),
  endpoints: z.array(endpoint).min(1).max(ENDPOINTS_MAX),
  /** Seconds between blocks. */
  periodSeconds: wholeNumber(600).min(1),
  /** Blocks on top of which a transaction is taken as done: no reorganisation of this chain is longer. */
  confirmations: wholeNumber(1_000).min(1),
  /** What gas is paid with, as people call it. */
  coin: z.string().min(1).max(8).default('ETH'),
})

const schema = z.strictObject({
  networkId: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'it is no name of a-z, 0-9 and -')
    .transform(networkId),
  chainId: wholeNumber(Number.MAX_SAFE_INTEGER).min(1),
  /** Which set of limits and timeouts fits: see node/network/network-preset.ts. */
  preset: z.enum(['local', 'lan', 'wan']),
  chain: z.discriminatedUnion('kind', [chainTable, chainByRpc]),
  contractSets: z.array(namedContracts).max(LIST_MAX),
  bootstrap: z
    .array(
      z.strictObject({
        peer: z.string().regex(/^[0-9A-Za-z]{40,80}$/, 'it is no peer id'),
        addresses: z
          .array(z.string().regex(/^\/[!-~]+$/, 'it is no multiaddr'))
          .min(1)
          .max(LIST_MAX),
      }),
    )
    .max(LIST_MAX),
  parameters,
  minimumVersion: version,
  /** What will stop working, and from which day on. */
  deprecations: z
    .array(z.strictObject({ what: z.string().min(1).max(64), from: z.iso.date(), instead: z.string().max(200) }))
    .max(LIST_MAX),
  /** Settings that suit this network; a node may still set its own. */
  settings: z.record(z.string(), z.unknown()).default({}),
})

export type NetworkFile = z.infer<typeof schema>
export type ChainTable = z.infer<typeof chainTable>
export type ChainByRpc = z.infer<typeof chainByRpc>
export type NamedContractSet = z.infer<typeof namedContracts>

/**
 * @param nameOrPath the name of a shipped network, or a path: with a slash or an ending it is one
 * @param networksFolder where the shipped ones lie
 * @param named where the name itself came from
 * @throws MeshError CONFIG_FILE, CONFIG_INVALID, CONFIG_KEY_UNKNOWN
 */
export function loadNetworkFile(
  nameOrPath: string,
  networksFolder: string,
  named: Origin,
): { readonly path: string; readonly network: NetworkFile } {
  const isPath = isAbsolute(nameOrPath) || /[\\/.]/.test(nameOrPath)
  const path = isPath ? resolve(nameOrPath) : join(networksFolder, `${nameOrPath}.json`)
  const found = readJsonFile(path, { kind: 'network', path })
  if (found === undefined) {
    const shipped = isPath ? '' : `; shipped are ${shippedNetworks(networksFolder).join(', ')}`
    throw invalidSetting('network', nameOrPath, named, `there is no file ${path}${shipped}`)
  }
  return { path, network: parseNetworkFile(found, path) }
}

const shippedNetworks = (folder: string): readonly string[] =>
  readdirSync(folder).flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length)] : []))

/** @throws MeshError CONFIG_FILE, CONFIG_INVALID, CONFIG_KEY_UNKNOWN */
export function parseNetworkFile(value: unknown, path: string): NetworkFile {
  const origin: Origin = { kind: 'network', path }
  const parsed = schema.safeParse(value)
  if (parsed.success) return requireClearSets(parsed.data, origin)
  const issue = firstIssue(parsed.error)
  if (issue.unknown !== undefined) throw unknownKey(under(issue.path, issue.unknown), origin, Object.keys(schema.shape))
  if (issue.path === '') throw invalidFile(origin, issue.why)
  throw invalidSetting(issue.path, valueAt(value, issue.path), origin, issue.why)
}

/** @throws MeshError CONFIG_INVALID where it is not clear which set is meant */
function requireClearSets(network: NetworkFile, origin: Origin): NetworkFile {
  const { contractSets } = network
  const names = contractSets.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw invalidSetting('contractSets', twice, origin, 'two sets have this name')
  const current = contractSets.filter(({ redeemOnly }) => !redeemOnly)
  if (current.length <= 1) return network
  const shown = current.map(({ name }) => name).join(', ')
  throw invalidSetting('contractSets', shown, origin, 'new vouchers go to one set: all others are redeemOnly')
}

const under = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`)

function valueAt(value: unknown, path: string): unknown {
  let at = value
  for (const key of path === '' ? [] : path.split('.')) at = (at as Record<string, unknown> | undefined)?.[key]
  return at ?? 'missing'
}

/** The set that new vouchers, stakes and evidence go to; `undefined` without a chain, and where none was deployed yet. */
export function currentContracts({ contractSets }: Pick<NetworkFile, 'contractSets'>): ContractSet | undefined {
  const current = contractSets.find((set) => !set.redeemOnly)
  return current === undefined ? undefined : contractSet(current)
}

/** The contract that new vouchers name; zero while there is none. */
export const escrowAddress = (network: NetworkFile): Address => currentContracts(network)?.escrow ?? ZERO_ADDRESS

/** The doors as multiaddrs that end in the peer's id. */
export function bootstrapAddresses({ bootstrap }: NetworkFile): readonly string[] {
  return bootstrap.flatMap(({ peer, addresses }) => addresses.map((at) => `${at}/p2p/${peer}`))
}

/** Whether a program of this version may still take part. */
export function isSupported({ minimumVersion }: NetworkFile, version: string): boolean {
  const minimum = minimumVersion.split('.').map(Number)
  const own = version.split(/[.+-]/).slice(0, 3).map(Number)
  for (const [i, needed] of minimum.entries()) if (own[i] !== needed) return (own[i] ?? 0) > needed
  return true
}
