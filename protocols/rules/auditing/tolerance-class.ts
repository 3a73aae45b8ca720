/** How near two answers of one kernel class must be. Answers of two classes are never held against each other. */

/**
 * `exact`: integer graphs on the processor, the same to the bit, whatever the number of threads. `tol32`: fp32 arithmetic. `tol16`: fp16,
 * 4 bits, or integer graphs on a card, where only repetition says something.
 */
export type ToleranceClass = 'exact' | 'tol32' | 'tol16'

/** rmse / rms of an output, at most. fp16 on two families of cards was seen to differ by up to 0.002, fp8 by 0.02. */
export const TOLERANCE: Readonly<Record<ToleranceClass, number>> = { exact: 0, tol32: 1e-4, tol16: 1.2e-2 }

/**
 * @param kernelClass canonical text engine/version/kernels/precision/card; the widest tolerance for any other text
 * @example toleranceOf('onnxruntime/1.30.0/cpu/fp32/x64') === 'tol32'
 */
export function toleranceOf(kernelClass: string | undefined): ToleranceClass {
  const [, , kernels, precision] = kernelClass?.split('/') ?? []
  if (precision === 'fp32') return 'tol32'
  return precision === 'int8' && (kernels === 'cpu' || kernels === 'wasm') ? 'exact' : 'tol16'
}
