/** What `npm publish` would send, installed as its users install it: from `dist/`, without this repository. */
import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
/** The Node.js that runs this; npm's own may be another. */
const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}`, NODE_OPTIONS: '' }

/** @throws Error with what the program printed, where it does not end with 0 */
export async function runIn(cwd: string, file: string, ...words: readonly string[]) {
  try {
    return await promisify(execFile)(file, words, { cwd, env })
  } catch (error) {
    // What a compiler finds stands on its standard output, which the error does not show by itself.
    throw new Error(`${file} ${words.join(' ')}: ${(error as { stdout?: string }).stdout}`, { cause: error })
  }
}

export interface PackedRelease {
  /** A package that depends on it, with everything installed. */
  readonly app: string
  readonly tarball: string
}

/** Takes a minute or two, and asks the registry. @param folder an empty one */
export async function installPackedRelease(folder: string): Promise<PackedRelease> {
  const app = join(folder, 'app')
  // Builds first, from nothing: what once was compiled and is no more must not be sent.
  await runIn(repository, 'npm', 'pack', '--pack-destination', folder)
  const [name] = readdirSync(folder).filter((entry) => entry.endsWith('.tgz'))
  const tarball = join(folder, name!)
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }')
  // No script of a dependency is needed: the one there is fetches CUDA libraries that nothing here uses.
  await runIn(app, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', tarball)
  return { app, tarball }
}
