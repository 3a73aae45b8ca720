import { describe, expect, it } from 'vitest'
import { openNewest } from '../../../protocols/kernel/record-space.ts'
import { authorKey, type Kept, keep, signedRecords } from '../../support/nodes/signed-record.ts'

const law = signedRecords()
const NOW = 1_000
const kept = (more: Partial<Kept> = {}): Kept => ({
  author: 'ann',
  sequence: 2,
  text: 'here',
  expiresAtMs: NOW + 1,
  ...more,
})
const opened = (bytes: Uint8Array, known?: Kept, author = 'ann'): Kept | undefined =>
  openNewest(law, authorKey(author), bytes, known, NOW)

describe("a record in a stranger's bytes", () => {
  it('counts where it is valid, still lives, and is no older than what is known', () => {
    expect(opened(keep(kept()))).toEqual(kept())
    expect(opened(keep(kept()), kept({ sequence: 1 }))).toEqual(kept())
    expect(opened(keep(kept()), kept())).toEqual(kept())
  })

  it('is none where a newer one is known, or it has expired', () => {
    expect(opened(keep(kept()), kept({ sequence: 3 }))).toBeUndefined()
    expect(opened(keep(kept({ expiresAtMs: NOW })))).toBeUndefined()
  })

  it('is none where it is too long, of another author, unproven, or no record at all', () => {
    expect(opened(keep(kept({ text: 'x'.repeat(law.bytesMax) })))).toBeUndefined()
    expect(opened(keep(kept()), undefined, 'bob')).toBeUndefined()
    expect(opened(keep(kept(), 'false'))).toBeUndefined()
    expect(opened(new Uint8Array([1, 2, 3]))).toBeUndefined()
  })
})
