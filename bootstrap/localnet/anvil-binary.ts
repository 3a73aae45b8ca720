/** Where the development chain's program lies: an optional dependency, with one package for each system. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { MeshError } from '../../protocols/kernel/errors.ts'

const PACKAGE = '@foundry-rs/anvil'
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** @throws MeshError LOCAL_CHAIN where it is not installed, or does not exist for this system */
export function anvilBinary(
  { platform, arch }: { readonly platform: string; readonly arch: string } = process,
  resolve: (name: string, from: string) => string = (name, from) => createRequire(from).resolve(name),
): string {
  const system = `${PACKAGE}-${platform}-${ARCHITECTURES[arch] ?? arch}`
  let folder: string
  try {
    const main = resolve(`${PACKAGE}/package.json`, import.meta.url)
    // Its own packages lie beside it or within it, as npm likes.
    folder = dirname(resolve(`${system}/package.json`, main))
  } catch (error) {
    throw missing(`${system} is not installed, or there is none for this system`, error)
  }
  const path = join(folder, 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil')
  if (!existsSync(path)) throw missing(`${system} holds no program`)
  return path
}

const missing = (why: string, cause?: unknown): MeshError =>
  new MeshError(
    'LOCAL_CHAIN',
    {
      why,
      remedy: `Install it with npm install ${PACKAGE}@1.7.1, or name the endpoints of another chain in a network file.`,
    },
    cause,
  )
