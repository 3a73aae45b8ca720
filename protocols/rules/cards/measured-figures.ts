/** What a card was seen to do on this machine, by the benchmark of this program: what its node then claims of it. */
export interface MeasuredFigures {
  /** Unix ms. */
  readonly measuredAtMs: number
  /** What ran it, as in a kernel class: `onnxruntime/1.30.0/cpu`. */
  readonly engine: string
  /** Billions of multiplications and additions a second, each counted: 2 n^3 of a product of n x n. */
  readonly fp32Gflops?: number
  readonly fp16Gflops?: number
  readonly int8Gops?: number
  /** Millions of bytes read and written a second by a copy that fits no cache. */
  readonly memoryMBps?: number
}
