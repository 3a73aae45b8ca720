/** How the miners served the client, as it tells the others, and whether these come to the same from its receipts. */
import { table } from '../../node/cli/screen/table.ts'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import { encode } from '../../protocols/kernel/codec.ts'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { scoreDigestCodec } from '../../protocols/wire/score/score-digest.ts'
import type { Testnet } from './create-testnet.ts'
import { lookUntil } from './look-until.ts'

/** Gossip between five nodes of one machine takes milliseconds, and longer on a machine that has other work. */
const HEARD_MS_MAX = 15_000

export interface PublishedView {
  readonly miners: readonly {
    readonly name: string
    readonly tier: string
    /** 0 to 100; null is unknown. */
    readonly points: number | null
    readonly confidence: number
    readonly jobs: number
  }[]
  /** Of the digest. */
  readonly bytes: number
  /** Nodes that heard it and made it again. */
  readonly checked: number
  /** Of those, the ones that had the same bytes. */
  readonly same: number
}

/**
 * What the client does by itself each quarter of an hour, at once. Undefined where nothing is to be told.
 * @throws MeshError CANCELLED
 */
export async function publishAndCheck(
  { client, miners }: Testnet,
  signal: AbortSignal,
): Promise<PublishedView | undefined> {
  // Who burned nothing is heard by nobody: the fee of what was just redeemed is looked for now, and not in some seconds.
  await Promise.all([client, ...miners].map(({ quality }) => quality.fees?.look()))
  const payer = client.client!.purse.payer
  const digest = (await client.quality.publish())?.digest
  if (digest === undefined) return undefined
  const bytes = encode(scoreDigestCodec, digest)
  const heardBy = (node: (typeof miners)[number]) => node.quality.others.digests().find(({ rater }) => rater === payer)
  await lookUntil(() => miners.every((node) => heardBy(node) !== undefined), {
    ms: HEARD_MS_MAX,
    late: () => new MeshError('TIMEOUT', { what: 'hearing of a digest', ms: HEARD_MS_MAX }),
    signal,
  }).catch((error: unknown) => {
    // Who has not heard of it is not counted.
    if (!isMeshError(error, 'TIMEOUT')) throw error
  })
  const made = await Promise.all(
    miners.flatMap((node) => {
      const heard = heardBy(node)
      return heard === undefined ? [] : [node.quality.check(heard, signal)]
    }),
  )
  const same = made.filter((each) => each.made !== undefined && equalBytes(encode(scoreDigestCodec, each.made), bytes))
  return {
    miners: miners.map(({ settings, operator }) => {
      const { score } = client.quality.book.reportOf(operator as Address)
      const { tier, points = null, confidence } = score
      const jobs = digest.rows.find(({ miner }) => miner === operator)?.count ?? 0
      return { name: settings.name, tier, points, confidence, jobs }
    }),
    bytes: bytes.length,
    checked: made.length,
    same: same.length,
  }
}

export function publishedText({ miners, bytes, checked, same }: PublishedView): string {
  return [
    table(miners, [
      { title: 'SERVICE, TO THE CLIENT', cell: ({ name }) => name },
      { title: 'PAID JOBS', cell: ({ jobs }) => String(jobs), align: 'right' },
      { title: 'POINTS', cell: ({ points }) => (points === null ? '—' : points.toFixed(2)), align: 'right' },
      { title: 'SURE', cell: ({ confidence }) => `${Math.round(confidence * 100)} %`, align: 'right' },
      { title: 'TIER', cell: ({ tier }) => tier },
    ]),
    `published in ${bytes} bytes; ${same} of ${checked} miners that heard it made it again from its receipts, to the same bytes`,
  ].join('\n')
}
