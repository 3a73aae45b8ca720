/** `lease…`: cards for a time, for `aitbc lease`. Only a node that stays up keeps a lease: each step is paid when it comes. */
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, isAddress, isHash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { LEASE_SECONDS_MAX } from '../../../protocols/rules/leasing/lease-period.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import type { ControlMethod } from '../control-method.ts'
import { creditParam } from './credit-param.ts'
import { parseParams } from './parse-params.ts'
import { plainJson } from './plain-json.ts'

export type LeaseMethodName = 'leases' | 'leaseQuote' | 'leaseBook' | 'leaseExtend' | 'leaseCancel'

/** Shorter beginnings are found in too many. */
const ID_CHARS_MIN = 6
const seconds = z.int().min(1).max(Number(LEASE_SECONDS_MAX))
const wishSchema = z.strictObject({
  miner: z.string().refine(isAddress, 'it is no address of a miner'),
  seconds,
  /** Unix seconds. */
  startsAt: z.int().min(0).optional(),
  pricePerHourMax: creditParam.optional(),
})
const idSchema = z.string().min(ID_CHARS_MIN).max(66)

export function leaseMethods(
  node: RunningNode,
  client: () => MeshClient,
): Readonly<Record<LeaseMethodName, ControlMethod>> {
  const wishOf = (params: unknown) => {
    const { miner, startsAt, pricePerHourMax, ...wish } = parseParams(wishSchema, params)
    return {
      miner: miner as Address,
      seconds: BigInt(wish.seconds),
      ...(startsAt === undefined ? {} : { startsAt: BigInt(startsAt) }),
      ...(pricePerHourMax === undefined ? {} : { pricePerHourMax: credits(BigInt(pricePerHourMax)) }),
    }
  }
  const known = async (miner: Address, signal: AbortSignal): Promise<void> => {
    if (client().book.offerOf(miner) === undefined) await client().search(undefined, signal)
  }
  return {
    leases: async () =>
      plainJson({
        leased: client().leases.list(),
        // Of this node's own card.
        given: (node.miner?.leases?.leases() ?? []).map(({ id, proposed, steps, ended, rests }) => ({
          ...{ id, payer: proposed.payer, startsAt: proposed.startsAt, endsAt: proposed.endsAt, stepsPaid: steps },
          restedSeconds: rests.seconds,
          ...(ended === undefined ? {} : { ended: ended.how }),
        })),
      }),
    leaseQuote: async (params, { signal }) => {
      const wish = wishOf(params)
      await known(wish.miner, signal)
      return plainJson({ ...(await client().leases.quote(wish, signal)), settles: node.settles })
    },
    leaseBook: async (params, { signal }) => {
      const wish = wishOf(params)
      await known(wish.miner, signal)
      return plainJson({ ...(await client().leases.book(wish, signal)), settles: node.settles })
    },
    leaseExtend: async (params, { signal }) => {
      const { id, seconds: by } = parseParams(z.strictObject({ id: idSchema, seconds }), params)
      return plainJson(await client().leases.extend(leaseNamed(client(), id), BigInt(by), signal))
    },
    leaseCancel: async (params, { signal }) => {
      const { id } = parseParams(z.strictObject({ id: idSchema }), params)
      return plainJson(await client().leases.cancel(leaseNamed(client(), id), signal))
    },
  }
}

/** By its id, or the beginning of it. @throws MeshError NOT_FOUND; USAGE where several begin so */
function leaseNamed({ leases }: MeshClient, id: string): AttemptId {
  if (isHash32(id)) return id as AttemptId
  const found = leases.list().filter((lease) => lease.id.startsWith(id.toLowerCase()))
  if (found.length === 1) return found[0]!.id
  if (found.length > 1)
    throw new MeshError('USAGE', { what: `${found.length} leases begin with ${id}: give more of it` })
  throw new MeshError('NOT_FOUND', { what: 'lease', id })
}
