/** What is known of one card, each figure with where it is from. What is not known is absent. */
import type { Architecture } from '../../catalogue/architectures.ts'
import type { CatalogueRow, ModelForm } from '../../catalogue/catalogue-row.ts'
import type { CatalogueSourceKey } from '../../catalogue/sources.ts'
import type { CardPlatform, CardVendor } from '../cards/card-facts.ts'

export type FigureOrigin =
  /** By the benchmark of this program, on this card. */
  | { readonly kind: 'measured'; readonly engine: string; readonly atMs: number }
  /** By the driver of this card. */
  | { readonly kind: 'reported' }
  /** Of the model, by ids of the rows that all say so, with the weakest of their confidences. */
  | {
      readonly kind: 'catalogue'
      readonly rows: readonly string[]
      readonly sources: readonly CatalogueSourceKey[]
      readonly confidence: CatalogueRow['confidence']
    }

export interface Figure {
  readonly value: number
  readonly origin: FigureOrigin
  /** What the catalogue says, where the card itself was asked. */
  readonly publishedValue?: number
}

/** In this order where they are listed. */
export const figureNames = ['fp32Tflops', 'fp16Tflops', 'int8Tops', 'tdpW', 'memoryGiB', 'bandwidthGBps'] as const
export type FigureName = (typeof figureNames)[number]

/** Filled by measurement between this node and others, never by a table. */
export interface MeasuredWays {
  /** Median round trip to clients of a region. */
  readonly latencyMsByRegion?: Readonly<Record<string, number>>
  readonly upMbps?: number
  readonly downMbps?: number
}

export interface ConsumerGpuProfile {
  /** The model of the catalogue; else what the driver prints. */
  readonly model?: string
  readonly vendor?: CardVendor
  readonly architecture?: Architecture
  readonly form?: ModelForm | 'cpu'
  /** A slice, a rasteriser or the processor has no row; a model that is not listed neither. */
  readonly rows: readonly string[]
  /** Why it is taken for these rows, or for none. */
  readonly matchedBy: readonly string[]
  readonly consumerGrade?: boolean
  /** Made to compute where people are: soldered into a device, or so frugal that no cable brings it power. */
  readonly edgeOptimised?: boolean
  /** fp16 is the rate with sums in FP32, of matrix units where it has them. */
  readonly figures: Readonly<Partial<Record<FigureName, Figure>>>
  readonly platforms: readonly CardPlatform[]
  readonly sharesMemory: boolean
  /** Something here runs models on it, and it has room for a small one. */
  readonly supportsEdgeInference?: boolean
  /** It has instructions for products of 8-bit numbers, or computes in 16 bits, as 4-bit weights need. */
  readonly supportsQuantisedModels?: boolean
  readonly supportsMobileDeployment?: boolean
  readonly ways: MeasuredWays
  readonly simulated?: true
}
