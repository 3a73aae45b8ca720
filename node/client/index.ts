/** The client of the mesh, for Node.js and browsers: network, keys and journal are handed in. */
export { type ClientJournal, memoryJournal } from './client-journal.ts'
export type { JobEvent } from './job-runner.ts'
export type { AttemptStory, JobStory } from './job-story.ts'
export { type LeasedCard, type LeaseEvent, type LeaseQuote, Leases, type LeaseWish } from './leases.ts'
export { type Answer, type ClientEvent, type InferOptions, MeshClient, type MeshClientNeeds } from './mesh-client.ts'
export type { NetworkModel } from './network-models.ts'
export { type Purse, purse } from './purse.ts'
export type { Quote, QuotedOffer } from './quote.ts'
