/** The vectors of the wire protocols, each a file beside its README.md. */
import type { Json } from '../statement-vectors/json.ts'
import { auditVectors } from './audit-vectors.ts'
import { contentVectors } from './content-vectors.ts'
import { directorySyncVectors } from './directory-sync-vectors.ts'
import { directoryVectors } from './directory-vectors.ts'
import { evidenceVectors } from './evidence-vectors.ts'
import { jobVectors } from './job-vectors.ts'
import { leaseVectors } from './lease-vectors.ts'
import { offerVectors } from './offer-vectors.ts'
import { paymentVectors } from './payment-vectors.ts'
import { probeVectors } from './probe-vectors.ts'
import { scoreVectors } from './score-vectors.ts'
import { witnessVectors } from './witness-vectors.ts'

const pathOf = (protocol: string): URL => new URL(`../../../protocols/wire/${protocol}/vectors.json`, import.meta.url)

export interface VectorsFile {
  readonly protocol: string
  readonly path: URL
  readonly make: () => { readonly [name: string]: Json }
}

export const wireVectors: readonly VectorsFile[] = [
  { protocol: 'audit', path: pathOf('audit'), make: auditVectors },
  { protocol: 'content', path: pathOf('content'), make: contentVectors },
  { protocol: 'directory', path: pathOf('directory'), make: directoryVectors },
  { protocol: 'directory-sync', path: pathOf('directory-sync'), make: directorySyncVectors },
  { protocol: 'evidence', path: pathOf('evidence'), make: evidenceVectors },
  { protocol: 'job', path: pathOf('job'), make: jobVectors },
  { protocol: 'lease', path: pathOf('lease'), make: leaseVectors },
  { protocol: 'offer', path: pathOf('offer'), make: offerVectors },
  { protocol: 'payment', path: pathOf('payment'), make: paymentVectors },
  { protocol: 'probe', path: pathOf('probe'), make: probeVectors },
  { protocol: 'score', path: pathOf('score'), make: scoreVectors },
  { protocol: 'witness', path: pathOf('witness'), make: witnessVectors },
]
