/** The catalogue as a library, apart from the law: its table is larger than all of the law, and a browser need not load it. */

export { allRows } from './all-rows.ts'
export { type Architecture, architectureWords } from './architectures.ts'
export { type CatalogueIndex, catalogue, indexRows } from './catalogue-index.ts'
export { type CatalogueRow, type MemoryType, type ModelForm, modelForms } from './catalogue-row.ts'
export { type CardMatch, matchCard } from './match-card.ts'
export { type CatalogueSource, type CatalogueSourceKey, catalogueSources } from './sources.ts'
