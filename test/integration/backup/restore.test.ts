import { randomBytes } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, test } from 'vitest'
import { backUp } from '../../../node/backup/back-up.ts'
import { restore } from '../../../node/backup/restore.ts'
import { apiKeyPath, readApiKey, readOrMakeApiKey } from '../../../node/gateway/api-key.ts'
import { makeNamedKey, readNamedKey } from '../../../node/gateway/named-keys.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { openEvidence } from '../../support/open-evidence.ts'
import { openJournal } from '../../support/open-journal.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import type { RestoreMessage } from '../../support/processes/restore-again.ts'
import { attemptOf, finalOf } from '../../support/receipts.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { proven } from '../../support/statement-vectors/contradiction-vectors.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const { signal } = new AbortController()
const crypto = await createCrypto()
const keysIn = (folder: string): Keystore =>
  new Keystore(join(folder, 'keys'), { crypto, random: systemRandom, clock: systemClock })

/** A folder with an operator key, a journal that knows `word`, and settings. */
async function nodeFolder(word: string): Promise<string> {
  const path = join(temporaryFolder(), 'node')
  const opened = await openJournal(path)
  keysIn(path).create('operator')
  await opened.journal.miner.recordFinals(1n, [finalOf(word)])
  writeFileSync(join(path, 'config.json'), `{"name": "${word}"}`)
  await opened[Symbol.asyncDispose]()
  return path
}

async function backedUp(dataFolder: string, more: Partial<Parameters<typeof backUp>[0]> = {}): Promise<string> {
  const path = join(temporaryFolder(), 'node.backup')
  await backUp({
    dataFolder,
    networkFile: undefined,
    path,
    force: false,
    passphrase: undefined,
    program: '0',
    nowMs: systemClock.nowMs(),
    signal,
    ...more,
  })
  return path
}

const into = (dataFolder: string, path: string, replace = false) =>
  restore({ path, dataFolder, passphrase: undefined, replace, clock: systemClock, signal })

/** What this folder is: its key, what its journal knows, its name. */
async function stateOf(path: string, words: readonly string[]) {
  const opened = await openJournal(path)
  const known = words.filter((word) => opened.journal.miner.knows(attemptOf(word)))
  const { wasUnclean } = opened.folder
  await opened[Symbol.asyncDispose]()
  const { name } = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8')) as { readonly name: string }
  return { operator: keysIn(path).load('operator')!.address, known, name, wasUnclean }
}

/** Two receipts of one attempt, as this node heard them. */
async function keepEvidence(path: string): Promise<string> {
  await using evidence = await openEvidence(path)
  for (const price of [1n, 2n]) evidence.watch.heardReceipt(proven({ price: credits(price) }))
  await evidence.written()
  return evidence.kept[0]!.nullifier
}

async function evidenceIn(path: string): Promise<readonly string[]> {
  await using evidence = await openEvidence(path)
  return evidence.watch.kept().map(({ nullifier }) => nullifier)
}

describe('a restored folder', () => {
  test('is the node of the backup, for its owner alone, and takes its last run as lost', async () => {
    const source = await nodeFolder('one')
    const target = join(temporaryFolder(), 'deep', 'node')
    await into(target, await backedUp(source))
    const { operator } = await stateOf(source, [])
    if (process.platform !== 'win32')
      for (const name of ['keys/operator.json', 'journal.sqlite', 'config.json'])
        expect(statSync(join(target, name)).mode & 0o777, name).toBe(0o600)
    expect(await stateOf(target, ['one', 'two'])).toEqual({ operator, known: ['one'], name: 'one', wasUnclean: true })
  })

  test('has the keys of its gateway, each by its name, and what they have spent', async () => {
    const source = await nodeFolder('one')
    readOrMakeApiKey(apiKeyPath(source), systemRandom)
    const made = makeNamedKey(source, 'notebook-2', credits(5_000_000), systemRandom)
    writeFileSync(join(source, 'gateway-spent.json'), '{"version": 1, "day": 1, "marks": {}}')
    const target = join(temporaryFolder(), 'node')
    await into(target, await backedUp(source))
    expect(readApiKey(apiKeyPath(target))).toBe(readApiKey(apiKeyPath(source)))
    expect(readNamedKey(target, 'notebook-2')).toMatchObject({ key: made.key, budget: made.budget })
    expect(existsSync(join(target, 'gateway-spent.json'))).toBe(true)
    if (process.platform !== 'win32') expect(statSync(join(target, 'keys/api-keys')).mode & 0o777).toBe(0o700)
  })

  test('has sealed keys still sealed, under their own passphrase, and the certificate of its operator', async () => {
    const source = await nodeFolder('one')
    const { address } = await keysIn(source).add('payer', { passphrase: 'four words do well' })
    writeFileSync(join(source, 'certificate.bin'), 'as its owner signed it')
    const target = join(temporaryFolder(), 'node')
    await into(target, await backedUp(source))
    expect(readFileSync(join(target, 'certificate.bin'), 'utf8')).toBe('as its owner signed it')
    using keys = keysIn(target)
    expect(() => keys.load('payer')).toThrow(expect.objectContaining({ code: 'KEY_SEALED' }))
    await keys.open(['payer'], 'four words do well')
    expect(keys.load('payer')!.address).toBe(address)
    // Of the node that is set aside it goes along with the rest.
    await into(source, await backedUp(target), true)
    expect(existsSync(join(source, 'replaced-1', 'certificate.bin'))).toBe(true)
  })

  test('still gives no work to those who contradicted themselves, and forgets none for a backup that knows of none', async () => {
    const source = await nodeFolder('one')
    const sent = join(source, 'transactions.sqlite')
    const known = await keepEvidence(source)
    writeFileSync(sent, 'what this machine sent')
    const target = join(temporaryFolder(), 'node')
    await into(target, await backedUp(source))
    expect(await evidenceIn(target)).toEqual([known])
    expect(existsSync(join(target, 'transactions.sqlite'))).toBe(false)
    await into(source, await backedUp(await nodeFolder('two')), true)
    expect(await evidenceIn(source)).toEqual([known])
    // What was sent from here is known here alone.
    expect(readFileSync(sent, 'utf8')).toBe('what this machine sent')
    await into(source, await backedUp(target), true)
    expect(await evidenceIn(join(source, 'replaced-2'))).toEqual([known])
  })

  test('comes without evidence that is damaged, and with all the rest', async () => {
    const source = await nodeFolder('one')
    await keepEvidence(source)
    const spoil = (path: string): void => writeFileSync(path, new Uint8Array(readFileSync(path)).fill(0xab, 100))
    spoil(join(source, 'evidence.sqlite'))
    const target = join(temporaryFolder(), 'node')
    await into(target, await backedUp(source))
    expect(existsSync(join(target, 'evidence.sqlite'))).toBe(false)
    expect(await stateOf(target, ['one'])).toMatchObject({ known: ['one'] })
    spoil(join(source, 'journal.sqlite'))
    await expect(backedUp(source)).rejects.toMatchObject({ code: 'DATA_FOLDER_DAMAGED' })
  })

  test('is not filled with evidence that no node of this program wrote', async () => {
    const source = await nodeFolder('one')
    await keepEvidence(source)
    const store = new DatabaseSync(join(source, 'evidence.sqlite'))
    store.exec('CREATE TRIGGER evil AFTER INSERT ON evidence BEGIN DELETE FROM evidence; END')
    store.close()
    await expect(into(join(temporaryFolder(), 'node'), await backedUp(source))).rejects.toMatchObject({
      code: 'DATA_FOLDER_UNKNOWN',
    })
  })

  test('names the network file that came along, where the old place of it is nowhere', async () => {
    const source = await nodeFolder('one')
    const networkFile = join(temporaryFolder(), 'mesh.json')
    writeFileSync(networkFile, '{"networkId": "ours"}')
    writeFileSync(join(source, 'config.json'), JSON.stringify({ name: 'one', network: networkFile }))
    const backup = await backedUp(source, { networkFile })
    const networkOf = async () => {
      const target = join(temporaryFolder(), 'node')
      await into(target, backup)
      expect(readFileSync(join(target, 'network.json'), 'utf8')).toBe('{"networkId": "ours"}')
      return [JSON.parse(readFileSync(join(target, 'config.json'), 'utf8')).network, join(target, 'network.json')]
    }
    expect((await networkOf())[0]).toBe(networkFile)
    rmSync(networkFile)
    const [named, restored] = await networkOf()
    expect(named).toBe(restored)
  })

  test('replaces no node unless it is told to, and then keeps that one and its models', async () => {
    const [source, target] = [await nodeFolder('new'), await nodeFolder('old')]
    const backup = await backedUp(source)
    mkdirSync(join(target, 'content', 'model'), { recursive: true })
    const before = await stateOf(target, ['new', 'old'])
    await expect(into(target, backup)).rejects.toMatchObject({ code: 'DATA_FOLDER_NOT_EMPTY' })
    expect(await stateOf(target, ['new', 'old'])).toEqual(before)
    await into(target, backup, true)
    expect(await stateOf(target, ['new', 'old'])).toMatchObject({ known: ['new'], name: 'new' })
    expect(existsSync(join(target, 'content', 'model'))).toBe(true)
    expect(await stateOf(join(target, 'replaced-1'), ['new', 'old'])).toEqual(before)
  })

  test('is not touched while its node runs', async () => {
    const backup = await backedUp(await nodeFolder('one'))
    const target = join(temporaryFolder(), 'node')
    const running = await openJournal(target)
    await expect(into(target, backup, true)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' })
    await running[Symbol.asyncDispose]()
  })

  test.each([
    [
      'a journal of a later version',
      'DATA_FOLDER_NEWER',
      (journal: DatabaseSync) => journal.exec('PRAGMA user_version = 99'),
    ],
    [
      "another program's store",
      'DATA_FOLDER_DAMAGED',
      (journal: DatabaseSync) => journal.exec('PRAGMA application_id = 7'),
    ],
    [
      'a trigger in its journal',
      'DATA_FOLDER_UNKNOWN',
      (journal: DatabaseSync) => journal.exec('CREATE TRIGGER evil AFTER INSERT ON final BEGIN DELETE FROM batch; END'),
    ],
  ])('is not made of %s, and what was there stays', async (_, code, spoil) => {
    const source = await nodeFolder('one')
    const journal = new DatabaseSync(join(source, 'journal.sqlite'))
    spoil(journal)
    journal.close()
    const target = await nodeFolder('old')
    const before = await stateOf(target, ['one', 'old'])
    await expect(into(target, await backedUp(source), true)).rejects.toMatchObject({ code })
    expect(await stateOf(target, ['one', 'old'])).toEqual(before)
    expect(readdirSync(target).filter((name) => name.startsWith('re'))).toEqual(['reserve.bin'])
  })

  test('is not made of a damaged key, whose words are not shown', async () => {
    const source = await nodeFolder('one')
    const path = join(source, 'keys', 'operator.json')
    const [secret] = /[0-9a-f]{64}/.exec(readFileSync(path, 'utf8'))!
    writeFileSync(path, readFileSync(path, 'utf8').slice(0, -9))
    const target = join(temporaryFolder(), 'node')
    const error = await into(target, await backedUp(source)).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'KEY_FILE' })
    expect(String((error as Error).stack)).not.toContain(secret)
    expect(existsSync(join(target, 'keys'))).toBe(false)
  })

  test.skipIf(!canMount)('is as it was where the disk is full before all is there', async () => {
    const source = await nodeFolder('one')
    writeFileSync(join(source, 'jobs.json'), 'x'.repeat(3_000_000))
    const disk = new SmallDisk(2_000_000)
    const target = join(disk.path, 'node')
    await expect(into(target, await backedUp(source))).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(readdirSync(target)).toEqual(['lock.sqlite'])
  })

  test('is one of the two nodes or the other, whenever its restore is killed', async () => {
    const folders = [await nodeFolder('a'), await nodeFolder('b')]
    const states = await Promise.all(folders.map((folder) => stateOf(folder, ['a', 'b'])))
    const backups = await Promise.all(folders.map((folder) => backedUp(folder)))
    const target = join(temporaryFolder(), 'node')
    await into(target, backups[0]!)
    const seen = new Set<string>()
    for (let round = 0; round < 12; round++) {
      await using child = new ScriptProcess<RestoreMessage>('./restore-again.ts', [target, ...backups])
      // A kill at another point of the work each time.
      await child.until((messages) => messages.length >= 2 + (round % 5))
      await child.kill()
      const { wasUnclean: _, ...found } = await stateOf(target, ['a', 'b'])
      const expected = states.map(({ wasUnclean: __, ...state }) => state)
      expect(expected).toContainEqual(found)
      seen.add(found.name)
      expect(readdirSync(target).filter((name) => name.startsWith('restore.'))).toEqual([])
    }
    expect([...seen].sort()).toEqual(['a', 'b'])
    // Twelve processes, one after the other, each of which restores several times.
  }, 400_000)
})

describe('a restore that was killed after it counted', () => {
  /** As a kill leaves it between two of its steps. */
  async function interrupted(prepare: (target: string, staged: string) => void) {
    const target = await nodeFolder('old')
    const staged = join(temporaryFolder(), 'node')
    await into(staged, await backedUp(await nodeFolder('new')))
    for (const name of ['lock.sqlite', 'reserve.bin']) rmSync(join(staged, name), { force: true })
    prepare(target, staged)
    return target
  }

  test('is ended by the next start', async () => {
    const target = await interrupted((path, staged) => renameSync(staged, join(path, 'restore.ready')))
    expect(existsSync(join(target, 'restore.ready'))).toBe(true)
    expect(await stateOf(target, ['new', 'old'])).toMatchObject({ known: ['new'], name: 'new', wasUnclean: true })
  })

  test('is ended also where some of the new files are in their place already', async () => {
    const target = await interrupted(() => {})
    const staged = join(temporaryFolder(), 'node')
    await into(staged, await backedUp(await nodeFolder('new')))
    const placing = join(target, 'restore.placing')
    for (const name of ['keys', 'journal.sqlite', 'config.json', 'running.json'])
      rmSync(join(target, name), { recursive: true, force: true })
    mkdirSync(placing)
    renameSync(join(staged, 'journal.sqlite'), join(placing, 'journal.sqlite'))
    renameSync(join(staged, 'running.json'), join(placing, 'running.json'))
    renameSync(join(staged, 'keys'), join(target, 'keys'))
    renameSync(join(staged, 'config.json'), join(target, 'config.json'))
    expect(await stateOf(target, ['new', 'old'])).toMatchObject({ known: ['new'], name: 'new' })
  })

  test('before it counted is forgotten', async () => {
    const target = await interrupted((path, staged) => renameSync(staged, join(path, 'restore.filling')))
    expect(existsSync(join(target, 'restore.filling'))).toBe(true)
    expect(await stateOf(target, ['new', 'old'])).toMatchObject({ known: ['old'], name: 'old' })
    expect(existsSync(join(target, 'restore.filling'))).toBe(false)
  })
})

describe('a backup', () => {
  test('of a node that writes all the time holds all that was acknowledged before it began', async () => {
    const path = join(temporaryFolder(), 'node')
    const node = await openJournal(path)
    keysIn(path).create('operator')
    const acknowledged: string[] = []
    const stop = new AbortController()
    const writing = (async () => {
      while (!stop.signal.aborted) {
        const word = `word ${acknowledged.length}`
        await node.journal.miner.recordFinals(BigInt(acknowledged.length + 1), [finalOf(word)])
        acknowledged.push(word)
      }
    })()
    for (let round = 1; round <= 3; round++) {
      await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(20 * round)
      const before = acknowledged.length
      const backup = await backedUp(path)
      // It went on meanwhile, and goes on.
      await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(before)
      const target = join(temporaryFolder(), 'node')
      await into(target, backup)
      const restored = await openJournal(target)
      const missing = acknowledged.slice(0, before).filter((word) => !restored.journal.miner.knows(attemptOf(word)))
      expect(missing).toEqual([])
      await restored[Symbol.asyncDispose]()
    }
    stop.abort()
    await writing
  })

  test.skipIf(!canMount).each([
    ['for the copy of the journal', 40_000],
    ['for the file itself', 120_000],
  ])('onto a disk that is full %s leaves nothing', async (_, free) => {
    const source = await nodeFolder('one')
    writeFileSync(join(source, 'jobs.json'), randomBytes(200_000))
    const disk = new SmallDisk(300_000)
    const { bavail, bsize } = statfsSync(disk.path)
    writeFileSync(join(disk.path, 'film.mkv'), new Uint8Array(bavail * bsize - free))
    await expect(backedUp(source, { path: join(disk.path, 'node.backup') })).rejects.toMatchObject({
      code: 'DISK_FULL',
      facts: { file: expect.stringContaining('node.backup') },
    })
    expect(readdirSync(disk.path)).toEqual(['film.mkv'])
  })

  test('of a folder that is no node is refused, and leaves nothing', async () => {
    const folder = temporaryFolder()
    const path = join(temporaryFolder(), 'node.backup')
    await expect(backedUp(folder, { path })).rejects.toMatchObject({ code: 'NOTHING_TO_BACK_UP' })
    expect(existsSync(path)).toBe(false)
  })

  test('that is cancelled leaves nothing', async () => {
    const path = join(temporaryFolder(), 'node.backup')
    await expect(backedUp(await nodeFolder('one'), { path, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    })
    expect(readdirSync(join(path, '..'))).toEqual([])
  })

  test('takes no lock: a node may start meanwhile', async () => {
    const source = await nodeFolder('one')
    const backup = backedUp(source)
    using folder = DataFolder.open(source, { clock: systemClock, bytes: 4_096 })
    void folder
    await backup
  })
})
