/**
 * How far a deployment is, in a file beside the network file: who goes on with it, here or on another machine, finds what is there
 * already. It holds nothing secret.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { z } from 'zod'
import { replaceFile } from '../../node/storage/durable-file.ts'
import { storageError } from '../../node/storage/sqlite.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Address, isAddress } from '../../protocols/kernel/ids.ts'

/** A deployment has some thirteen steps, each a few hundred bytes. */
const STEPS_MAX = 64
const BYTES_MAX = 65_536

const addressText = z.custom<Address>((value) => typeof value === 'string' && isAddress(value))
const hashText = z.string().regex(/^0x[0-9a-f]{64}$/)
const amount = z.string().regex(/^\d{1,78}$/)

const terms = z.strictObject({
  networkId: z.string().max(32),
  chainId: z.int().min(1),
  preset: z.enum(['production', 'local']),
  deployer: addressText,
  governor: addressText,
  /** A MeshToken is made where absent. */
  token: z.strictObject({ address: addressText, burns: z.boolean() }).optional(),
})
const step = z.strictObject({
  what: z.string().max(80),
  /** Of a contract that is made: known from when its transaction was signed. */
  address: addressText.optional(),
  hash: hashText.optional(),
  block: z.int().min(0).optional(),
  gasUsed: amount.optional(),
  feeWei: amount.optional(),
  /** In a block. */
  done: z.boolean(),
})
const schema = z.strictObject({
  /** Of its transactions' purposes: two deployments are never taken for one. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  terms,
  /** The head when it was begun: nothing of it is older. */
  fromBlock: z.int().min(0),
  steps: z.array(step).max(STEPS_MAX),
  /** Name of the set in the network file, once it stands there. */
  set: z.string().max(32).optional(),
})

export type DeploymentTerms = z.infer<typeof terms>
export type DeploymentStep = z.infer<typeof step>
export type Deployment = z.infer<typeof schema>

/** `mesh.json` has `mesh.deployment.json` beside it. */
export const deploymentPath = (networkPath: string): string => `${networkPath.replace(/\.json$/, '')}.deployment.json`

/**
 * The deployment that is under way, or a new one.
 * @param begin of a new one
 * @throws MeshError DEPLOYMENT_OTHER where one with other terms broke off, or the file is none
 */
export function takeUpDeployment(
  path: string,
  wanted: DeploymentTerms,
  begin: Pick<Deployment, 'id' | 'fromBlock'>,
): Deployment {
  const found = readDeployment(path)
  if (found === undefined || found.set !== undefined) return { ...begin, terms: wanted, steps: [] }
  const other = differences(found.terms, wanted)
  if (other.length === 0) return found
  throw new MeshError('DEPLOYMENT_OTHER', { path, why: `it is of another ${other.join(', ')}` })
}

/** @throws MeshError DEPLOYMENT_OTHER for a file that is none */
export function readDeployment(path: string): Deployment | undefined {
  if (!existsSync(path)) return undefined
  const bad = (why: string): MeshError => new MeshError('DEPLOYMENT_OTHER', { path, why })
  let value: unknown
  try {
    if (statSync(path).size > BYTES_MAX) throw bad('it is too long')
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw error instanceof MeshError ? error : bad('it is no JSON')
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw bad(`it is no deployment: ${parsed.error.issues[0]?.path.join('.') ?? ''}`)
}

/** @throws MeshError DATA_FOLDER_READ_ONLY, DISK_FULL */
export function writeDeployment(path: string, deployment: Deployment): void {
  try {
    replaceFile(path, `${JSON.stringify(deployment, undefined, 2)}\n`, 0o644)
  } catch (error) {
    throw storageError(error, path)
  }
}

const differences = (found: DeploymentTerms, wanted: DeploymentTerms): readonly string[] =>
  Object.keys(terms.shape).filter((key) => {
    const name = key as keyof DeploymentTerms
    return JSON.stringify(found[name]) !== JSON.stringify(wanted[name])
  })
