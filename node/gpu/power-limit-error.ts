/** Why a power limit was not set, and what its owner can do about it. */
import { MeshError } from '../../protocols/kernel/errors.ts'

const BY_LOAD = 'cards are kept to their shares by load (aitbc config set powerLimits off)'

const remedies = {
  denied: `Limits are the administrator's: run the node as one, or leave it: ${BY_LOAD}.`,
  unable: `This card has no limit that can be set: ${BY_LOAD}.`,
  unknown:
    'Look at the limit of the card with its own tool; the node puts it back when it stops, or at its next start.',
} as const

/** @param kind `unable`: no administrator could either; `unknown`: whether it stands is not known */
export const powerLimitError = (tool: string, kind: keyof typeof remedies, why: string): MeshError =>
  new MeshError('POWER_LIMIT', { tool, why, next: remedies[kind] })
