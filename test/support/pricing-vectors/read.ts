/** protocols/rules/pricing/vectors.json as it lies on disk. */
import { readFile } from 'node:fs/promises'
import type { Json } from '../statement-vectors/json.ts'
import { PRICING_VECTORS_PATH } from './index.ts'

export const openVectors = async (): Promise<{ readonly plan: Json; readonly market: Json }> =>
  JSON.parse(await readFile(PRICING_VECTORS_PATH, 'utf8'))
