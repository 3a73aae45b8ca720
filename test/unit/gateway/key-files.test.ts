import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { apiKeyPath, readApiKey, readOrMakeApiKey } from '../../../node/gateway/api-key.ts'
import { makeNamedKey, namedKeyPath, readNamedKey, revokeKey } from '../../../node/gateway/named-keys.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const faultOf = (remedy: string) =>
  expect.objectContaining({ code: 'KEY_FILE', facts: expect.objectContaining({ remedy }) })
const ANOTHER = 'Remove it, and the next start makes another.'
const REVOKE = 'Revoke the key with aitbc config api-key --revoke, and make another one.'

/** Where the keys lie, with a link that leads to itself in place of one. */
function looped(pathOf: (folder: string) => string): string {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'keys', 'api-keys'), { recursive: true })
  symlinkSync(pathOf(folder), pathOf(folder))
  return folder
}

describe.skipIf(process.platform === 'win32')('a key file that the disk does not give', () => {
  it('is a fault of the file with a way out, and not one of ours', () => {
    const path = apiKeyPath(looped(apiKeyPath))
    expect(() => readApiKey(path)).toThrow(faultOf(ANOTHER))
    expect(() => readOrMakeApiKey(path, systemRandom)).toThrow(faultOf(ANOTHER))
  })

  it('is so for a named one, which can be revoked', () => {
    const folder = looped((of) => namedKeyPath(of, 'notebook'))
    expect(() => readNamedKey(folder, 'notebook')).toThrow(faultOf(REVOKE))
    revokeKey(folder, 'notebook')
    expect(() => readNamedKey(folder, 'notebook')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})

describe('a named key', () => {
  it.each(['', 'null', '7', '[]', '{"key":', '{"key":"aitbc_short","budgetPerDay":"1"}', ' '.repeat(600)])(
    'is none where its file holds %j',
    (content) => {
      const folder = temporaryFolder()
      const { path } = makeNamedKey(folder, 'notebook', credits(5), systemRandom)
      writeFileSync(path, content)
      expect(() => readNamedKey(folder, 'notebook')).toThrow(faultOf(REVOKE))
    },
  )

  it('that is not there cannot be revoked', () => {
    expect(() => revokeKey(temporaryFolder(), 'notebook')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }))
  })
})
