/** Asks directories for offers and verifies each: a directory can hide miners, not invent them. */
import { MalformedError, UnsupportedError } from '../../protocols/kernel/cbor-reader.ts'
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
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
 * Fills the book from {@link DIRECTORIES_ASKED} of `directories`, and from the next ones where none of those answered.
 * @param onUseless hears of one that did not answer, or passed on what no miner had signed
 * @throws MeshError NO_PEERS where none of them answered; the signal's reason
 */
export async function findOffers(
  network: Network,
  domain: SigningDomain,
  book: OfferBook,
  directories: readonly PeerId[],
  model: ModelId | undefined,
  signal: AbortSignal | undefined,
  onUseless: (directory: PeerId) => void,
): Promise<readonly DirectoryAnswer[]> {
  const query = { offersMax: OFFERS_MAX, ...(model === undefined ? {} : { model }) }
  const options = signal === undefined ? {} : { signal }
  const why: string[] = []
  const ask = async (directory: PeerId): Promise<readonly DirectoryAnswer[]> => {
    try {
      const entries = await askDirectory(network, directory, query, options)
      let bad = 0
      for (const { offer } of entries) if (!take(domain, book, offer)) bad++
      if (bad > 0) onUseless(directory)
      return [{ directory, offers: entries.length - bad, false: bad }]
    } catch (error) {
      throwIfAborted(signal)
      const failed = asMeshError(error)
      if (failed.fault === 'bug') throw failed
      onUseless(directory)
      why.push(failed.message)
      return []
    }
  }
  for (let at = 0; at < directories.length; at += DIRECTORIES_ASKED) {
    const answers = await Promise.all(directories.slice(at, at + DIRECTORIES_ASKED).map(ask))
    if (answers.some((answer) => answer.length > 0)) return answers.flat()
  }
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
