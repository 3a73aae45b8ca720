/**
 * The kernel class names the arithmetic that made a result. Results are compared within one class only: another version,
 * other kernels, another precision or another card may round differently without anybody lying.
 */

export const precisions = ['fp32', 'fp16', 'int8', 'int4', 'mixed'] as const
/** Of the weights; `mixed` where no single form covers nearly all of them. */
export type Precision = (typeof precisions)[number]

export interface KernelClass {
  readonly engine: string
  readonly version: string
  /** Whose kernels compute: cpu, cuda, webgpu, coreml, directml. */
  readonly kernels: string
  readonly precision: Precision
  /** Card family; the processor architecture for kernels of the CPU. */
  readonly card: string
}

const PART = /^[a-z0-9][a-z0-9.+-]{0,47}$/

/**
 * One spelling per class, as it is hashed: five lower-case parts joined by `/`.
 * @example kernelClassText({ engine: 'onnxruntime', version: '1.30.0', kernels: 'cpu', precision: 'fp32', card: 'x64' })
 *   === 'onnxruntime/1.30.0/cpu/fp32/x64'
 * @throws RangeError where a part is no such word
 */
export function kernelClassText(kernelClass: KernelClass): string {
  const { engine, version, kernels, precision, card } = kernelClass
  const parts = [engine, version, kernels, precision, card]
  for (const part of parts)
    if (!PART.test(part)) throw new RangeError(`${JSON.stringify(part)} is no part of a kernel class`)
  return parts.join('/')
}

/** `undefined` where `text` is not what {@link kernelClassText} writes. */
export function parseKernelClass(text: string): KernelClass | undefined {
  const parts = text.split('/')
  if (parts.length !== 5 || !parts.every((part) => PART.test(part))) return undefined
  const [engine, version, kernels, precision, card] = parts as [string, string, string, Precision, string]
  return precisions.includes(precision) ? { engine, version, kernels, precision, card } : undefined
}
