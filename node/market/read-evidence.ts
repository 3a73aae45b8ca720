/** The evidence of a data folder that no node has open. */
import { existsSync } from 'node:fs'
import { guarded, openUntouched } from '../storage/sqlite.ts'
import type { Row } from '../storage/store.ts'
import { contentOf, headOf, type KeptEvidence } from './evidence-store.ts'

/** The oldest first; nothing where there is no file. @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_READ_ONLY */
export function readEvidence(path: string): readonly KeptEvidence[] {
  if (!existsSync(path)) return []
  const database = openUntouched(path)
  try {
    const rows = guarded(path, () => database.prepare('SELECT * FROM evidence ORDER BY found_at_ms').all()) as Row[]
    return rows.map((row) => ({ ...headOf(row), ...contentOf(row, path) }))
  } finally {
    database.close()
  }
}
