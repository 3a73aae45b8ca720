/** Writes limits and errors into the READMEs of protocols/wire. Run by hand after a change of either: `node test/support/documents/make-protocol-tables.ts`. */
import { readFile, writeFile } from 'node:fs/promises'
import { readmeOf, wireFolders, withTables } from '../protocol-tables/index.ts'

for (const folder of wireFolders) {
  const path = readmeOf(folder)
  try {
    await writeFile(path, withTables(folder, await readFile(path, 'utf8')))
  } catch (error) {
    throw new Error(`protocols/wire/${folder}/README.md: ${String(error)}`, { cause: error })
  }
}
