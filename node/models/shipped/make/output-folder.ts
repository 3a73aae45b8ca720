/** Where a make script writes a model and what lies beside it. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { packageRoot } from '../package-root.ts'

export interface OutputFolder {
  /** @param name relative to the folder; what is missing of its path is made */
  write(name: string, content: string | Uint8Array): void
  writeJson(name: string, value: unknown): void
  /** As the repository formats what is written by hand. */
  format(...names: readonly string[]): void
}

export function outputFolder(path: string): OutputFolder {
  const folder = resolve(path)
  const write = (name: string, content: string | Uint8Array): void => {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
  return {
    write,
    writeJson: (name, value) => write(name, `${JSON.stringify(value, null, 2)}\n`),
    format(...names) {
      const root = packageRoot()
      const files = names.map((name) => join(folder, name))
      const biome = join(root, 'node_modules', '.bin', 'biome')
      execFileSync(biome, ['format', '--write', `--config-path=${root}`, ...files], { stdio: 'ignore' })
    },
  }
}
