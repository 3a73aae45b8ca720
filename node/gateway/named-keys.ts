/** Further keys of a gateway, a file each, with a budget of their own: a program that leaks its key loses no other one's. */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { type Credits, formatCredits, parseCredits } from '../../protocols/kernel/money.ts'
import type { Random } from '../../protocols/kernel/ports.ts'
import { createFile, replaceFile, syncFolder } from '../storage/durable-file.ts'
import { isKeyText, keyFileError, newKey, readPrivateFile } from './api-key.ts'

export interface NamedKey {
  readonly name: string
  readonly key: string
  readonly budget: Credits
  readonly path: string
}

/** They are compared with what a request shows, one after another. */
export const NAMED_KEYS_MAX = 64
const FILE_BYTES_MAX = 512
const ENDING = '.json'

/** A file's name, a label of a metric, and a word in a message: it can be nothing else in any of them. */
export const isKeyName = (text: string): boolean => /^[a-z0-9][a-z0-9-]{0,31}$/.test(text)

/** @param dataFolder of the node */
export const namedKeysFolder = (dataFolder: string): string => join(dataFolder, 'keys', 'api-keys')
export const namedKeyPath = (dataFolder: string, name: string): string =>
  join(namedKeysFolder(dataFolder), `${name}${ENDING}`)

/** By name. @throws MeshError KEY_FILE where the folder cannot be read */
export function keyNames(dataFolder: string): readonly string[] {
  const folder = namedKeysFolder(dataFolder)
  try {
    if (statSync(folder, { throwIfNoEntry: false }) === undefined) return []
    return readdirSync(folder)
      .filter((file) => file.endsWith(ENDING))
      .map((file) => basename(file, ENDING))
      .filter(isKeyName)
      .sort()
      .slice(0, NAMED_KEYS_MAX)
  } catch (error) {
    throw keyFileError(folder, (error as Error).message, 'Make it readable for this user.', error)
  }
}

/** @throws MeshError NOT_FOUND, KEY_FILE */
export function readNamedKey(dataFolder: string, name: string): NamedKey {
  const path = namedKeyPath(dataFolder, name)
  const text = readPrivateFile(path, FILE_BYTES_MAX, AGAIN)
  if (text === undefined) throw unknownKey(name)
  const { key, budgetPerDay } = fieldsOf(text)
  const budget = parseCredits(String(budgetPerDay))
  if (typeof key === 'string' && isKeyText(key) && budget !== undefined) return { name, key, budget, path }
  throw keyFileError(path, 'it holds no key with a budget', AGAIN)
}

/** @throws MeshError KEY_FILE, LIMIT, DISK_FULL */
export function makeNamedKey(dataFolder: string, name: string, budget: Credits, random: Random): NamedKey {
  if (keyNames(dataFolder).length >= NAMED_KEYS_MAX) {
    throw new MeshError('LIMIT', { what: 'named keys of a gateway', max: NAMED_KEYS_MAX })
  }
  const named = { name, key: newKey(random), budget, path: namedKeyPath(dataFolder, name) }
  place(named, (path, content) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    createFile(path, content, 0o600)
  })
  return named
}

/** @throws MeshError NOT_FOUND, KEY_FILE, DISK_FULL */
export function changeBudget(dataFolder: string, name: string, budget: Credits): NamedKey {
  const named = { ...readNamedKey(dataFolder, name), budget }
  place(named, (path, content) => replaceFile(path, content, 0o600))
  return named
}

/** @throws MeshError NOT_FOUND, KEY_FILE */
export function revokeKey(dataFolder: string, name: string): void {
  const path = namedKeyPath(dataFolder, name)
  try {
    rmSync(path)
    syncFolder(dirname(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw unknownKey(name)
    throw keyFileError(path, (error as Error).message, 'Make the folder writable for this user.', error)
  }
}

interface Fields {
  readonly key?: unknown
  readonly budgetPerDay?: unknown
}

function fieldsOf(text: string): Fields {
  try {
    return (JSON.parse(text) as Fields | null) ?? {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

const unknownKey = (name: string): MeshError => new MeshError('NOT_FOUND', { what: 'API key', id: name })

function place({ key, budget, path, name }: NamedKey, write: (path: string, content: string) => void): void {
  try {
    write(path, `${JSON.stringify({ key, budgetPerDay: formatCredits(budget) })}\n`)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new MeshError('DISK_FULL', { file: path }, error)
    const again = `Choose another name, or end it first: aitbc config api-key --revoke ${name}.`
    if (code === 'EEXIST') throw keyFileError(path, 'there is one already', again, error)
    throw keyFileError(path, message, 'Make the folder writable for this user.', error)
  }
}

const AGAIN = 'Revoke the key with aitbc config api-key --revoke, and make another one.'
