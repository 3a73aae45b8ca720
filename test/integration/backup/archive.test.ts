import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MAGIC, PIECE_BYTES_MAX, pieceKinds, uint32 } from '../../../node/backup/archive-form.ts'
import { backUp } from '../../../node/backup/back-up.ts'
import type { EntryName } from '../../../node/backup/backup-entries.ts'
import { isEncrypted, readArchive } from '../../../node/backup/read-archive.ts'
import { plainSeal } from '../../../node/backup/seal.ts'
import { type Source, writeArchive } from '../../../node/backup/write-archive.ts'
import '../../support/property-seed.ts'
import { failing, failingReads } from '../../support/failing-calls.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const { signal } = new AbortController()
const PASSPHRASE = 'four words do rather well'

type Contents = Readonly<Record<string, Uint8Array>>
const CONTENTS: Contents = {
  'keys/operator.json': Buffer.from('{"a key": true}'),
  'journal.sqlite': new Uint8Array(3 * PIECE_BYTES_MAX + 17).map((_, i) => i % 251),
  'grant.bin': new Uint8Array(),
}

async function* sourcesOf(contents: Contents): AsyncGenerator<Source> {
  for (const [name, content] of Object.entries(contents))
    yield {
      name: name as EntryName,
      bytes: content.length,
      pieces: async function* () {
        yield content
      },
    }
}

async function written(contents: Contents, passphrase?: string, path = join(temporaryFolder(), 'node.backup')) {
  const options = { path, force: false, passphrase, program: '1.2.3', nowMs: Date.UTC(2027, 0, 2), signal }
  await writeArchive(sourcesOf(contents), options)
  return path
}

async function read(path: string, passphrase?: string) {
  const contents: Record<string, Uint8Array> = {}
  const { head } = await readArchive(path, {
    passphrase,
    signal,
    onEntry({ name }) {
      contents[name] = new Uint8Array()
      return async (piece) => {
        if (piece !== undefined) contents[name] = Buffer.concat([contents[name]!, piece])
      }
    },
  })
  return { head, contents }
}

const plain = (contents: Readonly<Record<string, Uint8Array>>) =>
  Object.entries(contents).map(([name, content]) => [name, Buffer.from(content).toString('base64')])
const damaged = (why: RegExp | string) => ({ code: 'BACKUP_FILE', message: expect.stringMatching(why) })

/** An archive as somebody could make it who knows its form. */
function forged(pieces: readonly (readonly [kind: number, content: unknown])[], head: object = {}): string {
  const full = { version: 1, program: 'x', createdAt: '2027-01-02T00:00:00.000Z', salt: null, ...head }
  const headBytes = Buffer.from(JSON.stringify(full))
  const seal = plainSeal(headBytes)
  const parts: Uint8Array[] = [MAGIC, uint32(headBytes.length), headBytes, seal.check]
  for (const [kind, content] of pieces) {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content))
    const sealed = seal.seal(Buffer.concat([Uint8Array.of(kind), bytes]))
    parts.push(uint32(sealed.length), sealed)
  }
  const path = join(temporaryFolder(), 'forged.backup')
  writeFileSync(path, Buffer.concat(parts))
  return path
}
const { entry, data, end } = pieceKinds
const END = [end, new Uint8Array()] as const

describe('an archive', () => {
  test.each([undefined, PASSPHRASE])('gives back what was put in, with the passphrase %s', async (passphrase) => {
    const path = await written(CONTENTS, passphrase)
    expect(await isEncrypted(path)).toBe(passphrase !== undefined)
    const { head, contents } = await read(path, passphrase)
    expect(plain(contents)).toEqual(plain(CONTENTS))
    expect(head).toMatchObject({ version: 1, program: '1.2.3', createdAt: '2027-01-02T00:00:00.000Z' })
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(dirname(path))).toEqual(['node.backup'])
  })

  test('shows nothing of what it holds without its passphrase, and tells a wrong one', async () => {
    const path = await written(CONTENTS, PASSPHRASE)
    expect(readFileSync(path, 'latin1')).not.toContain('a key')
    await expect(read(path)).rejects.toMatchObject(damaged('encrypted'))
    await expect(read(path, `${PASSPHRASE}!`)).rejects.toMatchObject(damaged('the passphrase is another one'))
  })

  test('never replaces a file unless it is told to', async () => {
    const path = await written(CONTENTS)
    const before = readFileSync(path)
    await expect(written({ 'grant.bin': Buffer.from('other') }, undefined, path)).rejects.toMatchObject({
      code: 'OUTPUT_FILE',
    })
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(dirname(path))).toEqual(['node.backup'])
  })

  test.each(['EPERM', 'ENOTSUP'])(
    'lies on a stick that gives no file two names (%s), and replaces none there either',
    async (code) => {
      using _ = failing('link', code)
      const path = await written(CONTENTS)
      expect(readdirSync(dirname(path))).toEqual(['node.backup'])
      await expect(written({ 'grant.bin': Buffer.from('other') }, undefined, path)).rejects.toMatchObject({
        code: 'OUTPUT_FILE',
      })
      expect(plain((await read(path)).contents)).toEqual(plain(CONTENTS))
      expect(readdirSync(dirname(path))).toEqual(['node.backup'])
    },
  )

  test('that its disk does not give out is told from a data folder that is damaged', async () => {
    const path = await written(CONTENTS)
    const dataFolder = temporaryFolder()
    writeFileSync(join(dataFolder, 'bootstrap-seed'), 'x'.repeat(32))
    const options = { dataFolder, networkFile: undefined, path: `${path}.2`, force: false, passphrase: undefined }
    using _ = await failingReads('EIO')
    await expect(read(path)).rejects.toMatchObject(damaged('it cannot be read: EIO'))
    await expect(backUp({ ...options, program: 'x', nowMs: 0, signal })).rejects.toMatchObject({
      code: 'DATA_FOLDER_DAMAGED',
      facts: { file: 'bootstrap-seed' },
    })
    expect(readdirSync(dirname(path))).toEqual(['node.backup'])
  })

  test('is not there where its making fails in the middle', async () => {
    const path = join(temporaryFolder(), 'node.backup')
    const shorter = async function* (): AsyncGenerator<Source> {
      yield {
        name: 'grant.bin',
        bytes: 10,
        pieces: async function* () {
          yield new Uint8Array(5)
        },
      }
    }
    await expect(
      writeArchive(shorter(), { path, force: false, passphrase: undefined, program: 'x', nowMs: 0, signal }),
    ).rejects.toMatchObject(damaged('shorter'))
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test.each([undefined, PASSPHRASE])(
    'of which one bit changed, or the end is missing, gives no whole (passphrase %s)',
    async (passphrase) => {
      const path = await written(
        { 'keys/payer.json': Buffer.from('secret'), 'grant.bin': new Uint8Array(40) },
        passphrase,
      )
      const whole = readFileSync(path)
      // One derivation of a key takes half a second: fewer places with a passphrase.
      const places = passphrase === undefined ? whole.length : 4
      for (let i = 0; i < places; i++) {
        const at = Math.floor((i * whole.length) / places)
        const changed = Buffer.from(whole)
        changed[at]! ^= 1 << (i % 8)
        writeFileSync(path, changed)
        await expect(read(path, passphrase), `bit in byte ${at}`).rejects.toMatchObject({ code: 'BACKUP_FILE' })
        writeFileSync(path, whole)
        truncateSync(path, at)
        await expect(read(path, passphrase), `cut at ${at}`).rejects.toMatchObject({ code: 'BACKUP_FILE' })
      }
      writeFileSync(path, Buffer.concat([whole, Buffer.from('x')]))
      await expect(read(path, passphrase)).rejects.toMatchObject(damaged('follows its end'))
    },
    60_000,
  )

  test.each([undefined, PASSPHRASE])(
    'whose pieces were left out, repeated or exchanged is damaged (passphrase %s)',
    async (passphrase) => {
      const contents = { 'bootstrap-seed': Buffer.from('0123456789'), 'grant.bin': Buffer.from('abcdefghij') }
      const path = await written(contents, passphrase)
      const whole = readFileSync(path)
      const pieces: Buffer[] = []
      let at = MAGIC.length + 4 + whole.readUInt32BE(MAGIC.length) + 32
      const head = whole.subarray(0, at)
      while (at < whole.length) {
        const length = 4 + whole.readUInt32BE(at)
        pieces.push(whole.subarray(at, at + length))
        at += length
      }
      const changed = [
        [0, 1, 4],
        [0, 1, 0, 1, 2, 3, 4],
        [2, 3, 0, 1, 4],
        // Each would fit in the place of the other.
        [0, 3, 2, 1, 4],
        [4],
      ]
      for (const order of changed) {
        writeFileSync(path, Buffer.concat([head, ...order.map((i) => pieces[i]!)]))
        await expect(read(path, passphrase), String(order)).rejects.toMatchObject(damaged('a piece has changed'))
      }
    },
  )
})

describe('a hostile archive', () => {
  test.each([
    ['a path out of the folder', '../../.ssh/authorized_keys'],
    ['an absolute path', '/etc/passwd'],
    ['a file of no backup', 'content/x'],
    ['a folder', 'keys'],
    ['a key with a path for its name', 'keys/api-keys/../../x.json'],
    ['a key that is none', 'keys/api-keys/.json'],
  ])('that names %s is refused', async (_, name) => {
    const path = forged([[entry, { name, bytes: 1 }], [data, Buffer.from('x')], END])
    await expect(read(path)).rejects.toMatchObject(damaged('in no backup'))
  })

  test('that calls an entry a link is refused', async () => {
    const path = forged([[entry, { name: 'grant.bin', bytes: 1, link: '/etc/passwd' }], [data, Buffer.from('x')], END])
    await expect(read(path)).rejects.toMatchObject(damaged('in no backup'))
  })

  test('that claims 10 TB, or more than it has, is refused before anything is written', async () => {
    for (const bytes of [10e12, 2 ** 40, 1_000_000]) {
      const path = forged([[entry, { name: 'journal.sqlite', bytes }], END])
      await expect(read(path), String(bytes)).rejects.toMatchObject(damaged(`claims ${bytes} bytes`))
    }
    for (const bytes of [-1, 1.5, 2 ** 53, '1'])
      await expect(read(forged([[entry, { name: 'grant.bin', bytes }], END]))).rejects.toMatchObject(
        damaged('no backup'),
      )
    const path = forged([END])
    writeFileSync(path, Buffer.concat([MAGIC, uint32(0xffff_fff0)]))
    await expect(read(path)).rejects.toMatchObject(damaged('its head would have'))
    const whole = readFileSync(forged([END]))
    writeFileSync(path, Buffer.concat([whole.subarray(0, -37), uint32(0xffff_ffff), whole.subarray(-33)]))
    await expect(read(path)).rejects.toMatchObject(damaged('claims 4294967295 bytes'))
  })

  test('with the same entry twice, data of none, or more of it than it says is refused', async () => {
    const grant = [entry, { name: 'grant.bin', bytes: 1 }] as const
    const byte = [data, Buffer.from('x')] as const
    for (const [pieces, why] of [
      [[grant, byte, grant, byte, END], 'twice'],
      [[byte, END], 'longer'],
      [[grant, byte, byte, END], 'longer'],
      [[grant, END], 'shorter'],
      [[grant, [end, new Uint8Array()], END], 'shorter'],
      [[[end, new Uint8Array()], END], 'follows its end'],
      [[[7, new Uint8Array()], END], 'stands where none belongs'],
    ] as const)
      await expect(read(forged(pieces)), why).rejects.toMatchObject(damaged(why))
  })

  test('of a later form is refused by that, and a foreign file by name', async () => {
    await expect(read(forged([END], { version: 2, more: {} }))).rejects.toMatchObject({
      ...damaged('the form 2'),
      hint: 'Update aitbc.',
    })
    const path = join(temporaryFolder(), 'holiday.zip')
    for (const content of ['', 'PK\u0003\u0004', 'x'.repeat(10_000)]) {
      writeFileSync(path, content)
      await expect(read(path)).rejects.toMatchObject(damaged('it is no backup of aitbc'))
    }
    await expect(read(join(path, 'nowhere'))).rejects.toMatchObject({ code: 'BACKUP_FILE' })
    await expect(read(dirname(path))).rejects.toMatchObject({ code: 'BACKUP_FILE' })
  })

  test('of any bytes is refused', async () => {
    const path = join(temporaryFolder(), 'any.backup')
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        writeFileSync(path, Buffer.concat([MAGIC, bytes]))
        await expect(read(path)).rejects.toMatchObject({ code: 'BACKUP_FILE' })
      }),
      { numRuns: 200 },
    )
  })
})
