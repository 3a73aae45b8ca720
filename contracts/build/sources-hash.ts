/** What the bindings depend on, as one hash: cheap to compare where compiling takes seconds. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { compilerSettings, contractsFolder, modulesFolder } from './compile-sources.ts'

/** SHA-256 over sources, settings, and the versions of compiler and library. */
export function sourcesHash(): string {
  const hash = createHash('sha256')
  const source = join(contractsFolder, 'src')
  const files = readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  for (const file of files) hash.update(`${relative(source, file)}\n${readFileSync(file, 'utf8')}\n`)
  hash.update(JSON.stringify(compilerSettings))
  for (const name of ['solc', '@openzeppelin/contracts']) {
    const { version } = JSON.parse(readFileSync(join(modulesFolder, name, 'package.json'), 'utf8')) as {
      version: string
    }
    hash.update(`\n${name} ${version}`)
  }
  return hash.digest('hex')
}
