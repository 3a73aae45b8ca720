/**
 * Writes vectors.json of the protocols in protocols/wire that have one beside their README.md. Run by hand after a change of
 * form: `node test/support/documents/make-wire-vectors.ts`.
 */
import { writeFile } from 'node:fs/promises'
import { vectorsText } from '../statement-vectors/index.ts'
import { wireVectors } from '../wire-vectors/index.ts'

for (const { path, make } of wireVectors) {
  const text = vectorsText(make())
  await writeFile(path, text)
  console.log(`${path.pathname}: ${text.length} bytes`)
}
