/** Everything that reads a stranger's bytes, by name. */
import { chainTargets } from './chain-targets.ts'
import { cloudTargets } from './cloud-targets.ts'
import { faultyTargets } from './faulty-targets.ts'
import { gatewayTargets } from './gateway-targets.ts'
import { gpuTargets } from './gpu-targets.ts'
import { nodeTargets } from './node-targets.ts'
import { statementTargets } from './statement-targets.ts'
import type { Target } from './target.ts'
import { walletTargets } from './wallet-targets.ts'
import { wireTargets } from './wire-targets.ts'

export const fuzzTargets: readonly Target[] = [
  ...wireTargets,
  ...statementTargets,
  ...chainTargets,
  ...nodeTargets,
  ...walletTargets,
  ...gatewayTargets,
  ...cloudTargets,
  ...gpuTargets,
]

/** @throws Error where there is none of that name */
export function targetNamed(name: string): Target {
  const found = [...faultyTargets, ...fuzzTargets].find((target) => target.name === name)
  if (found === undefined) throw new Error(`there is no target ${name}`)
  return found
}
