import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCredential } from '../../../../node/roles/client/cloud-credential.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const SECRET = 'sk-0123456789'

function file(content: string, mode = 0o600): string {
  const path = join(temporaryFolder(), 'token')
  writeFileSync(path, content)
  chmodSync(path, mode)
  return path
}
const ofFile = (path: string): string => readCredential({ kind: 'file', path })

describe('the credential of a cloud', () => {
  it('is the first line of its file, or its variable', () => {
    expect(ofFile(file(`${SECRET}\n# mine\n`))).toBe(SECRET)
    expect(ofFile(file(`  ${SECRET}\r\n`))).toBe(SECRET)
    expect(readCredential({ kind: 'variable', name: 'TOKEN' }, { TOKEN: ` ${SECRET} ` })).toBe(SECRET)
  })

  it('is read anew each time: who changes the file needs no new start', () => {
    const path = file(SECRET)
    expect(ofFile(path)).toBe(SECRET)
    writeFileSync(path, 'another')
    expect(ofFile(path)).toBe('another')
  })

  it.each<[string, () => string, RegExp]>([
    ['others can open', () => ofFile(file(SECRET, 0o640)), /other users can open .*token/],
    ['is empty', () => ofFile(file('\n')), /first line of .* is empty/],
    ['is far too long', () => ofFile(file('x'.repeat(10_000))), /longer than a token/],
    ['is not there', () => ofFile('/nonexistent/token'), /ENOENT/],
    ['is a folder', () => ofFile(temporaryFolder()), /other users can open|EISDIR|longer than/],
    ['is not set', () => readCredential({ kind: 'variable', name: 'TOKEN' }, {}), /TOKEN is not set/],
  ])('is refused where it %s, and no message has it', (_, read, why) => {
    let error: Error | undefined
    try {
      read()
    } catch (thrown) {
      error = thrown as Error
    }
    expect(error).toMatchObject({ code: 'CLOUD_CREDENTIAL', message: expect.stringMatching(why) })
    expect(JSON.stringify({ ...error, text: error!.message })).not.toContain(SECRET)
  })
})
