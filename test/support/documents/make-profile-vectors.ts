/** Writes protocols/wire/profile/vectors.json. Run by hand after a change of form: `node test/support/documents/make-profile-vectors.ts`. */
import { writeFile } from 'node:fs/promises'
import { PROFILE_VECTORS_PATH, profileVectors } from '../profile-vectors/index.ts'
import { vectorsText } from '../statement-vectors/index.ts'

const text = vectorsText(profileVectors())
await writeFile(PROFILE_VECTORS_PATH, text)
console.log(`${PROFILE_VECTORS_PATH.pathname}: ${text.length} bytes`)
