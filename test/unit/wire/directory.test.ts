import { describe, expect, it } from 'vitest'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import {
  answerDirectory,
  askDirectory,
  DIRECTORY_OFFERS_MAX,
  type DirectoryEntry,
  type DirectoryQuery,
  directoryProtocol,
} from '../../../protocols/wire/directory/directory-protocol.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { gossipedOffer } from '../../support/wire-vectors/gossiped-offers.ts'
import { model } from '../../support/wire-vectors/job-samples.ts'

const DIRECTORY = peerId('directory')
const entry = (ageMs: number): DirectoryEntry => ({ offer: gossipedOffer(), ageMs })

describe('a directory', () => {
  it('is asked for a model in a region, and hands on offers as they were signed', async () => {
    const asked: DirectoryQuery[] = []
    const network = directNetwork(
      answerDirectory((query) => {
        asked.push(query)
        return [entry(7)]
      }),
    )
    const query = { model, region: 'eu-west', offersMax: 64 }
    expect(await askDirectory(network, DIRECTORY, query, {})).toEqual([entry(7)])
    expect(asked).toEqual([query])
  })

  it('may be asked for everything', async () => {
    const network = directNetwork(answerDirectory((query) => (query.model === undefined ? [entry(1)] : [])))
    expect(await askDirectory(network, DIRECTORY, { offersMax: 1 }, {})).toEqual([entry(1)])
  })

  it.each([
    [0, 0],
    [1, 1],
    [64, 64],
    [DIRECTORY_OFFERS_MAX, DIRECTORY_OFFERS_MAX],
  ])('answers a wish for %d offers with %d, however many it has', async (offersMax, expected) => {
    let looked = 0
    function* all(): Generator<DirectoryEntry> {
      for (;;) yield entry(looked++)
    }
    const network = directNetwork(answerDirectory(all))
    expect(await askDirectory(network, DIRECTORY, { offersMax }, {})).toHaveLength(expected)
    // Nothing is looked up that nobody will hear of.
    expect(looked).toBeLessThanOrEqual(expected + 1)
  })

  it('never answers more than a caller may read', () => {
    expect(directoryProtocol.limits.responsesMax).toBe(DIRECTORY_OFFERS_MAX)
  })

  it('is found under a key of its network and region', () => {
    const keys = [
      directoryKey(crypto, 'aaaaaaaa', 'eu-west'),
      directoryKey(crypto, 'aaaaaaaa', 'ap-east'),
      directoryKey(crypto, 'bbbbbbbb', 'eu-west'),
    ]
    expect(new Set(keys).size).toBe(3)
    expect(keys[0]).toBe(directoryKey(crypto, 'aaaaaaaa', 'eu-west'))
  })
})
