/** The client of the mesh, for Node.js and browsers: network, keys and journal are handed in. */
export type { FinishedJob, JobListener } from './auditing/finished-job.ts'
export { type ClientJournal, memoryJournal } from './client-journal.ts'
export type { CallNeeds } from './cloud/call-cloud.ts'
export type { CloudAdapter } from './cloud/cloud-adapter.ts'
export { type CloudBudget, memoryCloudBudget } from './cloud/cloud-budget.ts'
export { CloudDesk, type CloudDeskNeeds } from './cloud/cloud-desk.ts'
export type { CloudModel } from './cloud/cloud-model.ts'
export { OipAdapter } from './cloud/oip-adapter.ts'
export { OpenaiAdapter } from './cloud/openai-adapter.ts'
export { CoordinateWatch, type CoordinateWatchNeeds } from './coordinate-watch.ts'
export type { FoundGpu, GpuWish } from './found-gpus.ts'
export type { JobEvent } from './job-runner.ts'
export type { AttemptStory, JobStory } from './job-story.ts'
export type { LeasedCard } from './leased-card.ts'
export { type LeaseEvent, type LeaseQuote, Leases, type LeaseWish } from './leases.ts'
export { type Booking, type BookingEnd, type LesseeJournal, memoryLesseeJournal } from './lessee-journal.ts'
export {
  type Answer,
  type ClientEvent,
  type EdgeOptions,
  type GpuOptions,
  type InferOptions,
  MeshClient,
  type MeshClientNeeds,
} from './mesh-client.ts'
export type { NetworkModel } from './network-models.ts'
export { OwnCoordinates } from './own-coordinates.ts'
export { type Purse, purse } from './purse.ts'
export type { Quote, QuotedOffer } from './quote.ts'
export type { Standby } from './standby-connections.ts'
export type { CloudAnswer } from './venues.ts'
