/** What the benchmark of an engine says, and what a node claims of it. */
import type { MeasuredFigures } from '../../protocols/rules/cards/measured-figures.ts'

/** One measured figure, with what it rests on; or why there is none. */
export type Finding =
  | { readonly kind: 'measured'; readonly value: number; readonly spread?: number; readonly runs: number }
  | { readonly kind: 'absent'; readonly why: string }

export const figureNames = ['fp32Gflops', 'fp16Gflops', 'int8Gops', 'memoryMBps', 'modelLatencyMs'] as const
/** `modelLatencyMs`: one run of the smallest shipped model, batch 1. */
export type FigureName = (typeof figureNames)[number]

export interface Measurement {
  readonly measuredAtMs: number
  /** Name, version and kernels: `onnxruntime/1.30.0/cpu`. */
  readonly engine: string
  readonly findings: Readonly<Record<FigureName, Finding>>
}

/** What a node claims, of what it measured. */
export function figuresOf({ measuredAtMs, engine, findings }: Measurement): MeasuredFigures {
  const claimed = ['fp32Gflops', 'fp16Gflops', 'int8Gops', 'memoryMBps'] as const
  const found = claimed.flatMap((name) => {
    const finding = findings[name]
    return finding.kind === 'measured' ? [[name, finding.value] as const] : []
  })
  return { measuredAtMs, engine, ...Object.fromEntries(found) }
}
