/** Writes protocols/rules/pricing/vectors.json. Run by hand after a change of a constant: `node test/support/documents/make-pricing-vectors.ts`. */
import { writeFile } from 'node:fs/promises'
import { PRICING_VECTORS_PATH, pricingVectors } from '../pricing-vectors/index.ts'
import { vectorsText } from '../statement-vectors/index.ts'

const text = vectorsText(pricingVectors())
await writeFile(PRICING_VECTORS_PATH, text)
console.log(`${PRICING_VECTORS_PATH.pathname}: ${text.length} bytes`)
