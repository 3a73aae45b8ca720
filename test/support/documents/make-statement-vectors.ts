/** Writes protocols/statements/vectors.json. Run by hand after a change of form: `node test/support/documents/make-statement-vectors.ts`. */
import { writeFile } from 'node:fs/promises'
import { statementVectors, VECTORS_PATH, vectorsText } from '../statement-vectors/index.ts'

const text = vectorsText(statementVectors())
await writeFile(VECTORS_PATH, text)
console.log(`${VECTORS_PATH.pathname}: ${text.length} bytes`)
