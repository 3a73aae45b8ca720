/** Asks directories for offers and verifies each: a directory can hide miners, not invent them. */
import { MalformedError, UnsupportedError } from '../../protocols/kernel/cbor-reader.ts'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { askDirectory } from '../../protocols/wire/directory/directory-protocol.ts'
import { openOffer } from '../../protocols/wire/offer/offer.ts'
import type { OfferBook } from './offer-book.ts'

/** Directories asked at once, of different peers where there are as many. */
export const DIRECTORIES_ASKED = 3
const OFFERS_MAX = 64

export interface DirectoryAnswer {
  readonly directory: PeerId
  readonly offers: number
  /** Offers that were no valid ones: the directory's fault. */
  readonly false: number
}

/**
 * Fills the book from up to {@link DIRECTORIES_ASKED} of `directories`.
 * @throws MeshError NO_PEERS where none of them answered
 */
export async function findOffers(
  network: Network,
  domain: SigningDomain,
  book: OfferBook,
  directories: readonly PeerId[],
  model: ModelId | undefined,
  signal: AbortSignal | undefined,
): Promise<readonly DirectoryAnswer[]> {
  const asked = directories.slice(0, DIRECTORIES_ASKED)
  const query = { offersMax: OFFERS_MAX, ...(model === undefined ? {} : { model }) }
  const options = signal === undefined ? {} : { signal }
  const answers = await Promise.allSettled(
    asked.map(async (directory): Promise<DirectoryAnswer> => {
      const entries = await askDirectory(network, directory, query, options)
      let bad = 0
      for (const { offer } of entries) if (!take(domain, book, offer)) bad++
      return { directory, offers: entries.length - bad, false: bad }
    }),
  )
  const good = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
  if (good.length > 0) return good
  const why = answers.flatMap((answer) => (answer.status === 'rejected' ? [String(answer.reason?.message)] : []))
  throw new MeshError('NO_PEERS', { network: domain.network.networkId, why })
}

function take(domain: SigningDomain, book: OfferBook, bytes: Uint8Array): boolean {
  try {
    book.put(openOffer(domain, bytes))
    return true
  } catch (error) {
    if (error instanceof UnsupportedError) return true
    if (error instanceof MalformedError || isMeshError(error)) return false
    throw error
  }
}
